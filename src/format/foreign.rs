//! What is no text of records, told by its first bytes: databases, archives, documents, programs; and how to come to its rows.

mod magics;

use magics::{MAGICS, Magic, SHAPES, Then, WORKBOOK, WORKBOOKS};

use super::verdict::{Verdict, begins};

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
    /// A command from standard input to standard output, and what it writes.
    Filter(&'static str, Rows),
    /// The same of a command that wants a file, where it says `FILE`.
    Command(&'static str, Rows),
    /// The same of a SQLite database, which lookups are read from.
    Sqlite(&'static str),
    /// We read it ourselves, as a file and in another format.
    Parquet,
    /// What a person does.
    Words(&'static str),
}

/// What is read behind a remedy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rows {
    Csv,
    Jsonl,
}

/// What a file is that begins so; `ended`: there is no more of it.
pub fn foreign(bytes: &[u8], ended: bool) -> Verdict<&'static Foreign> {
    let ended = ended || bytes.len() >= TELLING;
    let bytes = bytes.get(..TELLING).unwrap_or(bytes);
    let plain = MAGICS.iter().map(|magic| stands(magic, bytes, ended));
    let shaped = SHAPES.iter().map(|(shape, foreign)| shape(bytes, ended).map(|()| foreign));
    plain.chain(shaped).fold(workbook(bytes, ended), |found, other| found.or(|| other))
}

fn stands(magic: &'static Magic, bytes: &[u8], ended: bool) -> Verdict<&'static Foreign> {
    let verdict = match (begins(bytes, magic.bytes, ended), magic.then) {
        (Verdict::Is(()), Then::NulWithin(from, to)) => holds_nul(bytes, from, to, ended),
        (Verdict::Is(()), Then::Word(word)) if bytes.windows(word.len()).any(|part| part == word) => Verdict::Is(()),
        (Verdict::Is(()), Then::Word(_)) => Verdict::agreeing(ended),
        (verdict, _) => verdict,
    };
    verdict.map(|()| &magic.foreign)
}

/// Whether a NUL stands from one place up to another.
fn holds_nul(bytes: &[u8], from: usize, to: usize, ended: bool) -> Verdict<()> {
    let held = bytes.get(from..to.min(bytes.len())).unwrap_or_default();
    match held.contains(&0) {
        true => Verdict::Is(()),
        false if bytes.len() < to => Verdict::agreeing(ended),
        false => Verdict::No,
    }
}

/// A document that is a zip archive within: what the archive's first file is called tells.
pub fn workbook(bytes: &[u8], ended: bool) -> Verdict<&'static Foreign> {
    const NAME: usize = 30;
    match begins(bytes, b"PK\x03\x04", ended) {
        Verdict::Is(()) => {
            let name = bytes.get(NAME..).unwrap_or_default();
            let named = WORKBOOKS.iter().map(|begin| begins(name, begin, ended));
            named.fold(Verdict::No, |found, other| found.or(|| other)).map(|()| &WORKBOOK)
        }
        Verdict::Open => Verdict::Open,
        Verdict::No => Verdict::No,
    }
}

/// A control character that texts do not have. ESC colours them, FF parts their pages, BS and SUB are old.
pub fn is_odd(byte: u8) -> bool {
    byte < b' ' && !matches!(byte, b'\t' | b'\n' | b'\r' | 0x0c | 0x0b | 0x1b | 0x08 | 0x07 | 0x1a)
}

#[cfg(test)]
mod tests;
