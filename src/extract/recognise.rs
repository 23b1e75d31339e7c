//! Refuses what is no text of records, with what it is and how to come to its rows.

use anyhow::Result;

use crate::exit::{ExitCode, fatal};
use crate::format::encoding::bom;
use crate::format::{Document, Foreign, Judged, Nuls, Remedy, foreign, nuls};
use crate::job::{self, Compression, Encoding, Format, Method};

use super::open::OpenInput;
use super::origin::Origin;

/// An input, as commands name it.
#[derive(Clone, Copy)]
pub struct Named<'a> {
    pub origin: &'a Origin,
    pub packed: Option<Method>,
}

impl Named<'_> {
    /// For messages.
    fn title(&self) -> String {
        match self.packed {
            Some(method) => format!("{}, unpacked from {},", self.origin.title(), method.name()),
            None => self.origin.title(),
        }
    }

    /// A pipe from it through a command that reads standard input.
    fn piped(&self, filter: &str, options: &str) -> String {
        let name = self.origin.name();
        let through = match (self.origin, self.packed) {
            (Origin::Stdin, None) => format!("… | {filter}"),
            (Origin::Stdin, Some(method)) => format!("… | {} | {filter}", method.cat()),
            (_, Some(method)) => format!("{} {name} | {filter}", method.cat()),
            (_, None) => format!("{filter} < {name}"),
        };
        format!("pipe it in: {through} | gristmill run {options}- …")
    }

    /// What must be done first so that a command can be given its file, and that file's name.
    fn as_file(&self) -> (String, String) {
        let name = self.origin.name();
        match (self.origin, self.packed) {
            (Origin::Stdin, None) => ("save it as FILE, then ".to_owned(), "FILE".to_owned()),
            (Origin::Stdin, Some(method)) => {
                (format!("save it as FILE with {}, then ", method.cat()), "FILE".to_owned())
            }
            (_, Some(method)) => (format!("unpack it with {} {name} > FILE, then ", method.cat()), "FILE".to_owned()),
            (_, None) => (String::new(), name),
        }
    }
}

/// Refuses by the first bytes, as they are before they are decoded.
pub fn bytes(bytes: &[u8], named: Named, settings: &job::Extract) -> Result<()> {
    // Bytes are bytes.
    if settings.compression == Compression::None {
        return Ok(());
    }
    if let Some(foreign) = foreign(bytes) {
        return Err(refused(named, foreign.what, &remedy(foreign, named)));
    }
    match nuls(bytes).filter(|nuls| bom(bytes).is_none() && is_told(*nuls, settings)) {
        Some(nuls) => Err(of_nuls(nuls, named)),
        None => Ok(()),
    }
}

/// Whether what NULs say is to be heeded.
fn is_told(nuls: Nuls, settings: &job::Extract) -> bool {
    let is_bytewise = !matches!(settings.encoding, Encoding::Utf16Le | Encoding::Utf16Be);
    match nuls {
        Nuls::Utf16Le | Nuls::Utf16Be | Nuls::Utf32 => is_bytewise,
        // Whatever stands in a line is a line, and what is to be left out may be anything.
        Nuls::Binary => {
            settings.encoding == Encoding::Utf8
                && settings.skip == 0
                && matches!(settings.format, Format::Csv | Format::Jsonl)
        }
    }
}

fn remedy(foreign: &Foreign, named: Named) -> String {
    let (first, file) = named.as_file();
    match foreign.remedy {
        Remedy::Filter(filter, options) => named.piped(filter, options),
        Remedy::Command(command, options) => {
            format!("{first}pipe it in: {} | gristmill run {options}- …", command.replace("FILE", &file))
        }
        Remedy::Sqlite(command) => {
            let command = command.replace("FILE", &file);
            format!("{first}pipe it in: {command} | gristmill run - …; a lookup takes sqlite:{file}?table=TABLE")
        }
        Remedy::Then(words) if named.packed.is_some() => format!("{first}{words}"),
        Remedy::Then(words) | Remedy::Words(words) => words.to_owned(),
    }
}

fn of_nuls(nuls: Nuls, named: Named) -> anyhow::Error {
    let encoding = |name: &str| format!("say extract.encoding = \"{name}\" (--set extract.encoding={name})");
    let (what, remedy) = match nuls {
        Nuls::Utf16Le => ("in UTF-16 without a byte order mark", encoding("utf-16le")),
        Nuls::Utf16Be => ("in UTF-16 without a byte order mark", encoding("utf-16be")),
        Nuls::Utf32 => ("in UTF-32", named.piped("iconv -f utf-32 -t utf-8", "")),
        Nuls::Binary => (
            "no text: its first line holds NULs among other bytes that no text has",
            "is the path right? extract.compression = \"none\" reads it as it is".to_owned(),
        ),
    };
    refused(named, what, &remedy)
}

/// Whether a document would be read as something else, which nobody has asked for.
pub fn may_be_document(settings: &job::Extract) -> bool {
    match settings.format {
        Format::Csv => settings.header.is_there() && !settings.format_is_given,
        Format::Jsonl => true,
        Format::Lines | Format::Text(_) | Format::Parquet => false,
    }
}

/// Refuses a text that is judged to be a document.
pub fn document(judged: Judged, input: &OpenInput, settings: &job::Extract) -> Result<()> {
    let Judged::Is(document) = judged else { return Ok(()) };
    let is_jsonl = matches!(settings.format, Format::Jsonl);
    // A line that is no object is a reject among others.
    let may_be_line = matches!(document, Document::Lines)
        || matches!(document, Document::Objects | Document::Array) && !is_whole(input.bytes());
    if is_jsonl && may_be_line {
        return Ok(());
    }
    let (what, remedy) = of_document(document, input.named());
    Err(refused(input.named(), what, &remedy))
}

/// Whether it is one line, or its first line is no value by itself.
fn is_whole(text: &[u8]) -> bool {
    let mut lines = text.split(|byte| *byte == b'\n').filter(|line| !line.trim_ascii().is_empty());
    let first = lines.next().unwrap_or_default();
    lines.next().is_none() || !first.trim_ascii_end().ends_with(b"]")
}

fn of_document(document: Document, named: Named) -> (&'static str, String) {
    let jsonl = "--from-format jsonl ";
    match document {
        Document::Objects => ("a JSON document, an array", named.piped("jq -c '.[]'", jsonl)),
        Document::Array => (
            "a JSON document, an array that holds no objects",
            "make it one object on each line, as jq -c does, for extract.format = \"jsonl\"".to_owned(),
        ),
        Document::Pretty => ("a JSON document, an object on several lines", named.piped("jq -c .", jsonl)),
        Document::Lines => (
            "JSON, an object on each line",
            "say extract.format = \"jsonl\" (--set extract.format=jsonl), or \"csv\" if it is CSV all the same"
                .to_owned(),
        ),
        Document::Xml => ("an XML document", "make CSV or JSON of it first".to_owned()),
        Document::Html => ("an HTML page", "a download that failed leaves such a page; get the data itself".to_owned()),
        Document::LfsPointer => ("a pointer of Git LFS", "get the file itself: git lfs pull".to_owned()),
    }
}

fn refused(named: Named, what: &str, remedy: &str) -> anyhow::Error {
    fatal(ExitCode::Data, format!("{} is {what}; {remedy}", named.title()))
}
