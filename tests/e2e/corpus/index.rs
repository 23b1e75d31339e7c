//! Counts of rows, where other readers agree on them.

use super::differences::Differences;
use super::reading::{Outcome, Reading};
use super::table::{self, Row};

#[test]
#[ignore = "reads other projects' files; set GRISTMILL_CORPUS to their folder"]
fn counts_are_those_that_other_readers_agree_on() {
    let mut differences = Differences::of("index");
    for row in table::index().iter().filter(|row| is_agreed(row)) {
        let (good, bad) = expected(row);
        let as_expected = |outcome: &Outcome| match outcome {
            Outcome::Rows { loaded, rejected } => (*loaded, rejected.len()) == (good, bad),
            Outcome::Exit { .. } => false,
        };
        let reading = reading(row);
        differences.judge(
            row.get("path"),
            |more| reading.run(more),
            as_expected,
            &format!("{good} rows, {bad} rejected"),
        );
    }
    differences.finish(492);
}

/// Python's csv, DuckDB and Arrow, as far as they read the file at all; where DuckDB alone differs, the other two count.
fn is_agreed(row: &Row) -> bool {
    let verdict = row.get("verdict");
    let agreed = verdict.starts_with("all agree") || verdict == "py=arrow, duckdb differs";
    row.get("role") == "data" && agreed
}

/// Rows and rejects. A blank line is a row where there is one column, and nothing elsewhere.
fn expected(row: &Row) -> (usize, usize) {
    let blank = if row.number("columns") == 1 { row.number("py_blank") } else { 0 };
    (row.number("py_ok") + blank, row.number("py_bad_width"))
}

fn reading(row: &Row) -> Reading {
    let [delimiter, quote, escape] = dialect(row);
    let mut reading = Reading::of(&super::folder().join(row.get("path")))
        .set("header", false)
        .set("compression", if row.get("compression").is_empty() { "none" } else { row.get("compression") })
        .set("delimiter", delimiter)
        .quoted(quote, escape);
    if let Some(encoding) = encoding(row) {
        reading = reading.set("encoding", encoding);
    }
    (1..=row.number("columns")).fold(reading, |reading, n| reading.column(&format!("c{n}"), "text"))
}

/// Delimiter, quote and escape of `delim=, quote=none escape=none`.
pub fn dialect(row: &Row) -> [&str; 3] {
    let parts = row.get("dialect").strip_prefix("delim=").and_then(|rest| rest.split_once(" quote="));
    let (delimiter, rest) = parts.expect("a dialect");
    let (quote, escape) = rest.split_once(" escape=").expect("an escape");
    [delimiter, quote, escape].map(|part| match part {
        "TAB" => "\\t",
        "\\" => "\\\\",
        "none" => "",
        part => part,
    })
}

/// The other readers took bytes for characters, which every single-byte encoding does.
fn encoding(row: &Row) -> Option<&'static str> {
    match row.get("encoding") {
        _ if row.get("path").contains("shift_jis") => Some("shift_jis"),
        encoding if encoding.starts_with("not-utf8") => Some("windows-1252"),
        _ => None,
    }
}
