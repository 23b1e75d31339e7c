//! `[extract]`.

use std::path::Path;

use crate::job::check::file_name::{extension, uncompressed};
use crate::job::check::foreign::{PLAIN_FILE, foreign};
use crate::job::check::notation::{Marks, of_file};
use crate::job::check::{choice, columns, dialect, encoding, input_format, run};
use crate::job::file::{ExtractFile, HeaderFile, HeaderWord, Texts};
use crate::job::problem::Problem;
use crate::job::{Compression, Extract, Format, Header, Input, Method, Ragged};

pub fn check(file: ExtractFile, all_text: bool) -> Result<Extract, Problem> {
    let input = input(file.path.clone())?;
    let format = input_format::check(&file, &input)?;
    let is_tsv = first(&input).is_some_and(|path| extension(uncompressed(path)) == "tsv");
    let dialect = match format {
        Format::Csv => dialect::check(&file, if is_tsv { b'\t' } else { b',' })?,
        _ => dialect::lines(&file)?,
    };
    let union_by_name = file.union_by_name.unwrap_or(false);
    if union_by_name && file.header == Some(HeaderFile::Is(false)) {
        return Err(Problem::at("extract.union_by_name", "needs headers, and extract.header is false"));
    }
    let notation = of_file(Marks { decimal: file.decimal.as_deref(), thousands: file.thousands.as_deref() })?;
    let repeated = [("data", false), ("skip", true)];
    let repeated_header = choice::of("extract.repeated_header", file.repeated_header.as_deref(), "data", &repeated)?;
    if repeated_header && file.header == Some(HeaderFile::Is(false)) {
        return Err(Problem::at("extract.repeated_header", "= \"skip\" needs a header, and extract.header is false"));
    }
    let ragged = [("reject", Ragged::Reject), ("pad", Ragged::Pad)];
    let delimiter_is_open = matches!(format, Format::Csv) && file.delimiter.is_none() && !is_tsv;
    let encoding = encoding::check(file.encoding.as_deref(), &dialect)?;
    Ok(Extract {
        input,
        format_is_given: file.format.is_some(),
        delimiter_is_open,
        trim_is_open: matches!(format, Format::Csv) && file.trim.is_none(),
        encoding,
        dialect: encoding::dialect(encoding, dialect)?,
        header: header(&format, file.header),
        skip: run::at_least("extract.skip", file.skip.unwrap_or(0), 0)?,
        skip_last: run::at_least("extract.skip_last", file.skip_last.unwrap_or(0), 0)?,
        null: file.null.map_or_else(|| null_words(&format, &dialect), Texts::into_vec),
        null_quoted: file.null_quoted.unwrap_or(false),
        ragged: choice::of("extract.ragged", file.ragged.as_deref(), "reject", &ragged)?,
        trailing_delimiter: file.trailing_delimiter.unwrap_or(false),
        skips_repeated_header: repeated_header,
        compression: compression(file.compression.as_deref())?,
        max_record_size: run::bounded_size("extract.max_record_size", file.max_record_size, 16 << 20)?.get(),
        columns: columns::of_format(&format, columns::declared(file.columns, notation)?, all_text, notation)?,
        notation,
        format,
        union_by_name,
        all_text,
        is_lookup: false,
    })
}

/// What the first record is; other formats than CSV have no header.
fn header(format: &Format, header: Option<HeaderFile>) -> Header {
    match (format, header) {
        (Format::Csv, None) => Header::Assumed,
        (Format::Csv, Some(HeaderFile::Is(true))) => Header::Names,
        (Format::Csv, Some(HeaderFile::Word(HeaderWord::Short))) => Header::Short,
        _ => Header::Absent,
    }
}

/// What means NULL where the job says nothing.
fn null_words(format: &Format, dialect: &crate::format::csv::Dialect) -> Vec<String> {
    match format {
        // An empty field is an empty text there, and \N is NULL whatever else is.
        Format::Csv if dialect.bare_escape().is_some() => Vec::new(),
        Format::Csv => vec![String::new()],
        Format::Text(pattern) if pattern.ready => vec!["-".to_owned()],
        Format::Text(_) | Format::Lines | Format::Jsonl | Format::Parquet => Vec::new(),
    }
}

fn input(path: Option<Texts>) -> Result<Input, Problem> {
    let key = "extract.path";
    let paths =
        path.ok_or_else(|| Problem::at(key, "is missing; name a file, a glob, or - for standard input"))?.into_vec();
    if paths.is_empty() || paths.iter().any(String::is_empty) {
        return Err(Problem::at(key, "must name a file"));
    }
    match paths.iter().any(|path| path == "-") {
        true if paths.len() > 1 => Err(Problem::at(key, "must not mix - with other inputs")),
        true => Ok(Input::Stdin),
        false => paths.iter().try_for_each(|path| file_or_glob(path)).map(|()| Input::Paths(paths)),
    }
}

fn file_or_glob(path: &str) -> Result<(), Problem> {
    if Path::new(path).exists() {
        return Ok(());
    }
    // A URL may hold a password, so it is not repeated.
    if let Some(foreign) = foreign(path) {
        let message =
            format!("must name files, and {foreign} is none; TARGET, or load.to, may be a database; {PLAIN_FILE}");
        return Err(Problem::at("extract.path", message));
    }
    let parsed = glob::Pattern::new(path);
    parsed.map(drop).map_err(|error| Problem::at("extract.path", format!("is no glob: {path:?}: {}", error.msg)))
}

/// What is done about compressed input.
fn compression(compression: Option<&str>) -> Result<Compression, Problem> {
    let mut choices = vec![("auto", Compression::Auto), ("none", Compression::None)];
    choices.extend(Method::ALL.map(|method| (method.name(), Compression::Is(method))));
    choice::of("extract.compression", compression, "auto", &choices)
}

fn first(input: &Input) -> Option<&str> {
    input.paths().first().map(String::as_str)
}
