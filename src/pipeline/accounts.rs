//! The accounts: every row read went somewhere, and every row put out arrived.

use crate::load::Loaded;
use crate::metrics::Metrics;

/// Checks both equations; `Err` says which does not hold, with its figures.
pub fn balance(metrics: &Metrics, loaded: &Loaded) -> Result<(), String> {
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
    let (arrived, refused) = (loaded.rows, loaded.rejected + rows.sink_refused.get());
    if output != arrived + refused {
        return Err(format!("{output} rows output are not {arrived} loaded + {refused} rejected by the sink"));
    }
    Ok(())
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
        balance(&metrics, &Loaded { rows: loaded, ..Loaded::default() }).is_ok()
    }

    #[test]
    fn groups_are_rows_of_their_own() {
        let metrics = Metrics::default();
        metrics.rows.read.add(10);
        metrics.rows.aggregated.add(10);
        metrics.rows.groups.add(3);
        metrics.rows.output.add(3);
        assert!(balance(&metrics, &Loaded { rows: 3, ..Loaded::default() }).is_ok());
        metrics.rows.groups.add(1);
        assert!(balance(&metrics, &Loaded { rows: 3, ..Loaded::default() }).is_err());
    }

    #[test]
    fn a_row_that_goes_nowhere_is_noticed() {
        assert!(check(10, 3, 2, 5, 5));
        assert!(!check(10, 3, 2, 4, 4));
        assert!(!check(10, 3, 2, 5, 4));
        assert!(!check(10, 3, 2, 6, 6));
    }
}
