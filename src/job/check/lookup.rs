//! `[lookup.NAME]`: small tables to join. A file is read as the input is, so its keys are checked as those of `[extract]`.

use std::path::Path;

use crate::job::check::foreign::{foreign, scheme};
use crate::job::check::{choice, columns, extract, target};
use crate::job::file::{ExtractFile, LookupFile, Texts};
use crate::job::key::Key;
use crate::job::problem::Problem;
use crate::job::{Extract, Format, Lookup, LookupSource, Missing};
use crate::types::Notation;

/// Checks every section; `all_text` as for the input.
pub fn check(sections: toml::Table, all_text: bool) -> Result<Vec<Lookup>, Problem> {
    sections.into_iter().map(|(name, section)| lookup(name, section, all_text)).collect()
}

fn lookup(name: String, section: toml::Value, all_text: bool) -> Result<Lookup, Problem> {
    let key = Key::from("lookup").child(&name);
    if name.is_empty() || name.eq_ignore_ascii_case("input") {
        return Err(Problem::at(key, "must have a name of its own: input is what extract reads"));
    }
    let file: LookupFile = section.try_into().map_err(|_| Problem::at(key.clone(), "must be a table"))?;
    let takes_first = [("error", false), ("first", true)];
    let takes_first = one_of(key.child("duplicates"), file.duplicates.as_deref(), "error", &takes_first)?;
    let missing = [("null", Missing::Null), ("reject", Missing::Reject), ("drop", Missing::Drop)];
    let missing = one_of(key.child("missing"), file.missing.as_deref(), "null", &missing)?;
    let source = source(file, &key, all_text)?;
    Ok(Lookup { name, source, takes_first, missing })
}

/// A word whose key may hold a name with a dot in it.
fn one_of<T: Copy>(key: Key, value: Option<&str>, default: &str, choices: &[(&str, T)]) -> Result<T, Problem> {
    choice::of(&key.to_string(), value, default, choices).map_err(|problem| Problem { key, ..problem })
}

fn source(file: LookupFile, key: &Key, all_text: bool) -> Result<LookupSource, Problem> {
    let wrong = |predicate: &str| Problem::at(key.child("path"), predicate);
    let path = file.path.clone().unwrap_or_default();
    let is_there = Path::new(&path).exists();
    match path.as_str() {
        "" => Err(wrong("is missing; name a file, or sqlite:FILE?table=NAME")),
        "-" => Err(wrong("must name a file: only extract reads standard input")),
        path if scheme(path) == Some("sqlite") => sqlite(file, path, key, all_text),
        path if foreign(path).is_some() && !is_there => self::file(file, key, all_text),
        path if path.contains("?table=") && !is_there => {
            Err(wrong("names a table but no database; write sqlite:FILE?table=NAME"))
        }
        path if path.contains(['*', '?', '[']) && !is_there => Err(wrong(&format!("must be one file, found {path:?}"))),
        _ => self::file(file, key, all_text),
    }
}

fn file(file: LookupFile, key: &Key, all_text: bool) -> Result<LookupSource, Problem> {
    let foreign = file.format.as_deref().filter(|format| !["csv", "jsonl"].contains(format));
    if let Some(format) = foreign {
        return Err(Problem::at(key.child("format"), format!("must be csv or jsonl, found {format:?}")));
    }
    let extract = extract::check(as_extract(file), all_text).map_err(|problem| problem.moved("extract", key))?;
    if matches!(extract.format, Format::Parquet) {
        return Err(Problem::at(key.child("path"), "must be CSV or JSONL; write the file anew as one of these"));
    }
    Ok(LookupSource::File(Extract { is_lookup: true, ..extract }.into()))
}

/// The same keys in the input's section.
fn as_extract(file: LookupFile) -> ExtractFile {
    ExtractFile {
        path: file.path.map(Texts::One),
        format: file.format,
        encoding: file.encoding,
        delimiter: file.delimiter,
        quote: file.quote,
        escape: file.escape,
        trim: file.trim,
        header: file.header,
        skip: file.skip,
        skip_last: file.skip_last,
        null: file.null,
        null_quoted: file.null_quoted,
        lenient: file.lenient,
        trailing_delimiter: file.trailing_delimiter,
        repeated_header: file.repeated_header,
        decimal: file.decimal,
        thousands: file.thousands,
        max_record_size: file.max_record_size,
        columns: file.columns,
        ..ExtractFile::default()
    }
}

fn sqlite(file: LookupFile, path: &str, key: &Key, all_text: bool) -> Result<LookupSource, Problem> {
    let of_files = [
        ("format", file.format.is_some()),
        ("encoding", file.encoding.is_some()),
        ("delimiter", file.delimiter.is_some()),
        ("quote", file.quote.is_some()),
        ("escape", file.escape.is_some()),
        ("trim", file.trim.is_some()),
        ("header", file.header.is_some()),
        ("skip", file.skip.is_some()),
        ("skip_last", file.skip_last.is_some()),
        ("null", file.null.is_some()),
        ("null_quoted", file.null_quoted.is_some()),
        ("lenient", file.lenient.is_some()),
        ("trailing_delimiter", file.trailing_delimiter.is_some()),
        ("repeated_header", file.repeated_header.is_some()),
        ("decimal", file.decimal.is_some()),
        ("thousands", file.thousands.is_some()),
        ("max_record_size", file.max_record_size.is_some()),
    ];
    if let Some((name, _)) = of_files.into_iter().find(|(_, given)| *given) {
        return Err(Problem::at(key.child(name), "is for files, and the path is a table of a database"));
    }
    let rest = path.split_once(':').map_or(path, |(_, rest)| rest);
    let (path, table) = target::sqlite(rest).map_err(|problem| problem.renamed("load.to", &key.child("path")))?;
    let columns = columns::declared(file.columns, Notation::default())
        .and_then(|columns| columns::refuse_notation(&columns, "a database").map(|()| columns))
        .map_err(|problem| problem.moved("extract", key))?;
    Ok(LookupSource::Sqlite { path, table, columns, all_text })
}
