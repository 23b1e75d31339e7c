//! Every key that a job file may hold, and what its value looks like. Unknown keys and values of the wrong kind are
//! found here, so that the mirror in `file` always fits.

use toml::{Table, Value};

use crate::job::key::Key;
use crate::job::later;
use crate::job::problem::Problem;
use crate::nearest::MOST_LETTERS;

/// What stands behind a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Text,
    /// One text or a list of them.
    Texts,
    Switch,
    /// A switch, or `"short"`.
    Header,
    /// A whole number.
    Count,
    Number,
    /// `"16MiB"`, or a number of bytes.
    Size,
    /// `"1s"`.
    Period,
    /// A type's name, or `{ type = …, format = … }`.
    Column,
}

/// All keys; `*` stands for a name of the user's.
pub const KEYS: &[(&str, Kind)] = &[
    ("name", Kind::Text),
    ("extract.path", Kind::Texts),
    ("extract.format", Kind::Text),
    ("extract.pattern", Kind::Text),
    ("extract.union_by_name", Kind::Switch),
    ("extract.compression", Kind::Text),
    ("extract.encoding", Kind::Text),
    ("extract.delimiter", Kind::Text),
    ("extract.quote", Kind::Text),
    ("extract.escape", Kind::Text),
    ("extract.trim", Kind::Switch),
    ("extract.header", Kind::Header),
    ("extract.comment", Kind::Text),
    ("extract.skip", Kind::Count),
    ("extract.skip_last", Kind::Count),
    ("extract.null", Kind::Texts),
    ("extract.null_quoted", Kind::Switch),
    ("extract.ragged", Kind::Text),
    ("extract.trailing_delimiter", Kind::Switch),
    ("extract.repeated_header", Kind::Text),
    ("extract.decimal", Kind::Text),
    ("extract.thousands", Kind::Text),
    ("extract.lenient", Kind::Switch),
    ("extract.max_record_size", Kind::Size),
    ("extract.columns.*", Kind::Column),
    ("lookup.*.path", Kind::Text),
    ("lookup.*.format", Kind::Text),
    ("lookup.*.encoding", Kind::Text),
    ("lookup.*.delimiter", Kind::Text),
    ("lookup.*.quote", Kind::Text),
    ("lookup.*.escape", Kind::Text),
    ("lookup.*.trim", Kind::Switch),
    ("lookup.*.header", Kind::Header),
    ("lookup.*.skip", Kind::Count),
    ("lookup.*.skip_last", Kind::Count),
    ("lookup.*.null", Kind::Texts),
    ("lookup.*.null_quoted", Kind::Switch),
    ("lookup.*.trailing_delimiter", Kind::Switch),
    ("lookup.*.repeated_header", Kind::Text),
    ("lookup.*.decimal", Kind::Text),
    ("lookup.*.thousands", Kind::Text),
    ("lookup.*.lenient", Kind::Switch),
    ("lookup.*.max_record_size", Kind::Size),
    ("lookup.*.duplicates", Kind::Text),
    ("lookup.*.missing", Kind::Text),
    ("lookup.*.columns.*", Kind::Column),
    ("transform.sql", Kind::Text),
    ("transform.sql_file", Kind::Text),
    ("load.to", Kind::Text),
    ("load.format", Kind::Text),
    ("load.header", Kind::Text),
    ("load.row", Kind::Text),
    ("load.footer", Kind::Text),
    ("load.compression", Kind::Text),
    ("load.max_rows", Kind::Count),
    ("load.max_bytes", Kind::Size),
    ("load.mode", Kind::Text),
    ("load.key", Kind::Texts),
    ("load.before_load", Kind::Texts),
    ("load.after_load", Kind::Texts),
    ("load.batch.count", Kind::Count),
    ("load.batch.byte_size", Kind::Size),
    ("load.batch.period", Kind::Period),
    ("load.retry.initial_interval", Kind::Period),
    ("load.retry.max_interval", Kind::Period),
    ("load.retry.max_elapsed_time", Kind::Period),
    ("load.retry.at_start", Kind::Period),
    ("load.circuit_breaker.failure_threshold", Kind::Count),
    ("load.circuit_breaker.open_for", Kind::Period),
    ("load.required", Kind::Switch),
    ("load.when_full", Kind::Text),
    ("errors.on_error", Kind::Text),
    ("errors.rejects", Kind::Text),
    ("errors.keep", Kind::Count),
    ("errors.max_errors", Kind::Count),
    ("errors.max_error_ratio", Kind::Number),
    ("run.threads", Kind::Count),
    ("run.memory_limit", Kind::Size),
    ("run.chunk_size", Kind::Size),
    ("run.timezone", Kind::Text),
];

/// Keys that hold other keys.
pub const SECTIONS: &[&str] = &[
    "extract",
    "extract.columns",
    "lookup",
    "lookup.*",
    "lookup.*.columns",
    "transform",
    "load",
    "load.batch",
    "load.retry",
    "load.circuit_breaker",
    "errors",
    "run",
];

/// What a key holds; `None` for a section or an unknown key.
pub fn kind(key: &Key) -> Option<Kind> {
    let key = key.unnumbered();
    KEYS.iter().find(|(name, _)| key.is(name)).map(|(_, kind)| *kind)
}

/// Checks that every key is known and every value of its kind.
pub fn check(table: &Table) -> Result<(), Problem> {
    check_section(&Key::root(), table)
}

fn check_section(key: &Key, table: &Table) -> Result<(), Problem> {
    table.iter().try_for_each(|(name, value)| check_entry(&key.child(name), value))
}

fn check_entry(key: &Key, value: &Value) -> Result<(), Problem> {
    if later::is_key(&key.unnumbered()) {
        return Err(Problem::at(key.clone(), "is not supported yet"));
    }
    if let Some(word) = value.as_str().filter(|word| later::is_word(key, word)) {
        return Err(Problem::at(key.clone(), format!("= {word:?} is not supported yet")));
    }
    if let Some(kind) = kind(key) {
        return check_value(key, kind, value);
    }
    let is_section = || SECTIONS.iter().any(|name| key.unnumbered().is(name));
    match (key.to_string().as_str(), value) {
        ("load", Value::Array(sections)) => check_loads(key, sections),
        ("load", _) => Err(Problem::at("load", "must be written as [[load]]")),
        (_, Value::Table(table)) if is_section() => check_section(key, table),
        _ if is_section() => Err(Problem::at(key.clone(), format!("must be a table, found {}", found(value)))),
        (name, _) => Err(Problem::new(key.clone(), format!("unknown key {name}{}", hint(name)))),
    }
}

fn check_loads(key: &Key, sections: &[Value]) -> Result<(), Problem> {
    sections.iter().enumerate().try_for_each(|(index, section)| match section {
        Value::Table(section) => check_section(&key.of_section(index), section),
        _ => Err(Problem::at("load", "must be written as [[load]]")),
    })
}

fn check_value(key: &Key, kind: Kind, value: &Value) -> Result<(), Problem> {
    let expected = match (kind, value) {
        (Kind::Text | Kind::Texts | Kind::Size | Kind::Period | Kind::Column, Value::String(_)) => return Ok(()),
        (Kind::Count | Kind::Number | Kind::Size, Value::Integer(_)) => return Ok(()),
        (Kind::Number, Value::Float(_)) | (Kind::Switch, Value::Boolean(_)) => return Ok(()),
        (Kind::Header, Value::Boolean(_)) => return Ok(()),
        (Kind::Header, Value::String(word)) if word == "short" => return Ok(()),
        (Kind::Texts, Value::Array(items)) if items.iter().all(Value::is_str) => return Ok(()),
        (Kind::Column, Value::Table(table)) => return check_column(key, table),
        (Kind::Text, _) => "a text",
        (Kind::Texts, _) => "a text or a list of texts",
        (Kind::Switch, _) => "true or false",
        (Kind::Header, _) => "true, false or \"short\"",
        (Kind::Count, _) => "a whole number",
        (Kind::Number, _) => "a number",
        (Kind::Size, _) => "a size such as \"16MiB\"",
        (Kind::Period, _) => "a time such as \"1s\"",
        (Kind::Column, _) => "a type such as \"bigint\" or { type = \"date\", format = \"%d/%m/%Y\" }",
    };
    Err(Problem::at(key.clone(), format!("must be {expected}, found {}", found(value))))
}

fn check_column(key: &Key, table: &Table) -> Result<(), Problem> {
    for (name, value) in table {
        match name.as_str() {
            "type" | "format" | "decimal" | "thousands" => check_value(&key.child(name), Kind::Text, value)?,
            _ if later::is_key(&key.child(name)) => {
                return Err(Problem::at(key.child(name), "is not supported yet"));
            }
            _ => {
                let message =
                    format!("unknown key {}; a column has type, format, decimal and thousands", key.child(name));
                return Err(Problem::new(key.child(name), message));
            }
        }
    }
    match table.contains_key("type") {
        true => Ok(()),
        false => Err(Problem::at(key.child("type"), "is missing")),
    }
}

/// Tells a wrong value. Targets, which may hold a password, are checked by `check::target`, which repeats none of it.
fn found(value: &Value) -> String {
    match value {
        Value::String(text) => format!("{text:?}"),
        Value::Integer(_) | Value::Float(_) | Value::Boolean(_) => value.to_string(),
        Value::Datetime(_) => "a date or time".to_owned(),
        Value::Array(_) => "a list".to_owned(),
        Value::Table(_) => "a table".to_owned(),
    }
}

/// What to say of an unknown key; nothing of one that is too long to be a slip of any.
fn hint(unknown: &str) -> String {
    let is_name = unknown.chars().nth(MOST_LETTERS).is_none();
    if is_name { format!("; the nearest known key is {}", nearest(unknown)) } else { String::new() }
}

/// The known key most like `unknown`, whether the section or the last part is what went wrong.
fn nearest(unknown: &str) -> String {
    let last = |key: &str| key.rsplit('.').next().map(str::to_owned).unwrap_or_default();
    let likeness = |known: &str| {
        let whole = strsim::normalized_damerau_levenshtein(known, unknown);
        whole.max(0.9 * strsim::normalized_damerau_levenshtein(&last(known), &last(unknown)))
    };
    let known = KEYS.iter().map(|(name, _)| *name).chain(SECTIONS.iter().copied()).filter(|name| !name.ends_with('*'));
    let nearest = known.max_by(|a, b| likeness(a).total_cmp(&likeness(b))).unwrap_or_default();
    // A name of the user's stays what it is.
    nearest.replace('*', unknown.split('.').nth(1).unwrap_or("*"))
}
