//! What files begin with that are no texts of records. No text does: each holds bytes that none has, or such bytes must follow.

use super::Remedy::{Command, Filter, Parquet, Sqlite, Words};
use super::Rows::{Csv, Jsonl};
use super::{Foreign, Remedy, begins, holds_nul, is_odd};
use crate::format::verdict::Verdict;

/// What a file begins with, and what it is then.
pub struct Magic {
    pub bytes: &'static [u8],
    pub then: Then,
    pub foreign: Foreign,
}

/// What else must stand near.
#[derive(Clone, Copy)]
pub enum Then {
    Nothing,
    /// A NUL, from this place up to that.
    NulWithin(usize, usize),
    /// These bytes.
    Word(&'static [u8]),
}

const SAVE: Remedy = Words("save the sheet as CSV, as libreoffice --headless --convert-to csv does");
const ANEW: Remedy = Words("write it anew as CSV or Parquet");
const WRONG: Remedy = Words("is the path right?");
const UTF32: Remedy = Filter("iconv -f utf-32 -t utf-8", Csv);
const SQLITE: Remedy = Sqlite("sqlite3 -header -csv FILE 'select * from TABLE'");
const ACCESS: Remedy = Command("mdb-export FILE TABLE", Csv);
const PDF: Remedy = Words("get its data as CSV; pdftotext -layout writes its text");
const PGCOPY: Remedy = Words("write it anew with copy … to … with (format csv, header)");
const PGDUMP: Remedy = Words("restore it with pg_restore and copy the table out as CSV");

const fn magic(bytes: &'static [u8], what: &'static str, remedy: Remedy) -> Magic {
    Magic { bytes, then: Then::Nothing, foreign: Foreign { what, remedy } }
}

const fn then(magic: Magic, then: Then) -> Magic {
    Magic { then, ..magic }
}

pub static MAGICS: [Magic; 33] = [
    magic(b"SQLite format 3\0", "a SQLite database", SQLITE),
    magic(b"PAR1\x15", "a Parquet file", Parquet),
    then(magic(b"Obj\x01", "an Avro file", Command("fastavro FILE", Jsonl)), Then::Word(b"avro.")),
    magic(b"ARROW1\0\0", "an Arrow file", ANEW),
    magic(b"FEA1\0\0\0\0", "an Arrow file", ANEW),
    then(magic(b"\xff\xff\xff\xff", "an Arrow stream", ANEW), Then::NulWithin(4, 8)),
    magic(b"7z\xbc\xaf\x27\x1c", "a 7z archive", Command("7z x -so FILE", Csv)),
    magic(b"Rar!\x1a\x07", "a rar archive", Command("unrar p -inul FILE", Csv)),
    magic(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an Excel workbook (or another old document of Office)", SAVE),
    magic(b"%PDF-1.", "a PDF document", PDF),
    magic(b"%PDF-2.", "a PDF document", PDF),
    magic(b"\x7fELF", "a program", WRONG),
    magic(b"\x89PNG\r\n\x1a\n", "an image", WRONG),
    magic(b"\xff\xd8\xff", "an image", WRONG),
    // What follows are its width and height.
    then(magic(b"GIF87a", "an image", WRONG), Then::NulWithin(6, 13)),
    then(magic(b"GIF89a", "an image", WRONG), Then::NulWithin(6, 13)),
    magic(b"\x89HDF\r\n\x1a\n", "an HDF5 file", ANEW),
    magic(b"\x93NUMPY", "a NumPy array", ANEW),
    magic(b"X\n\0\0\0\x02", "an R data file", ANEW),
    magic(b"X\n\0\0\0\x03", "an R data file", ANEW),
    magic(b"RDX2\nX\n\0\0\0", "an R data file", ANEW),
    magic(b"RDX3\nX\n\0\0\0", "an R data file", ANEW),
    magic(b"\0\0\0\0\0\0\0\0\0\0\0\0\xc2\xea\x81\x60", "a SAS data set", ANEW),
    then(magic(b"$FL2@(#)", "an SPSS file", ANEW), Then::NulWithin(8, 80)),
    magic(b"<stata_dta><header><release>", "a Stata file", ANEW),
    magic(b"\0\x01\0\0Standard Jet DB", "an Access database", ACCESS),
    magic(b"\0\x01\0\0Standard ACE DB", "an Access database", ACCESS),
    magic(b"PGCOPY\n\xff", "a binary COPY of PostgreSQL", PGCOPY),
    magic(b"PGDMP\x01", "a dump of PostgreSQL", PGDUMP),
    magic(b"\xff\xfe\0\0", "in UTF-32", UTF32),
    magic(b"\0\0\xfe\xff", "in UTF-32", UTF32),
    magic(b"\xce\xfa\xed\xfe", "a program", WRONG),
    magic(b"\xcf\xfa\xed\xfe", "a program", WRONG),
];

/// Whether the first bytes have a shape.
type Shape = fn(&[u8], bool) -> Verdict<()>;

const fn shape(shape: Shape, what: &'static str, remedy: Remedy) -> (Shape, Foreign) {
    (shape, Foreign { what, remedy })
}

pub static SHAPES: [(Shape, Foreign); 4] = [
    shape(tar, "a tar archive", Filter("tar -xOf - NAME", Csv)),
    shape(duckdb, "a DuckDB database", Command("duckdb -csv FILE 'from TABLE'", Csv)),
    shape(orc, "an ORC file", Command("orc-contents FILE", Jsonl)),
    shape(program, "a program", WRONG),
];

/// Its magic stands behind the name and other fields of the first file, which are filled up with NULs.
fn tar(bytes: &[u8], ended: bool) -> Verdict<()> {
    const AT: usize = 257;
    let before = bytes.get(..AT).unwrap_or(bytes);
    let line = before.iter().position(|byte| matches!(byte, b'\n' | b'\r'));
    if line.is_some_and(|end| before.get(..end).is_some_and(|line| !line.contains(&0))) {
        return Verdict::No;
    }
    match begins(bytes.get(AT..).unwrap_or_default(), b"ustar", ended) {
        Verdict::Is(()) => holds_nul(bytes, AT + 5, AT + 8, ended),
        verdict => verdict,
    }
}

/// A checksum of eight bytes, the magic, and a version, a small number of eight bytes.
fn duckdb(bytes: &[u8], ended: bool) -> Verdict<()> {
    const AT: usize = 8;
    let checksum = bytes.get(..AT).unwrap_or(bytes);
    let line = checksum.iter().position(|byte| matches!(byte, b'\n' | b'\r')).and_then(|end| checksum.get(..end));
    let is_text =
        |line: &[u8]| !line.is_empty() && std::str::from_utf8(line).is_ok() && !line.iter().any(|byte| is_odd(*byte));
    if line.is_some_and(is_text) {
        return Verdict::No;
    }
    let rest = bytes.get(AT..).unwrap_or_default();
    match (begins(rest, b"DUCK", ended), rest.get(6..).unwrap_or_default()) {
        (Verdict::Is(()), version) => begins(version, &[0; 6], ended),
        (verdict, _) => verdict,
    }
}

/// What follows is a message of Protocol Buffers, perhaps behind the length of a block.
fn orc(bytes: &[u8], ended: bool) -> Verdict<()> {
    const NEAR: usize = 16;
    let rest = bytes.get(3..NEAR.min(bytes.len())).unwrap_or_default();
    let is_tag = |byte: &u8| matches!(byte, 2..=8 | 0x0e..=0x1f);
    match begins(bytes, b"ORC", ended) {
        Verdict::Is(()) if rest.first().is_some_and(|byte| *byte >= b' ') => Verdict::No,
        Verdict::Is(()) if rest.contains(&0) && rest.iter().any(is_tag) => Verdict::Is(()),
        Verdict::Is(()) if bytes.len() >= NEAR => Verdict::No,
        Verdict::Is(()) => Verdict::agreeing(ended),
        verdict => verdict,
    }
}

/// As for DOS and Windows: small numbers of two bytes, the last of them none.
fn program(bytes: &[u8], ended: bool) -> Verdict<()> {
    const SMALL: [usize; 4] = [3, 5, 6, 7];
    match begins(bytes, b"MZ", ended) {
        Verdict::Is(()) if SMALL.iter().any(|at| bytes.get(*at).is_some_and(|byte| *byte != 0)) => Verdict::No,
        Verdict::Is(()) if bytes.len() < 8 => Verdict::agreeing(ended),
        verdict => verdict,
    }
}

/// How the name of the first file in an archive begins that is a document, or what is in it.
pub const WORKBOOKS: [&[u8]; 6] = [
    b"[Content_Types].xml",
    b"_rels/",
    b"docProps/",
    b"xl/",
    b"mimetypeapplication/vnd.oasis",
    b"mimetypeapplication/vnd.sun",
];

pub static WORKBOOK: Foreign = Foreign { what: "an Excel workbook (or another document of an office)", remedy: SAVE };
