//! What is no text of records, told by its first bytes: databases, archives, documents, programs; and how to come to its rows.

/// So many first bytes tell, where there are so many.
pub const TELLING: usize = 512;

/// What a file is that is no text of records.
#[derive(Debug, PartialEq, Eq)]
pub struct Foreign {
    /// As in "orders.csv is a tar archive".
    pub what: &'static str,
    pub remedy: Remedy,
}

/// How to come to its rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Remedy {
    /// A command from standard input to standard output, and what is to be said of what it writes.
    Filter(&'static str, &'static str),
    /// The same of a command that wants a file, where it says `FILE`.
    Command(&'static str, &'static str),
    /// The same of a SQLite database, which lookups are read from.
    Sqlite(&'static str),
    /// What a person does with the file.
    Then(&'static str),
    /// What a person does.
    Words(&'static str),
}

use Remedy::{Command, Filter, Sqlite, Then, Words};

const JSONL: &str = "--from-format jsonl ";
const SAVE: Remedy = Words("save the sheet as CSV, as libreoffice --headless --convert-to csv does");
const ANEW: Remedy = Words("write it anew as CSV or Parquet");
const WRONG: Remedy = Words("is the path right?");

/// A place in a file and what stands there, which no text has; what it is then.
type Magic = (usize, &'static [u8], Foreign);

const fn magic(at: usize, bytes: &'static [u8], what: &'static str, remedy: Remedy) -> Magic {
    (at, bytes, Foreign { what, remedy })
}

static MAGICS: [Magic; 28] = [
    magic(0, b"SQLite format 3\0", "a SQLite database", Sqlite("sqlite3 -header -csv FILE 'select * from TABLE'")),
    magic(
        0,
        b"PAR1\x15",
        "a Parquet file",
        Then("read it as a file with extract.format = \"parquet\" (--from-format parquet)"),
    ),
    magic(0, b"Obj\x01", "an Avro file", Command("fastavro FILE", JSONL)),
    magic(0, b"ARROW1\0\0", "an Arrow file", ANEW),
    magic(257, b"ustar", "a tar archive", Filter("tar -xO NAME", "")),
    magic(0, b"PK\x03\x04", "a zip archive", Command("unzip -p FILE", "")),
    magic(0, b"7z\xbc\xaf\x27\x1c", "a 7z archive", Command("7z x -so FILE", "")),
    magic(0, b"Rar!\x1a\x07", "a rar archive", Command("unrar p -inul FILE", "")),
    magic(0, b"\x1f\x8b\x08", "gzip-compressed", Filter("zcat", "")),
    magic(0, b"\x28\xb5\x2f\xfd", "zstd-compressed", Filter("zstdcat", "")),
    magic(0, b"BZh91AY&SY", "bzip2-compressed", Filter("bzcat", "")),
    magic(0, b"\xfd7zXZ\0", "xz-compressed", Filter("xzcat", "")),
    magic(0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an Excel workbook (or another old document of Office)", SAVE),
    magic(0, b"%PDF-", "a PDF document", Words("get its data as CSV; pdftotext -layout writes its text")),
    magic(0, b"\x7fELF", "a program", WRONG),
    magic(0, b"\x89PNG\r\n\x1a\n", "an image", WRONG),
    magic(0, b"\xff\xd8\xff", "an image", WRONG),
    magic(0, b"\x89HDF\r\n\x1a\n", "an HDF5 file", ANEW),
    magic(0, b"\x93NUMPY", "a NumPy array", ANEW),
    magic(0, b"X\n\0\0\0", "an R data file", ANEW),
    magic(0, b"RDX2\nX\n", "an R data file", ANEW),
    magic(0, b"RDX3\nX\n", "an R data file", ANEW),
    magic(8, b"DUCK", "a DuckDB database", Command("duckdb -csv FILE 'from TABLE'", "")),
    magic(0, b"\0\x01\0\0Standard Jet DB", "an Access database", Command("mdb-export FILE TABLE", "")),
    magic(0, b"\0\x01\0\0Standard ACE DB", "an Access database", Command("mdb-export FILE TABLE", "")),
    magic(
        0,
        b"PGCOPY\n\xff",
        "a binary COPY of PostgreSQL",
        Words("write it anew with copy … to … with (format csv, header)"),
    ),
    magic(0, b"\xff\xfe\0\0", "in UTF-32", UTF32),
    magic(0, b"\0\0\xfe\xff", "in UTF-32", UTF32),
];

const UTF32: Remedy = Filter("iconv -f utf-32 -t utf-8", "");

/// Magics that a text may begin with too: what is no text must follow.
static WEAK: [Magic; 4] = [
    magic(0, b"ORC", "an ORC file", Command("orc-contents FILE", JSONL)),
    magic(0, b"GIF8", "an image", WRONG),
    magic(0, b"PGDMP", "a dump of PostgreSQL", Words("restore it with pg_restore and copy the table out as CSV")),
    magic(0, b"MZ", "a program", WRONG),
];

/// A zip archive whose first file tells that it is a document: the begin of that file's name, or of what is in it.
const WORKBOOKS: [&[u8]; 6] = [
    b"[Content_Types].xml",
    b"_rels/",
    b"docProps/",
    b"xl/",
    b"mimetypeapplication/vnd.oasis",
    b"mimetypeapplication/vnd.sun",
];

static WORKBOOK: Foreign = Foreign { what: "an Excel workbook (or another document of an office)", remedy: SAVE };

/// Where the name of the first file of a zip archive begins.
const ZIP_NAME: usize = 30;

/// Up to so far behind the begin of a magic that stands behind other bytes, one of them is NUL.
const NEAR: usize = 8;

/// What a file is that begins so; `None` where it may be text. Of the bytes `TELLING` are enough.
pub fn foreign(bytes: &[u8]) -> Option<&'static Foreign> {
    let bytes = bytes.get(..TELLING).unwrap_or(bytes);
    let stands = |(at, magic, _): &&Magic| {
        // The word alone may stand in a text, that far behind.
        let is_near = |around: &[u8]| *at == 0 || around.contains(&0);
        bytes.get(*at..).is_some_and(|rest| rest.starts_with(magic)) && is_near(bytes.get(..at + NEAR).unwrap_or(bytes))
    };
    let weak = || WEAK.iter().find(stands).filter(|_| !is_text(bytes));
    workbook(bytes).or_else(|| MAGICS.iter().find(stands).or_else(weak).map(|(.., foreign)| foreign))
}

/// A document that is a zip archive within.
pub fn workbook(bytes: &[u8]) -> Option<&'static Foreign> {
    let name = bytes.get(ZIP_NAME..).filter(|_| bytes.starts_with(b"PK\x03\x04"))?;
    WORKBOOKS.iter().any(|begin| name.starts_with(begin)).then_some(&WORKBOOK)
}

fn is_text(bytes: &[u8]) -> bool {
    let sound = std::str::from_utf8(bytes).map_or_else(|error| error.error_len().is_none(), |_| true);
    sound && !bytes.iter().any(|byte| is_odd(*byte))
}

/// A control character that texts do not have. ESC colours them, FF parts their pages, BS and SUB are old.
fn is_odd(byte: u8) -> bool {
    byte < b' ' && !matches!(byte, b'\t' | b'\n' | b'\r' | 0x0c | 0x0b | 0x1b | 0x08 | 0x07 | 0x1a)
}

/// What NULs among the first bytes say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nuls {
    /// Every second byte: text in UTF-16, little-endian.
    Utf16Le,
    Utf16Be,
    /// Three of four.
    Utf32,
    /// So many, or beside so much that is no text.
    Binary,
}

/// What NULs in the first line tell for certain; `None` where they may stand in a value.
pub fn nuls(bytes: &[u8]) -> Option<Nuls> {
    let bytes = bytes.get(..TELLING).unwrap_or(bytes);
    unicode(bytes).or_else(|| {
        let line = bytes.split(|byte| matches!(byte, b'\n' | b'\r')).next().unwrap_or_default();
        let odd = line.iter().filter(|byte| is_odd(**byte)).count();
        let many = odd >= 4 && odd * 2 >= line.len();
        let broken = std::str::from_utf8(line).is_err_and(|error| error.error_len().is_some());
        (line.contains(&0) && (many || broken)).then_some(Nuls::Binary)
    })
}

/// UTF-16 or UTF-32 without a mark, in which most characters of a header are those of ASCII.
fn unicode(bytes: &[u8]) -> Option<Nuls> {
    let nuls = |place: usize| bytes.iter().skip(place).step_by(2).filter(|byte| **byte == 0).count();
    let (units, even, odd) = (bytes.len() / 2, nuls(0), nuls(1));
    let most = |count: usize| units >= 2 && count * 4 >= units * 3;
    let quads = bytes.as_chunks::<4>().0;
    let alone = |quad: &[u8; 4]| quad.iter().filter(|byte| **byte == 0).count() == 3;
    let straight = |place: usize| quads.iter().all(|quad| quad.get(place).is_some_and(|byte| *byte != 0));
    match (most(even), most(odd)) {
        _ if quads.len() >= 2 && quads.iter().all(alone) && (straight(0) || straight(3)) => Some(Nuls::Utf32),
        (false, true) if even == 0 => Some(Nuls::Utf16Le),
        (true, false) if odd == 0 => Some(Nuls::Utf16Be),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
