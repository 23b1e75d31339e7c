//! The accounts: every row read went somewhere, and every row put out arrived.

use crate::load::Loaded;
use crate::metrics::Metrics;

/// Checks what came before load; `Err` has the figures that do not add up.
pub fn balance(metrics: &Metrics) -> Result<(), String> {
    let rows = &metrics.rows;
    let (read, filtered, output) = (rows.read.get(), rows.filtered.get(), rows.output.get());
    let (aggregated, groups) = (rows.aggregated.get(), rows.groups.get());
    let rejected = rows.broken.get() + rows.refused.get();
    if read + groups != filtered + aggregated + rejected + output {
        return Err(format!(
            "{read} rows read and {groups} groups are not {filtered} filtered + {aggregated} aggregated + {rejected} \
             rejected + {output} output"
        ));
    }
    Ok(())
}

/// Checks that every row put out is accounted for by a sink.
pub fn arrived(metrics: &Metrics, sink: &str, loaded: &Loaded) -> Result<(), String> {
    let output = metrics.rows.output.get();
    let Loaded { rows, rejected, dropped, .. } = loaded;
    if output == rows + rejected + dropped {
        return Ok(());
    }
    Err(format!("{output} rows output are not {rows} loaded + {rejected} rejected + {dropped} dropped by {sink}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(read: u64, filtered: u64, refused: u64, output: u64, loaded: u64) -> bool {
        let metrics = Metrics::default();
        metrics.rows.read.add(read);
        metrics.rows.filtered.add(filtered);
        metrics.rows.refused.add(refused);
        metrics.rows.output.add(output);
        let loaded = Loaded { rows: loaded, ..Loaded::default() };
        balance(&metrics).and_then(|()| arrived(&metrics, "sink", &loaded)).is_ok()
    }

    #[test]
    fn groups_are_rows_of_their_own() {
        let metrics = Metrics::default();
        metrics.rows.read.add(10);
        metrics.rows.aggregated.add(10);
        metrics.rows.groups.add(3);
        metrics.rows.output.add(3);
        assert!(balance(&metrics).is_ok());
        metrics.rows.groups.add(1);
        assert!(balance(&metrics).is_err());
    }

    #[test]
    fn every_sink_has_accounts_of_its_own() {
        let metrics = Metrics::default();
        metrics.rows.output.add(10);
        let check = |rows, rejected, dropped| {
            arrived(&metrics, "sink", &Loaded { rows, rejected, dropped, ..Loaded::default() }).is_ok()
        };
        assert!(check(10, 0, 0) && check(7, 3, 0) && check(5, 2, 3));
        assert!(!check(9, 0, 0) && !check(10, 1, 0) && !check(10, 0, 1));
    }

    #[test]
    fn a_row_that_goes_nowhere_is_noticed() {
        assert!(check(10, 3, 2, 5, 5));
        assert!(!check(10, 3, 2, 4, 4));
        assert!(!check(10, 3, 2, 5, 4));
        assert!(!check(10, 3, 2, 6, 6));
    }
}
