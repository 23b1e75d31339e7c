//! `extract.format`: which it is, and which other keys have a meaning in it.

use std::sync::Arc;

use crate::format::text::{Pattern, ready_names};
use crate::job::check::choice;
use crate::job::check::file_name::{extension, uncompressed};
use crate::job::file::ExtractFile;
use crate::job::problem::Problem;
use crate::job::{Format, Input};

const FORMAT: &str = "extract.format";
const PATTERN: &str = "extract.pattern";

/// The input's format, by its name where the job says nothing else.
pub fn check(file: &ExtractFile, input: &Input) -> Result<Format, Problem> {
    let named = match (&file.format, input) {
        (Some(format), _) => format.as_str(),
        (None, Input::Stdin) => "csv",
        (None, Input::Paths(paths)) => paths.first().map_or("csv", |path| of_name(path)),
    };
    let names = ["csv", "jsonl", "text", "lines", "parquet"].map(|name| (name, name));
    let name = choice::of(FORMAT, Some(named), "csv", &names)?;
    refuse_foreign(file, name)?;
    Ok(match name {
        "jsonl" => Format::Jsonl,
        "lines" => Format::Lines,
        "text" => Format::Text(pattern(file.pattern.as_deref())?),
        "parquet" => whole_files(input).map(|()| Format::Parquet)?,
        _ => Format::Csv,
    })
}

/// CSV is what a name means that says nothing else.
fn of_name(path: &str) -> &'static str {
    match extension(uncompressed(path)).as_str() {
        "jsonl" | "ndjson" => "jsonl",
        "parquet" => "parquet",
        _ => "csv",
    }
}

/// A key that the format would not look at is a mistake.
fn refuse_foreign(file: &ExtractFile, name: &str) -> Result<(), Problem> {
    let csv: &[&str] = &["csv"];
    let bytes: &[&str] = &["csv", "jsonl", "text", "lines"];
    let keys = [
        ("extract.delimiter", file.delimiter.is_some(), csv),
        ("extract.quote", file.quote.is_some(), csv),
        ("extract.escape", file.escape.is_some(), csv),
        ("extract.trim", file.trim.is_some(), csv),
        ("extract.header", file.header.is_some(), csv),
        ("extract.ragged", file.ragged.is_some(), csv),
        ("extract.trailing_delimiter", file.trailing_delimiter.is_some(), csv),
        ("extract.repeated_header", file.repeated_header.is_some(), csv),
        ("extract.lenient", file.lenient.is_some(), csv),
        ("extract.decimal", file.decimal.is_some(), &["csv", "text", "lines"]),
        ("extract.thousands", file.thousands.is_some(), &["csv", "text", "lines"]),
        ("extract.null", file.null.is_some(), &["csv", "text"]),
        ("extract.null_quoted", file.null_quoted.is_some(), csv),
        ("extract.union_by_name", file.union_by_name.is_some(), &["csv", "jsonl", "parquet"]),
        ("extract.compression", file.compression.is_some(), bytes),
        ("extract.encoding", file.encoding.is_some(), bytes),
        ("extract.comment", file.comment.is_some(), bytes),
        ("extract.skip", file.skip.is_some(), bytes),
        ("extract.skip_last", file.skip_last.is_some(), bytes),
        ("extract.max_record_size", file.max_record_size.is_some(), bytes),
        (PATTERN, file.pattern.is_some(), &["text"]),
    ];
    match keys.into_iter().find(|(_, given, formats)| *given && !formats.contains(&name)) {
        Some((key, _, formats)) => {
            let (first, last) = formats.split_at(formats.len() - 1);
            let formats = [first.join(", "), last.concat()].join(" and ");
            let message = format!("{key} is for {}, and {FORMAT} is {name}", formats.trim_start_matches(" and "));
            Err(Problem::new(key, message))
        }
        None => Ok(()),
    }
}

/// A Parquet file is read from its end.
fn whole_files(input: &Input) -> Result<(), Problem> {
    let why = match input {
        Input::Stdin => "parquet is read from its end, so it cannot come from a pipe; name a file".to_owned(),
        Input::Paths(paths) => match paths.iter().find(|path| uncompressed(path) != path.as_str()) {
            Some(path) => format!("{path}: a parquet file is compressed within; unpack it first"),
            None => return Ok(()),
        },
    };
    Err(Problem::new("extract.path", format!("extract.path: {why}")))
}

fn pattern(text: Option<&str>) -> Result<Arc<Pattern>, Problem> {
    let example = r"as in '(?<level>\w+) (?<message>.*)'";
    let ready = ready_names();
    let missing = || {
        Problem::at(
            PATTERN,
            format!("is missing; it is a regular expression with named groups, {example}, or one of {ready}"),
        )
    };
    let pattern = Pattern::new(text.ok_or_else(missing)?);
    let pattern = pattern.map_err(|why| Problem::at(PATTERN, format!("is no regular expression: {why}")))?;
    match pattern.columns.is_empty() {
        true => Err(Problem::at(
            PATTERN,
            format!("has no named group to make a column of, {example}, and is none of {ready}"),
        )),
        false => Ok(Arc::new(pattern)),
    }
}
