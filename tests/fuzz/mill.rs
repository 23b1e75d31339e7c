//! Reads any bytes twice: through cutter and field finder, fed in pieces, and byte by byte in the most naive way. Shared by
//! the property tests and the fuzz target.

use std::sync::Arc;

use gristmill::batch::{Chunk, ErrorType, InputFile, Records};
use gristmill::extract::cut::{Cut, Cutter, Limits, MOST_LINES, Position};
use gristmill::format::csv::find::{Fields, Method, Shape, find};
use gristmill::format::csv::{Dialect, Layout, NullWords, header, read};

/// How the bytes are to be read.
#[derive(Clone, Debug)]
pub struct Setting {
    pub dialect: Dialect,
    pub max_record_size: usize,
    /// The cutter is content with so many bytes at once.
    pub enough: usize,
    pub width: usize,
    pub pad: bool,
}

impl Setting {
    /// The usual dialect, nothing limited.
    pub fn plain(width: usize) -> Setting {
        Setting { dialect: Dialect::default(), max_record_size: 1 << 20, enough: usize::MAX, width, pad: false }
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

pub fn layout(setting: &Setting) -> Layout {
    let shape = Shape { dialect: setting.dialect, width: setting.width, pad: setting.pad };
    Layout { shape, null: NullWords::new(&[String::new(), "a".into()]), encoding: None, zone: chrono_tz::UTC }
}

/// Every record, with the bytes fed in pieces of the given sizes.
pub fn mill(input: &[u8], setting: &Setting, mut feed: impl FnMut() -> usize) -> Vec<Record> {
    let layout = layout(setting);
    let mut cutter = Cutter::new(setting.dialect, setting.max_record_size, false)
        .within(Limits { bytes: setting.enough, lines: MOST_LINES });
    let (mut at, mut held, mut fed) = (Position { offset: 0, line: 1 }, Vec::new(), 0);
    let (mut fields, mut records) = (Fields::default(), Vec::new());
    loop {
        let next = input.len().min(fed + feed().max(1));
        held.extend_from_slice(&input[fed..next]);
        fed = next;
        let end = fed == input.len();
        let cut = cutter.cut(&held, at, end);
        let rest = held.split_off(cut.taken);
        let (taken, next) = (cut.taken, Position { offset: at.offset + cut.source_bytes, line: at.line + cut.lines });
        let chunk = chunk(std::mem::replace(&mut held, rest), at, cut);
        methods_agree(&chunk, &layout.shape);
        read_chunk(&chunk, &layout, &mut fields, &mut records);
        at = next;
        if end && held.is_empty() {
            return records;
        }
        assert!(!end || taken > 0, "bytes left at the end");
    }
}

/// Where the first sound record ends that is not blank, found as a header is, with the bytes fed in pieces.
pub fn first_end(input: &[u8], setting: &Setting, mut feed: impl FnMut() -> usize) -> Option<usize> {
    let mut cutter = Cutter::new(setting.dialect, setting.max_record_size, false);
    let (mut taken, mut fed, mut line) = (0, 0, 1);
    loop {
        fed = input.len().min(fed + feed().max(1));
        let end = fed == input.len();
        let at = Position { offset: taken as u64, line };
        let cut = cutter.cut_first(&input[taken..fed], at, end);
        let bytes = input[taken..taken + cut.taken].to_vec();
        (taken, line) = (taken + cut.taken, line + cut.lines);
        let chunk = chunk(bytes, at, cut);
        if header::width(&chunk, &setting.dialect).is_some() {
            return Some(taken);
        }
        if end {
            assert_eq!(taken, input.len());
            return None;
        }
    }
}

fn chunk(bytes: Vec<u8>, at: Position, cut: Cut) -> Chunk {
    Chunk {
        sequence: 0,
        file: Arc::new(InputFile::new(0, "input.csv")),
        offset: at.offset,
        line: at.line,
        bytes,
        skips: cut.skips,
        plain_quotes: cut.plain_quotes,
        from_utf16: false,
        values: None,
    }
}

fn methods_agree(chunk: &Chunk, shape: &Shape) {
    let (mut best, mut scalar) = (Fields::default(), Fields::default());
    find(chunk, shape, Method::Best, &mut best);
    find(chunk, shape, Method::Scalar, &mut scalar);
    assert_eq!((best.places(), &best.bad), (scalar.places(), &scalar.bad));
}

fn read_chunk(chunk: &Chunk, layout: &Layout, fields: &mut Fields, records: &mut Vec<Record>) {
    let found = read(chunk, layout, fields);
    let mut slots: Vec<Option<Record>> = vec![None; found.read];
    for row in 0..found.records.len() {
        let cells = (0..layout.shape.width).map(|column| found.records.text(row, column).map(Into::into)).collect();
        let origin = found.records.origin(row);
        let record = Record { line: origin.line, offset: origin.offset, raw: origin.raw, cells: Ok(cells) };
        assert!(slots[origin.record].replace(record).is_none(), "two records in one place");
    }
    for reject in found.rejects {
        let origin = reject.origin;
        let cells = Err(reject.error_type);
        let record = Record { line: origin.line, offset: origin.offset, raw: origin.raw, cells };
        assert!(slots[origin.record].replace(record).is_none(), "two records in one place");
    }
    records.extend(slots.into_iter().map(|slot| slot.expect("every record is a row or a reject")));
}

/// Every byte is part of one record, of a line end, or of a comment line; every place is right.
pub fn check_accounts(input: &[u8], setting: &Setting, records: &[Record]) {
    let (mut from, mut counted, mut line) = (0, 0, 1);
    for record in records {
        let start = record.offset as usize;
        check_gap(&input[from..start], setting);
        from = start + record.raw.len();
        assert_eq!(input[start..from], record.raw);
        line += line_ends(&input[counted..start]);
        counted = start;
        assert_eq!(record.line, line);
    }
    check_gap(&input[from..], setting);
}

fn check_gap(gap: &[u8], setting: &Setting) {
    for line in gap.split(|byte| matches!(byte, b'\n' | b'\r')).filter(|line| !line.is_empty()) {
        assert_eq!(line.first().copied(), setting.dialect.comment, "lost: {:?}", line.escape_ascii());
    }
}

fn line_ends(bytes: &[u8]) -> u64 {
    let (mut at, mut ends) = (0, 0);
    while at < bytes.len() {
        let length = line_end(bytes, at);
        ends += u64::from(length > 0);
        at += length.max(1);
    }
    ends
}

fn line_end(bytes: &[u8], at: usize) -> usize {
    match &bytes[at..] {
        [b'\r', b'\r', b'\n', ..] => 3,
        [b'\r', b'\n', ..] => 2,
        [b'\r' | b'\n', ..] => 1,
        _ => 0,
    }
}

/// The same by a reader that takes one byte after the other.
pub fn naive(input: &[u8], setting: &Setting) -> Vec<Record> {
    let (mut at, mut line, mut records) = (0, 1, Vec::new());
    while at < input.len() {
        let comment = setting.dialect.comment == Some(input[at]);
        let outcome = if comment { Err(None) } else { naive_record(input, at, setting).map_err(Some) };
        let text_end = match &outcome {
            Ok((_, end)) => *end,
            Err(_) => (at..input.len()).find(|&at| line_end(input, at) > 0).unwrap_or(input.len()),
        };
        let kept = if outcome.is_err() { text_end.min(at + 65_536) } else { text_end };
        let raw = &input[at..kept];
        let cells = match outcome {
            Ok((fields, _)) => judge(raw, fields, setting),
            Err(why) => why.map(Err),
        };
        let next = if text_end < input.len() { text_end + line_end(input, text_end) } else { text_end };
        records.extend(cells.map(|cells| Record { line, offset: at as u64, raw: raw.to_vec(), cells }));
        line += line_ends(&input[at..next]);
        at = next;
    }
    records
}

/// The same for `first_end`.
pub fn naive_first_end(input: &[u8], records: &[Record]) -> Option<usize> {
    let broken = [ErrorType::BadQuote, ErrorType::UnclosedQuote, ErrorType::RecordTooLarge];
    let sound = |record: &&Record| !record.cells.as_ref().is_err_and(|why| broken.contains(why));
    let first = records.iter().filter(|record| !record.raw.is_empty()).find(sound)?;
    let end = first.offset as usize + first.raw.len();
    Some(end + line_end(input, end))
}

/// Encoding before width; `None` is a blank line.
fn judge(raw: &[u8], fields: Vec<Field>, setting: &Setting) -> Option<Result<Vec<Option<String>>, ErrorType>> {
    if raw.is_empty() && setting.width > 1 {
        return None;
    }
    let wrong = match fields.len().cmp(&setting.width) {
        _ if std::str::from_utf8(raw).is_err() => Some(ErrorType::InvalidEncoding),
        std::cmp::Ordering::Less if !setting.pad => Some(ErrorType::MissingColumns),
        std::cmp::Ordering::Greater => Some(ErrorType::TooManyColumns),
        _ => None,
    };
    let mut cells: Vec<_> = fields.into_iter().map(Field::cell).collect();
    cells.resize(setting.width.max(cells.len()), None);
    Some(wrong.map_or(Ok(cells), Err))
}

#[derive(Default)]
struct Field {
    quoted: bool,
    text: Vec<u8>,
}

impl Field {
    fn cell(self) -> Option<String> {
        let null = !self.quoted && (self.text.is_empty() || self.text == b"a");
        (!null).then(|| String::from_utf8_lossy(&self.text).into_owned())
    }
}

enum State {
    Start,
    Plain,
    Quoted,
    Escaped,
    Closed,
}

/// The fields of the record at `start` and the end of its text.
fn naive_record(input: &[u8], start: usize, setting: &Setting) -> Result<(Vec<Field>, usize), ErrorType> {
    let Dialect { delimiter, quote, escape, lenient, .. } = setting.dialect;
    let mut fields = vec![Field::default()];
    let mut state = State::Start;
    for (at, &byte) in input.iter().enumerate().skip(start) {
        let line_end = matches!(byte, b'\n' | b'\r');
        let field = fields.last_mut().unwrap();
        if line_end && matches!(state, State::Start | State::Plain | State::Closed) {
            return Ok((fields, at));
        }
        if at - start >= setting.max_record_size {
            return Err(ErrorType::RecordTooLarge);
        }
        state = match state {
            State::Quoted if Some(byte) == quote => State::Closed,
            State::Quoted if byte == escape => State::Escaped,
            State::Closed if Some(byte) == quote && Some(escape) == quote => {
                field.text.push(byte);
                State::Quoted
            }
            State::Start | State::Plain | State::Closed if byte == delimiter => {
                fields.push(Field::default());
                State::Start
            }
            State::Start if Some(byte) == quote => {
                field.quoted = true;
                State::Quoted
            }
            State::Closed if !lenient => return Err(ErrorType::BadQuote),
            State::Quoted | State::Escaped => {
                field.text.push(byte);
                State::Quoted
            }
            State::Start | State::Plain | State::Closed => {
                field.text.push(byte);
                State::Plain
            }
        };
    }
    match state {
        State::Quoted | State::Escaped => Err(ErrorType::UnclosedQuote),
        _ => Ok((fields, input.len())),
    }
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
    let quote = if choice & 3 == 3 { None } else { Some(b'"') };
    let escape = if choice & 4 == 4 { b'\\' } else { b'"' };
    let comment = if choice & 8 == 8 { Some(b'#') } else { None };
    let dialect = Dialect { delimiter: b',', quote, escape, comment, lenient: choice & 16 == 16 };
    let max_record_size = if choice & 32 == 32 { 1 + usize::from(sizes >> 2) } else { 1 << 20 };
    let enough = if sizes & 4 == 4 { 1 + usize::from(sizes >> 3) } else { usize::MAX };
    let (width, pad) = (1 + usize::from(sizes & 3), choice & 64 == 64);
    let setting = Setting { dialect, max_record_size, enough, width, pad };
    let at_once = mill(input, &setting, || input.len());
    check_accounts(input, &setting, &at_once);
    assert_eq!(at_once, naive(input, &setting));
    let mut size = usize::from(sizes);
    let mut feed = || {
        size = (size * 5 + 7) % 64;
        size
    };
    assert_eq!(at_once, mill(input, &setting, &mut feed));
    assert_eq!(first_end(input, &setting, &mut feed), naive_first_end(input, &at_once));
}

/// The bytes as cells, written as CSV, must be what the csv crate reads.
fn well_formed(input: &[u8], choice: u8, sizes: u8) {
    let width = 1 + usize::from(sizes & 3);
    let text = well_formed_text(&String::from_utf8_lossy(input), width, choice);
    let setting = Setting { enough: 1 + usize::from(sizes), ..Setting::plain(width) };
    let records = mill(text.as_bytes(), &setting, || 1 + usize::from(sizes));
    check_accounts(text.as_bytes(), &setting, &records);
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

/// Cells are parted by tabs; whether one is quoted without need, and which line end follows, varies with `choice`.
fn well_formed_text(text: &str, width: usize, choice: u8) -> String {
    let line_ends = ["\n", "\r\n", "\r", "\r\r\n"];
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
        written.push_str(line_ends[(row * 5 + usize::from(choice)) % 4]);
    }
    written
}
