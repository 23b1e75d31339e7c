//! What is no text of records is refused, with what it is and how to come to its rows.

use anyhow::{Error, Result};

use crate::exit::{ExitCode, fatal};
use crate::format::encoding::bom;
use crate::format::{
    Binary, Document, Expected, Foreign, Remedy, Rows, Verdict, Wide, binary, foreign, is_odd, no_csv, no_jsonl, wide,
};
use crate::job::{self, Compression, Encoding, Format, Method};

use super::compression::{self, Unsupported};
use super::named::Named;
use super::open::OpenInput;

/// What first bytes tell.
#[derive(Clone, Copy)]
pub enum Found {
    Foreign(&'static Foreign),
    /// Compressed once more.
    Packed(Method),
    Unsupported(&'static Unsupported),
    Wide(Wide),
}

/// Judges the first bytes, unpacked but not decoded; `ended`: there are no more.
pub fn first_bytes(bytes: &[u8], ended: bool, settings: &job::Extract) -> Verdict<Found> {
    // Bytes are bytes.
    if settings.compression == Compression::None {
        return Verdict::No;
    }
    packed(bytes, ended)
        .or(|| compression::unsupported(bytes, ended).map(Found::Unsupported))
        .or(|| foreign(bytes, ended).map(Found::Foreign))
        .or(|| without_mark(bytes, ended, settings).map(Found::Wide))
}

fn packed(bytes: &[u8], ended: bool) -> Verdict<Found> {
    let found = |judge: fn(Method, &[u8]) -> bool| Method::ALL.into_iter().find(|method| judge(*method, bytes));
    match found(compression::begins) {
        Some(method) => Verdict::Is(Found::Packed(method)),
        None if found(compression::is_begin_of_magic).is_some() => Verdict::agreeing(ended),
        None => Verdict::No,
    }
}

fn without_mark(bytes: &[u8], ended: bool, settings: &job::Extract) -> Verdict<Wide> {
    let expected = Expected { utf8: settings.encoding == Encoding::Utf8, header: settings.header.is_there() };
    match settings.encoding {
        Encoding::Utf16Le | Encoding::Utf16Be => Verdict::No,
        Encoding::Utf8 | Encoding::Other(_) if bom(bytes).is_some() => Verdict::No,
        Encoding::Utf8 | Encoding::Other(_) => wide(bytes, ended, expected),
    }
}

/// The error about an input that is no text by its first bytes.
pub fn refused(found: Found, named: Named) -> Error {
    match found {
        Found::Foreign(foreign) => no_text(foreign, named),
        Found::Packed(method) => {
            let remedy = named.piped(&[method.cat()], Rows::Csv);
            refuse(named, &format!("{}-compressed", method.name()), &remedy)
        }
        Found::Unsupported(unsupported) => unsupported.refused(named),
        Found::Wide(wide) => without_a_mark(wide, named),
    }
}

fn no_text(foreign: &Foreign, named: Named) -> Error {
    let remedy = match foreign.remedy {
        Remedy::Filter(filter, rows) => named.piped(&[filter], rows),
        Remedy::Command(command, rows) => named.by_command(command, rows),
        Remedy::Sqlite(command) => sqlite(command, named),
        Remedy::Parquet => parquet(named),
        Remedy::Words(words) => words.to_owned(),
    };
    refuse(named, foreign.what, &remedy)
}

/// Lookups are read from such databases as they are.
fn sqlite(command: &str, named: Named) -> String {
    let (first, _) = named.as_file();
    let file = if first.is_empty() { named.origin.name() } else { "FILE".to_owned() };
    match named.is_lookup {
        true => format!("{first}say extract.path = \"sqlite:{file}?table=TABLE\""),
        false => {
            let read = named.by_command(command, Rows::Csv);
            format!("{read}; a lookup takes sqlite:{file}?table=TABLE")
        }
    }
}

/// It is read from its end, and lookups are not read from such.
fn parquet(named: Named) -> String {
    let (first, file) = named.as_file();
    match (named.is_lookup, first.is_empty()) {
        (true, _) => format!(
            "{first}write a file: gristmill run {file} FILE.csv --from-format parquet, and name that in extract.path"
        ),
        (false, true) => "say extract.format = \"parquet\" (--from-format parquet)".to_owned(),
        (false, false) => format!("{first}read that: gristmill run --from-format parquet {file} …"),
    }
}

fn without_a_mark(wide: Wide, named: Named) -> Error {
    let name = wide.name();
    match wide {
        Wide::Utf16Le | Wide::Utf16Be => {
            let remedy = format!("say extract.encoding = \"{name}\" (--set extract.encoding={name})");
            refuse(named, "in UTF-16 without a byte order mark", &remedy)
        }
        Wide::Utf32Le | Wide::Utf32Be => {
            let remedy = named.piped(&[&format!("iconv -f {name} -t utf-8")], Rows::Csv);
            refuse(named, "in UTF-32 without a byte order mark", &remedy)
        }
    }
}

/// Whether the first line behind those that are left out is text, whatever the first bytes say: what is left out may be
/// anything.
pub fn is_text(bytes: &[u8], ended: bool, settings: &job::Extract) -> Verdict<()> {
    const ENOUGH: usize = 512;
    let ended = ended || bytes.len() >= ENOUGH;
    let line = match bytes.iter().position(|byte| *byte == b'\n') {
        Some(end) => bytes.get(..end).unwrap_or_default(),
        None if ended => bytes.get(..ENOUGH).unwrap_or(bytes),
        None => return Verdict::Open,
    };
    let is_sound = || match std::str::from_utf8(line) {
        Ok(_) => true,
        Err(error) => settings.encoding != Encoding::Utf8 || error.error_len().is_none(),
    };
    let is_text = !line.is_empty() && !line.iter().any(|byte| is_odd(*byte)) && is_sound();
    if is_text { Verdict::Is(()) } else { Verdict::No }
}

/// Judges the first line that counts, and what follows it, decoded.
pub fn first_record(input: &OpenInput, settings: &job::Extract) -> Result<Verdict<()>> {
    let (bytes, ended, named) = (input.bytes(), input.ended(), input.named());
    let header = match settings.header.is_there() && settings.encoding == Encoding::Utf8 && !input.is_utf16() {
        true if settings.compression != Compression::None => binary(bytes, ended),
        _ => Verdict::No,
    };
    let document = match settings.format {
        Format::Csv if settings.header.is_there() && !settings.format_is_given => no_csv(bytes, ended),
        Format::Jsonl => no_jsonl(bytes, ended),
        Format::Csv | Format::Lines | Format::Text(_) | Format::Parquet => Verdict::No,
    };
    match (header, document) {
        (Verdict::Is(binary), _) => Err(no_header(binary, named)),
        (_, Verdict::Is(document)) => Err(no_records(document, input)),
        (Verdict::No, Verdict::No) => Ok(Verdict::No),
        (Verdict::Open, _) | (_, Verdict::Open) => Ok(Verdict::Open),
    }
}

fn no_header(binary: Binary, named: Named) -> Error {
    let (what, remedy) = match binary {
        Binary::Nuls => ("no text: it begins with NULs, as where a file was made and not written", "get it anew;"),
        Binary::Mixed => ("no text: its header is full of NULs and other bytes that no text has", "is the path right?"),
    };
    let as_it_is = named.as_it_is().map(|words| format!(" {words}")).unwrap_or_default();
    refuse(named, what, format!("{remedy}{as_it_is}").trim_end_matches(';'))
}

fn no_records(document: Document, input: &OpenInput) -> Error {
    let named = input.named();
    let jq = |filter: &str| match input.encoding() {
        Some(encoding) => named.piped(&[&format!("iconv -f {encoding} -t utf-8"), filter], Rows::Jsonl),
        None => named.piped(&[filter], Rows::Jsonl),
    };
    let (what, remedy) = match document {
        Document::Objects => ("a JSON document, an array", jq("jq -c '.[]'")),
        Document::Array => (
            "a JSON document, an array that holds no objects",
            "make it one object on each line, as jq -c does, for extract.format = \"jsonl\"".to_owned(),
        ),
        Document::Pretty => ("a JSON document, an object on several lines", jq("jq -c .")),
        Document::Joined => ("JSON, objects with no line ends between them", jq("jq -c .")),
        Document::Lines => (
            "JSON, an object on each line",
            "say extract.format = \"jsonl\" (--set extract.format=jsonl), or \"csv\" if it is CSV all the same"
                .to_owned(),
        ),
        Document::Xml => ("an XML document", "make CSV or JSON of it first".to_owned()),
        Document::Html => ("an HTML page", "a download that failed leaves such a page; get the data itself".to_owned()),
        Document::LfsPointer => ("a pointer of Git LFS", "get the file itself: git lfs pull".to_owned()),
    };
    refuse(named, what, &remedy)
}

fn refuse(named: Named, what: &str, remedy: &str) -> Error {
    fatal(ExitCode::Data, format!("{} is {what}; {remedy}", named.title()))
}
