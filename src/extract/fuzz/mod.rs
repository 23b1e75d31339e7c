//! Reads any bytes twice: through cutter and field finder, fed in pieces, and byte by byte in the most naive way. What the
//! fuzz target runs, and the properties of reading and writing CSV.

mod pieces;
mod naive;
#[cfg(test)]
mod odd_inputs;
#[cfg(test)]
mod properties;

use crate::batch::{ErrorType, LineEnds};
use crate::format::csv::{Delimiter, Dialect};

use naive::{naive, naive_first_end};
use pieces::{check_accounts, first_end, read_in_pieces};

/// How the bytes are to be read.
#[derive(Clone, Debug)]
pub struct Setting {
    pub dialect: Dialect,
    pub max_record_size: usize,
    /// The cutter is content with so many bytes at once.
    pub enough: usize,
    pub width: usize,
    pub pad: bool,
    /// Quoted words mean NULL too.
    pub null_quoted: bool,
    /// A delimiter may stand at the end of a record.
    pub trailing_delimiter: bool,
}

impl Setting {
    /// The usual dialect, nothing limited.
    pub fn plain(width: usize) -> Setting {
        Setting {
            dialect: Dialect::default(),
            max_record_size: 1 << 20,
            enough: usize::MAX,
            width,
            pad: false,
            null_quoted: false,
            trailing_delimiter: false,
        }
    }
}

/// One record that was read.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    pub line: u64,
    pub offset: u64,
    pub raw: Vec<u8>,
    pub cells: Result<Vec<Option<String>>, ErrorType>,
}

/// One execution of the fuzz target: the first bytes choose how the rest is read.
pub fn fuzz(data: &[u8]) {
    let [choice, sizes, input @ ..] = data else { return };
    match choice & 128 {
        0 => any_bytes(input, *choice, *sizes),
        _ => well_formed(input, *choice, *sizes),
    }
}

fn any_bytes(input: &[u8], choice: u8, sizes: u8) {
    let delimiter = if sizes & 32 == 32 { Delimiter::new(b",|") } else { Delimiter::new(b",") };
    let delimiter = delimiter.expect("of one to four bytes");
    let quote = if choice & 3 == 3 { None } else { Some(b'"') };
    let backslash = Some(b'\\').filter(|_| choice & 4 == 4);
    let (escape, trim) = (backslash.or(quote), sizes & 64 == 64 && (quote.is_some() || backslash.is_none()));
    let comment = if choice & 8 == 8 { Some(b'#') } else { None };
    let dialect = Dialect { delimiter, quote, escape, comment, lenient: choice & 16 == 16, trim };
    let max_record_size = if choice & 32 == 32 { 1 + usize::from(sizes >> 2) } else { 1 << 20 };
    let enough = if sizes & 4 == 4 { 1 + usize::from(sizes >> 3) } else { usize::MAX };
    let (width, pad) = (1 + usize::from(sizes & 3), choice & 64 == 64);
    let (null_quoted, trailing_delimiter) = (sizes & 128 == 128, sizes & 64 == 64);
    let setting = Setting { dialect, max_record_size, enough, width, pad, null_quoted, trailing_delimiter };
    let at_once = read_in_pieces(input, &setting, || input.len());
    let naive = naive(input, &setting);
    check_accounts(input, &setting, &at_once, naive.ends);
    assert_eq!(at_once, naive.records);
    let mut size = usize::from(sizes);
    let mut feed = || {
        size = (size * 5 + 7) % 64;
        size
    };
    assert_eq!(at_once, read_in_pieces(input, &setting, &mut feed));
    assert_eq!(first_end(input, &setting, &mut feed), naive_first_end(input, &naive, &setting));
}

/// The bytes as cells, written as CSV, must be what the csv crate reads.
fn well_formed(input: &[u8], choice: u8, sizes: u8) {
    let width = 1 + usize::from(sizes & 3);
    let text = well_formed_text(&String::from_utf8_lossy(input), width, choice);
    let setting = Setting { enough: 1 + usize::from(sizes), ..Setting::plain(width) };
    let records = read_in_pieces(text.as_bytes(), &setting, || 1 + usize::from(sizes));
    check_accounts(text.as_bytes(), &setting, &records, Some(line_ends(choice).0));
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
    let mut expected = reader.records();
    for record in records {
        let cells = record.cells.expect("a well-formed row");
        let expected = expected.next().expect("a row fewer").expect("a row of the same width");
        for (cell, expected) in cells.iter().zip(&expected) {
            assert!(cell.as_deref().unwrap_or(if expected == "a" { "a" } else { "" }) == expected);
        }
    }
    assert!(expected.next().is_none(), "a row more");
}

/// What ends the lines of a well-formed text, and in how many ways; the first decides.
fn line_ends(choice: u8) -> (LineEnds, [&'static str; 3]) {
    match choice & 64 {
        0 => (LineEnds::Feed, ["\n", "\r\n", "\r\r\n"]),
        _ => (LineEnds::Return, ["\r", "\n", "\r\n"]),
    }
}

/// Cells are parted by tabs; whether one is quoted without need, and which line end follows, varies with `choice`.
fn well_formed_text(text: &str, width: usize, choice: u8) -> String {
    let (_, line_ends) = line_ends(choice);
    let mut written = String::new();
    let cells: Vec<&str> = text.split('\t').collect();
    for (row, cells) in cells.chunks_exact(width).enumerate() {
        for (column, cell) in cells.iter().enumerate() {
            written.push_str(if column > 0 { "," } else { "" });
            let needed = cell.starts_with('"') || cell.contains([',', '\n', '\r']) || width == 1;
            match needed || (row + column + usize::from(choice)) % 3 == 0 {
                true => written.push_str(&format!("\"{}\"", cell.replace('"', "\"\""))),
                false => written.push_str(cell),
            }
        }
        written.push_str(line_ends[row * (5 + usize::from(choice)) % 3]);
    }
    written
}
