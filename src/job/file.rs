//! The job file as written, before any of it is believed. Keys that are left out stay `None`; `check` knows the defaults.

use serde::Deserialize;

/// The whole file.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct JobFile {
    pub name: Option<String>,
    pub extract: ExtractFile,
    /// Values are `LookupFile`s.
    pub lookup: toml::Table,
    pub transform: TransformFile,
    pub load: Vec<LoadFile>,
    pub errors: ErrorsFile,
    pub run: RunFile,
}

/// `[extract]`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ExtractFile {
    pub path: Option<Texts>,
    pub format: Option<String>,
    pub pattern: Option<String>,
    pub union_by_name: Option<bool>,
    pub compression: Option<String>,
    pub encoding: Option<String>,
    pub delimiter: Option<String>,
    pub quote: Option<String>,
    pub escape: Option<String>,
    pub trim: Option<bool>,
    pub header: Option<HeaderFile>,
    pub comment: Option<String>,
    pub skip: Option<i64>,
    pub skip_last: Option<i64>,
    pub null: Option<Texts>,
    pub null_quoted: Option<bool>,
    pub ragged: Option<String>,
    pub trailing_delimiter: Option<bool>,
    pub repeated_header: Option<String>,
    pub decimal: Option<String>,
    pub thousands: Option<String>,
    pub lenient: Option<bool>,
    pub max_record_size: Option<Size>,
    /// Values are `ColumnFile`s; a TOML table keeps their order.
    pub columns: toml::Table,
}

/// One of `[lookup.NAME]`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LookupFile {
    pub path: Option<String>,
    pub format: Option<String>,
    pub encoding: Option<String>,
    pub delimiter: Option<String>,
    pub quote: Option<String>,
    pub escape: Option<String>,
    pub trim: Option<bool>,
    pub header: Option<HeaderFile>,
    pub skip: Option<i64>,
    pub skip_last: Option<i64>,
    pub null: Option<Texts>,
    pub null_quoted: Option<bool>,
    pub trailing_delimiter: Option<bool>,
    pub repeated_header: Option<String>,
    pub decimal: Option<String>,
    pub thousands: Option<String>,
    pub lenient: Option<bool>,
    pub max_record_size: Option<Size>,
    pub duplicates: Option<String>,
    pub missing: Option<String>,
    pub columns: toml::Table,
}

/// `true`, `false` or a word, of which there is but one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum HeaderFile {
    Is(bool),
    Word(HeaderWord),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum HeaderWord {
    Short,
}

/// One of `[extract.columns]`.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub enum ColumnFile {
    Type(String),
    Typing {
        #[serde(rename = "type")]
        ty: String,
        format: Option<String>,
        decimal: Option<String>,
        thousands: Option<String>,
    },
}

/// `[transform]`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TransformFile {
    pub sql: Option<String>,
    pub sql_file: Option<String>,
}

/// `[[load]]`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LoadFile {
    pub to: Option<String>,
    pub format: Option<String>,
    pub header: Option<String>,
    pub row: Option<String>,
    pub footer: Option<String>,
    pub compression: Option<String>,
    pub max_rows: Option<i64>,
    pub max_bytes: Option<Size>,
    pub mode: Option<String>,
    pub key: Option<Texts>,
    pub before_load: Option<Texts>,
    pub after_load: Option<Texts>,
    pub batch: BatchFile,
    pub retry: Option<RetryFile>,
    pub circuit_breaker: Option<BreakerFile>,
    pub required: Option<bool>,
    pub when_full: Option<String>,
}

/// `load.retry`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RetryFile {
    pub initial_interval: Option<String>,
    pub max_interval: Option<String>,
    pub max_elapsed_time: Option<String>,
    pub at_start: Option<String>,
}

/// `load.circuit_breaker`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct BreakerFile {
    pub failure_threshold: Option<i64>,
    pub open_for: Option<String>,
}

/// `load.batch`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct BatchFile {
    pub count: Option<i64>,
    pub byte_size: Option<Size>,
    pub period: Option<String>,
}

/// `[errors]`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ErrorsFile {
    pub on_error: Option<String>,
    pub rejects: Option<String>,
    pub keep: Option<i64>,
    pub max_errors: Option<i64>,
    pub max_error_ratio: Option<f64>,
}

/// `[run]`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RunFile {
    pub threads: Option<i64>,
    pub memory_limit: Option<Size>,
    pub chunk_size: Option<Size>,
    pub timezone: Option<String>,
}

/// One text or a list of them.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub enum Texts {
    One(String),
    Many(Vec<String>),
}

impl Texts {
    pub fn into_vec(self) -> Vec<String> {
        match self {
            Texts::One(text) => vec![text],
            Texts::Many(texts) => texts,
        }
    }
}

/// `"16MiB"`, or a number of bytes.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub enum Size {
    Bytes(i64),
    Text(String),
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde::de::DeserializeOwned;

    use super::*;
    use crate::job::vocabulary::{KEYS, Kind, SECTIONS};

    /// The fields of a section and what reads it, by the begin of its keys.
    type Section = (&'static str, Vec<String>, fn(&str) -> Result<(), String>);

    #[test]
    fn the_keys_that_are_read_are_those_that_are_known() {
        let of_section = |(begin, fields, _): Section| fields.into_iter().map(move |field| format!("{begin}{field}"));
        let read: BTreeSet<String> = sections().into_iter().flat_map(of_section).collect();
        let sections = SECTIONS.iter().filter(|section| **section != "lookup.*");
        let leaves = KEYS.iter().filter(|(_, kind)| *kind != Kind::Column).map(|(key, _)| key);
        assert_eq!(read, sections.chain(leaves).map(|key| (*key).to_owned()).collect());
    }

    #[test]
    fn a_value_of_its_kind_is_read_at_every_key() {
        for (key, kind) in KEYS.iter().filter(|(_, kind)| *kind != Kind::Column) {
            let is_in = |(begin, fields, _): &Section| {
                key.strip_prefix(begin).is_some_and(|rest| fields.contains(&rest.to_owned()))
            };
            let (begin, _, read) = sections().into_iter().find(is_in).unwrap();
            let field = key.trim_start_matches(begin);
            values(*kind).iter().for_each(|value| assert_eq!(read(&format!("{field} = {value}")), Ok(()), "{key}"));
        }
    }

    fn sections() -> Vec<Section> {
        vec![
            section::<JobFile>(""),
            section::<ExtractFile>("extract."),
            section::<LookupFile>("lookup.*."),
            section::<TransformFile>("transform."),
            section::<LoadFile>("load."),
            section::<BatchFile>("load.batch."),
            section::<RetryFile>("load.retry."),
            section::<BreakerFile>("load.circuit_breaker."),
            section::<ErrorsFile>("errors."),
            section::<RunFile>("run."),
        ]
    }

    /// serde lists the fields that a struct has where it meets another.
    fn section<T: DeserializeOwned>(begin: &'static str) -> Section {
        let read = |text: &str| toml::from_str::<T>(text).map(drop).map_err(|error| error.to_string());
        let message = read("no_such_field = 0").unwrap_err();
        let (_, expected) = message.split_once("expected ").unwrap();
        let fields = expected.split('`').skip(1).step_by(2).map(str::to_owned).collect();
        (begin, fields, read)
    }

    /// In every form that a kind may have.
    fn values(kind: Kind) -> &'static [&'static str] {
        match kind {
            Kind::Text | Kind::Period | Kind::Column => &["'a'"],
            Kind::Texts => &["'a'", "['a', 'b']"],
            Kind::Switch => &["true"],
            Kind::Header => &["true", "\"short\""],
            Kind::Count => &["7"],
            Kind::Number => &["7", "0.5"],
            Kind::Size => &["7", "'7MiB'"],
        }
    }
}
