//! DuckDB's own odd files: rows accepted, and the lines rejected with their reasons.

use std::collections::BTreeSet;

use regex::Regex;
use toml::{Table, Value};

use super::differences::Differences;
use super::reading::{Outcome, Reading};
use super::table::{self, Row};

#[test]
#[ignore = "reads other projects' files; set GRISTMILL_CORPUS to their folder"]
fn rows_and_rejects_are_those_of_duckdb() {
    let mut differences = Differences::of("duckdb");
    for row in table::read(&super::folder().join("duckdb_cases.tsv")) {
        let reading = reading(&row);
        let expected = Expected::of(&row);
        let all_text = ["--all-text"];
        let always: &[&str] = if row.get("dialect_and_schema").contains("columns={") { &[] } else { &all_text };
        differences.judge(
            row.get("file"),
            |more| reading.run(&[always, more].concat()),
            |outcome| expected.is(outcome),
            &format!("{expected:?}"),
        );
    }
    differences.finish(81);
}

#[derive(Debug)]
struct Expected {
    accepted: usize,
    rejected: usize,
    /// The first ones.
    lines: Vec<usize>,
    error_types: BTreeSet<&'static str>,
}

impl Expected {
    fn of(row: &Row) -> Expected {
        let accepted = row.number("rows_accepted_with_rejects");
        let text = row.get("lines_rejected");
        let pattern = Regex::new(r"^(\d+) lines \[(.*)\] (.*)$").expect("a pattern");
        let Some(parts) = pattern.captures(text) else {
            assert_eq!(text, "0");
            return Expected { accepted, rejected: 0, lines: Vec::new(), error_types: BTreeSet::new() };
        };
        Expected {
            accepted,
            rejected: parts[1].parse().unwrap(),
            lines: parts[2].split(' ').filter_map(|line| line.parse().ok()).collect(),
            error_types: parts[3].split("; ").map(error_type).collect(),
        }
    }

    fn is(&self, outcome: &Outcome) -> bool {
        let Outcome::Rows { loaded, rejected } = outcome else { return false };
        let lines: Vec<usize> = rejected.iter().map(|(line, _)| *line).take(self.lines.len()).collect();
        let error_types: BTreeSet<&str> = rejected.iter().map(|(_, error_type)| error_type.as_str()).collect();
        let counts = (*loaded, rejected.len()) == (self.accepted, self.rejected);
        counts && lines == self.lines && error_types == self.error_types
    }
}

/// Our name of DuckDB's.
fn error_type(theirs: &str) -> &'static str {
    match theirs {
        "CAST" => "CAST",
        "MISSING COLUMNS" => "MISSING_COLUMNS",
        "TOO MANY COLUMNS" => "TOO_MANY_COLUMNS",
        "UNQUOTED VALUE" => "BAD_QUOTE",
        "LINE SIZE OVER MAXIMUM" => "RECORD_TOO_LARGE",
        "INVALID ENCODING" => "INVALID_ENCODING",
        other => panic!("an error type of DuckDB's that is new: {other}"),
    }
}

/// The reading that `delim=',', quote='"', …, columns={'a':'INTEGER'}` asks for. DuckDB's names stand for the header's, so
/// that the header is left out as a line.
fn reading(row: &Row) -> Reading {
    let dialect = row.get("dialect_and_schema");
    let find =
        |pattern: &str| Regex::new(pattern).expect("a pattern").captures(dialect).map(|found| found[1].to_owned());
    let text = |key: &str| find(&format!("{key}='([^']*)'"));
    let header = dialect.contains("header=true");
    let columns = find(r"columns=\{(.*?)\}");
    let skip: i64 = find(r"skip=(\d+)").expect("a number of lines").parse().unwrap();
    let mut reading = Reading::of(&super::folder().join("duckdb").join(row.get("file")))
        .set("delimiter", text("delim").expect("a delimiter"))
        .quoted(&text("quote").expect("a quote"), &text("escape").expect("an escape"))
        .set("header", header && columns.is_none())
        .set("skip", skip + i64::from(header && columns.is_some()));
    if let Some(size) = find(r"max_line_size=(\d+)") {
        reading = reading.set("max_record_size", size.parse::<i64>().unwrap());
    }
    if text("encoding").as_deref() == Some("latin-1") {
        reading = reading.set("encoding", "windows-1252");
    }
    let date_format = text("dateformat");
    let pairs = Regex::new("'([^']*)':'([^']*)'").expect("a pattern");
    pairs
        .captures_iter(&columns.unwrap_or_default())
        .fold(reading, |reading, pair| reading.column(&pair[1], typing(&pair[2], date_format.as_deref())))
}

fn typing(theirs: &str, date_format: Option<&str>) -> Value {
    let ours = if theirs == "VARCHAR" { "text".to_owned() } else { theirs.to_lowercase() };
    match date_format.filter(|_| ours == "date") {
        None => ours.into(),
        Some(format) => {
            Table::from_iter([("type".to_owned(), ours.into()), ("format".to_owned(), format.into())]).into()
        }
    }
}
