//! `load.to`: where rows go. What a target's text says may hold a password, so messages repeat only its scheme or a path.

use std::path::{Path, PathBuf};

use crate::job::check::binary::binary;
use crate::job::check::file_name::{extension, uncompressed};
use crate::job::check::foreign::{PLAIN_FILE, foreign, scheme};
use crate::job::check::handwritten::handwritten;
use crate::job::check::output_format::FileFormat;
use crate::job::problem::Problem;
use crate::job::{Codec, Secret, Target, TextFormat};

const KEY: &str = "load.to";

/// What there is, for messages.
const KINDS: &str = "there are paths, sqlite:FILE?table=NAME, postgresql://…/DB?table=NAME, - and null:";

/// `format`: as named by the job, where it names one.
pub fn parse(to: &str, format: Option<FileFormat>) -> Result<Target, Problem> {
    let target = match (to, scheme(to)) {
        ("", _) => return Err(Problem::at(KEY, "must not be empty; write null: to count rows and write nothing")),
        ("-", _) => return stdout(format),
        (_, Some("postgresql" | "postgres")) => {
            let (url, table) = postgres(to)?;
            Target::Postgres { url: Secret(url), table }
        }
        ("null:", _) => Target::Null,
        ("null", _) => {
            return Err(Problem::at(KEY, "must be null: to count rows and write nothing, or ./null for a file"));
        }
        (_, Some("null")) => return Err(Problem::at(KEY, "must be null: alone, to count rows and write nothing")),
        (_, Some("sqlite")) => {
            let (path, table) = sqlite(to.split_once(':').map_or(to, |(_, rest)| rest))?;
            Target::Sqlite { path, table }
        }
        (_, Some(scheme)) => {
            return Err(Problem::at(KEY, format!("{scheme}: is no known kind of target; {KINDS}; {PLAIN_FILE}")));
        }
        (path, None) if foreign(path).is_some() => {
            return Err(Problem::at(
                KEY,
                format!("holds a connection string, which is no target; {KINDS}; {PLAIN_FILE}"),
            ));
        }
        (path, None) if path.contains("?table=") => {
            return Err(Problem::at(KEY, "names a table but no database; write sqlite:FILE?table=NAME"));
        }
        (path, None) => return file(path, format),
    };
    match format {
        Some(_) => Err(Problem::at("load.format", "is only for files and standard output")),
        None => Ok(target),
    }
}

/// A target that is divided into parts: a path that ends in a slash is a folder of Parquet files.
pub fn folder(to: &str, format: Option<FileFormat>) -> Result<Target, Problem> {
    match to.trim_end_matches('/') {
        path if path.is_empty() || path == to || scheme(to).is_some() => parse(to, format),
        path => parse(path, format.or(Some(FileFormat::Parquet))),
    }
}

/// What is wrong with a table's name.
const NUL: &str = "names a table with a NUL in its name, which no table may have";

const CSV: TextFormat = TextFormat::Csv { delimiter: b',' };

/// File and table of what stands after `sqlite:`.
pub fn sqlite(rest: &str) -> Result<(PathBuf, String), Problem> {
    let example = "as in sqlite:shop.db?table=orders";
    let (path, table) = match quoted_table(rest)? {
        Some((path, table)) => (path, Some(table)),
        None => plain_table(rest, example)?,
    };
    match path {
        path if path.starts_with("//") => {
            Err(Problem::at(KEY, "has slashes after sqlite: that belong to no path; write sqlite:FILE?table=NAME"))
        }
        "" => Err(Problem::at(KEY, format!("needs a file, {example}"))),
        ":memory:" => Err(Problem::at(KEY, "needs a file; write null: to count rows and write nothing")),
        path => {
            let table = table.ok_or_else(|| Problem::at(KEY, format!("needs a table, {example}")))?;
            Ok((PathBuf::from(path), table))
        }
    }
}

/// File and table of `shop.db?table="Orders & more"`: what stands in the quotes is the name, a doubled quote one of its own.
fn quoted_table(rest: &str) -> Result<Option<(&str, String)>, Problem> {
    let Some((path, name)) = rest.split_once("?table=\"") else { return Ok(None) };
    let name = name.strip_suffix('"').filter(|name| !name.is_empty() && !name.replace("\"\"", "").contains('"'));
    match name {
        Some(name) if name.contains('\0') => Err(Problem::at(KEY, NUL)),
        Some(name) => Ok(Some((path, name.replace("\"\"", "\"")))),
        None => Err(Problem::at(KEY, "must quote the table's name as SQL does, as in sqlite:shop.db?table=\"Orders\"")),
    }
}

/// File and table, whose name is written as it is.
fn plain_table<'a>(rest: &'a str, example: &str) -> Result<(&'a str, Option<String>), Problem> {
    let missing = || Problem::at(KEY, format!("needs a table, {example}"));
    let (path, parameters) = rest.rsplit_once('?').ok_or_else(missing)?;
    let mut table = None;
    for parameter in parameters.split('&') {
        match parameter.split_once('=') {
            Some(("table", name)) if name.contains('\0') => return Err(Problem::at(KEY, NUL)),
            Some(("table", name)) if has_code(name) => {
                return Err(Problem::at(KEY, "must name the table as it is, without % codes"));
            }
            Some(("table", name)) if !name.is_empty() && table.is_none() => table = Some(name.to_owned()),
            Some(("table", _)) => return Err(missing()),
            _ => return Err(Problem::at(KEY, format!("has an unknown parameter; the only one is table, {example}"))),
        }
    }
    Ok((path, table))
}

/// The URL without its parameter `table`, and that.
fn postgres(to: &str) -> Result<(String, String), Problem> {
    let example = "as in postgresql://localhost/shop?table=orders";
    if !to.split_once(':').is_some_and(|(_, rest)| rest.starts_with("//")) {
        return Err(Problem::at(KEY, format!("must begin with postgresql://, {example}")));
    }
    let (place, parameters) = to.split_once('?').unwrap_or((to, ""));
    let (tables, others): (Vec<&str>, Vec<&str>) =
        parameters.split('&').filter(|parameter| !parameter.is_empty()).partition(|text| text.starts_with("table="));
    let table = match tables.as_slice() {
        [table] => percent_decoded(table.trim_start_matches("table=")),
        _ => None,
    };
    if table.as_deref().is_some_and(|table| table.contains('\0')) {
        return Err(Problem::at(KEY, NUL));
    }
    let table = table.filter(|table| !table.is_empty());
    let table = table.ok_or_else(|| Problem::at(KEY, format!("needs one table, {example}")))?;
    // libpq knows the scheme in small letters only.
    let place = place.split_once(':').map_or(place.to_owned(), |(_, rest)| format!("postgresql:{rest}"));
    let url = if others.is_empty() { place } else { format!("{place}?{}", others.join("&")) };
    Ok((url, table))
}

/// `%20` and the like as what they stand for.
fn percent_decoded(text: &str) -> Option<String> {
    let mut pieces = text.split('%');
    let mut bytes = pieces.next()?.as_bytes().to_vec();
    for piece in pieces {
        let (code, rest) = piece.split_at_checked(2)?;
        bytes.push(u8::from_str_radix(code, 16).ok()?);
        bytes.extend_from_slice(rest.as_bytes());
    }
    String::from_utf8(bytes).ok()
}

/// Whether it has a byte written as in a URL: `%20`.
fn has_code(name: &str) -> bool {
    let codes = name.split('%').skip(1);
    codes.into_iter().any(|after| after.bytes().take(2).filter(u8::is_ascii_hexdigit).count() == 2)
}

fn stdout(format: Option<FileFormat>) -> Result<Target, Problem> {
    match format {
        Some(FileFormat::Parquet) => {
            Err(Problem::at("load.format", "cannot be parquet for standard output; name a file"))
        }
        Some(FileFormat::Text(format)) => Ok(Target::Stdout { format }),
        None => Ok(Target::Stdout { format: CSV }),
    }
}

fn file(path: &str, format: Option<FileFormat>) -> Result<Target, Problem> {
    if uncompressed(path) != path {
        return Err(Problem::not_yet(KEY, "compressed output"));
    }
    if path.ends_with('/') {
        return Err(Problem::at(KEY, format!("must be a file, found the folder {path}")));
    }
    let format = format.map_or_else(|| assumed(path), Ok)?;
    let path_buf = PathBuf::from(path);
    Ok(match format {
        FileFormat::Parquet => Target::Parquet { path: path_buf, codec: Codec::Zstd, parts: None },
        FileFormat::Text(TextFormat::Csv { .. }) if extension(path) == "tsv" => {
            Target::File { path: path_buf, format: TextFormat::Csv { delimiter: b'\t' } }
        }
        FileFormat::Text(format) => Target::File { path: path_buf, format },
    })
}

/// The format that nobody has named, where no file of another kind stands.
fn assumed(path: &str) -> Result<FileFormat, Problem> {
    let refuse = |what: &str| {
        let message = format!(
            "{path} is {what}; write to another file, or name the format of the rows: --to-format csv, or load.format"
        );
        Err(Problem::at(KEY, message))
    };
    if let Some(what) = handwritten(Path::new(path)) {
        return refuse(what);
    }
    let format = by_extension(path)?;
    binary(Path::new(path), matches!(format, FileFormat::Parquet)).map_or(Ok(format), refuse)
}

/// CSV unless the name says otherwise.
fn by_extension(path: &str) -> Result<FileFormat, Problem> {
    match extension(path).as_str() {
        "jsonl" | "ndjson" => Ok(FileFormat::Text(TextFormat::Jsonl)),
        "parquet" => Ok(FileFormat::Parquet),
        "json" => Err(Problem::at(
            KEY,
            format!("{path} would be one document; write one JSON object a line, as in out.jsonl"),
        )),
        "db" | "sqlite" | "sqlite3" => {
            Err(Problem::at(KEY, format!("names a database; write sqlite:{path}?table=NAME")))
        }
        "xlsx" | "xls" | "ods" | "avro" | "orc" | "feather" | "arrow" | "duckdb" => {
            Err(Problem::at(KEY, format!("{path}: that format cannot be written; there are CSV, JSONL and Parquet")))
        }
        _ => Ok(FileFormat::Text(CSV)),
    }
}
