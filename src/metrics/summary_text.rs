//! The summary as a person reads it, on standard error.

use crate::console::shown;

use super::figures::{bytes, duration, grouped, millis};
use super::summary::{Flushes, SinkSummary, StageSummary, Summary};

/// A stage that was busy for less of the run than this held nothing up: the run was short, or waited for its input.
const TELLING_SHARE: f64 = 0.5;

/// Column titles of the stage table.
const TITLES: [&str; 10] =
    ["stage", "rows in", "rows out", "filtered", "rejected", "busy", "blocked", "starved", "p50", "p99"];

/// The whole summary, each line ended.
pub fn summary_text(summary: &Summary) -> String {
    let mut text = headline(summary);
    text.push_str(&stages(summary));
    text.push_str(&groups(summary));
    text.extend(summary.sinks.iter().map(flushes));
    text.extend(summary.sinks.iter().filter_map(retries));
    text.extend(summary.sinks.iter().filter_map(short));
    let balance = match summary.balanced {
        Some(true) => "balance ok",
        Some(false) => "BALANCE WRONG",
        None if summary.exit_code == 0 => "balance not judged: the reader of the output closed it",
        None => "balance not judged: the run ended early",
    };
    text.extend(earlier(summary));
    text + &format!("rejects   {}   {balance}\n", rejects_text(summary))
}

/// Where rows have gone that neither went on nor were filtered; nothing where there are no groups.
fn groups(summary: &Summary) -> String {
    match (summary.rows.aggregated, summary.rows.groups) {
        (0, 0) => String::new(),
        (rows, groups) => format!("groups    {} from {} rows\n", grouped(groups), grouped(rows)),
    }
}

fn flushes(sink: &SinkSummary) -> String {
    let Flushes { count, bytes, period, end } = &sink.flushes;
    format!("flushes   {} {count} by count, {bytes} by bytes, {period} by age, {end} at end\n", shown(&sink.name))
}

/// How often a server had to be tried again; nothing where it never had.
fn retries(sink: &SinkSummary) -> Option<String> {
    let opened = match sink.breaker_opened {
        0 => String::new(),
        1 => ", breaker opened once".into(),
        times => format!(", breaker opened {} times", grouped(times)),
    };
    (sink.retries > 0).then(|| format!("retries   {} {}{opened}\n", shown(&sink.name), grouped(sink.retries)))
}

/// What an optional sink has not; nothing for a sink that has every row.
fn short(sink: &SinkSummary) -> Option<String> {
    match (&sink.error, sink.rows_dropped) {
        (None, 0) => None,
        (Some(_), 0) => Some(format!("failed    {}\n", shown(&sink.name))),
        (None, dropped) => Some(format!("dropped   {} {} rows\n", shown(&sink.name), grouped(dropped))),
        (Some(_), dropped) => Some(format!("failed    {}, {} rows dropped\n", shown(&sink.name), grouped(dropped))),
    }
}

/// The first line: what ran, how much, how fast, how it ended.
pub fn headline(summary: &Summary) -> String {
    let rate = summary.bytes_read as f64 / summary.duration_s.max(1e-9);
    let written = if summary.dry_run { "   dry run: nothing was written" } else { "" };
    format!(
        "{}   {} rows read   {}   {}   {}/s   peak {} MiB   exit {}{written}\n",
        shown(&summary.job),
        grouped(summary.rows.read),
        bytes(summary.bytes_read as f64),
        duration(summary.duration_s),
        bytes(rate),
        summary.peak_rss_bytes.div_ceil(1 << 20),
        summary.exit_code
    )
}

fn stages(summary: &Summary) -> String {
    let mut rows = vec![TITLES.map(str::to_owned)];
    rows.extend(summary.stages.iter().map(cells));
    let widths: Vec<usize> =
        (0..TITLES.len()).map(|i| rows.iter().map(|row| row[i].chars().count()).max().unwrap_or(0)).collect();
    let line = |(index, row): (usize, &[String; 10])| {
        let cells = row.iter().zip(&widths).skip(1).map(|(cell, width)| format!("  {cell:>width$}"));
        format!("{:<width$}{}{}\n", row[0], cells.collect::<String>(), bottleneck(summary, index), width = widths[0])
    };
    rows.iter().enumerate().map(line).collect()
}

/// What to say behind a line of the table, the titles' being line 0.
fn bottleneck(summary: &Summary, line: usize) -> String {
    match line.checked_sub(1).and_then(|stage| Some((stage, summary.stages.get(stage)?))) {
        Some((index, stage)) if stage.name == summary.bottleneck && stage.busy >= TELLING_SHARE => {
            format!("  <- bottleneck: {}", advice(index))
        }
        _ => String::new(),
    }
}

fn cells(stage: &StageSummary) -> [String; 10] {
    let percent = |share: f64| format!("{:.0}%", share * 100.0);
    [
        shown(&stage.name).into_owned(),
        grouped(stage.rows_in),
        grouped(stage.rows_out),
        stage.filtered.map_or("–".to_owned(), grouped),
        grouped(stage.rejected),
        percent(stage.busy),
        percent(stage.blocked),
        percent(stage.starved),
        millis(stage.p50_ms),
        millis(stage.p99_ms),
    ]
}

fn advice(stage: usize) -> &'static str {
    match stage {
        0 => "reading the input",
        1 => "more threads",
        _ => "the target",
    }
}

/// How many rejects of which kinds there are, and where.
pub fn rejects_text(summary: &Summary) -> String {
    let kinds: Vec<String> =
        summary.rejects.counts.iter().map(|(kind, count)| format!("{kind} {}", grouped(*count))).collect();
    let (count, kinds) = (grouped(summary.rows.rejected), kinds.join(", "));
    match &summary.rejects.file {
        Some(file) => format!("{count} in {}: {kinds}", shown(file)),
        None if kinds.is_empty() => count,
        None => format!("{count}, not written: {kinds}"),
    }
}

/// What has become of rejects files of earlier runs.
fn earlier(summary: &Summary) -> Vec<String> {
    let moved = summary.rejects.moved.iter().map(|path| format!("earlier   rejects are in {} now\n", shown(path)));
    let removed = &summary.rejects.removed;
    let removed = removed.iter().map(|path| format!("removed   {}, the oldest, as errors.keep says\n", shown(path)));
    moved.chain(removed).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retries_are_told_where_there_were_any() {
        let told = |retries, breaker_opened| {
            super::retries(&SinkSummary { name: "t".into(), retries, breaker_opened, ..SinkSummary::default() })
        };
        assert_eq!(told(0, 0), None);
        assert_eq!(told(2, 0).as_deref(), Some("retries   t 2\n"));
        assert_eq!(told(1200, 1).as_deref(), Some("retries   t 1,200, breaker opened once\n"));
        assert_eq!(told(9, 2).as_deref(), Some("retries   t 9, breaker opened 2 times\n"));
    }
}
