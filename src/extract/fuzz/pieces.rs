//! Cutter and field finder at work on bytes that come in pieces.

use std::sync::Arc;

use super::naive::{is_blank_line, line_end, line_ends};
use super::{Record, Setting};
use crate::batch::{Chunk, InputFile, LineEnds, Records};
use crate::extract::cut::{Cut, Cutter, Limits, MOST_LINES, Position};
use crate::format::csv::{Fields, Layout, NullWords, Shape, find, header, read};

pub fn layout(setting: &Setting) -> Layout {
    let shape = Shape {
        dialect: setting.dialect,
        width: setting.width,
        pad: setting.pad,
        trailing_delimiter: setting.trailing_delimiter,
        skips_header: false,
    };
    let null = NullWords::new(&[String::new(), "a".into()]).quoted_too(setting.null_quoted);
    Layout { shape, null, repeats: Arc::default(), encoding: None, zone: chrono_tz::UTC }
}

/// Every record, with the bytes fed in pieces of the given sizes.
pub fn read_in_pieces(input: &[u8], setting: &Setting, mut feed: impl FnMut() -> usize) -> Vec<Record> {
    let layout = layout(setting);
    let mut cutter = Cutter::new(setting.dialect, setting.max_record_size, false)
        .with_blank_rows(setting.width < 2)
        .within(Limits { bytes: setting.enough, lines: MOST_LINES });
    let (mut at, mut held, mut fed) = (Position::first(), Vec::new(), 0);
    let (mut fields, mut records) = (Fields::default(), Vec::new());
    loop {
        let next = input.len().min(fed + feed().max(1));
        held.extend_from_slice(&input[fed..next]);
        fed = next;
        let end = fed == input.len();
        let cut = cutter.cut(&held, at, end);
        let rest = held.split_off(cut.taken);
        let (taken, next) = (cut.taken, at.behind(&cut));
        let mut chunk = chunk(std::mem::replace(&mut held, rest), at, cut);
        finders_agree(&mut chunk, &layout.shape);
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
    let (mut taken, mut fed, mut at) = (0, 0, Position::first());
    loop {
        fed = input.len().min(fed + feed().max(1));
        let end = fed == input.len();
        let cut = cutter.cut_first(&input[taken..fed], at, end);
        let bytes = input[taken..taken + cut.taken].to_vec();
        let begin = at;
        at = at.behind(&cut);
        taken += cut.taken;
        let chunk = chunk(bytes, begin, cut);
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
        line_ends: cut.line_ends.unwrap_or_default(),
        values: None,
        upto: None,
    }
}

/// Quotes that are not known to be plain are taken byte by byte, which finds the same.
fn finders_agree(chunk: &mut Chunk, shape: &Shape) {
    let (mut best, mut careful) = (Fields::default(), Fields::default());
    find(chunk, shape, &mut best);
    let plain_quotes = std::mem::replace(&mut chunk.plain_quotes, false);
    find(chunk, shape, &mut careful);
    chunk.plain_quotes = plain_quotes;
    let places = |fields: &Fields| (0..fields.rows()).flat_map(|row| fields.row(row).to_vec()).collect::<Vec<_>>();
    assert_eq!((places(&best), &best.bad), (places(&careful), &careful.bad));
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
pub fn check_accounts(input: &[u8], setting: &Setting, records: &[Record], ends: Option<LineEnds>) {
    let (mut from, mut counted, mut line) = (0, 0, 1);
    for record in records {
        let start = record.offset as usize;
        check_gap(&input[from..start], setting, ends);
        from = start + record.raw.len();
        assert_eq!(input[start..from], record.raw);
        line += line_ends(&input[counted..start], ends);
        counted = start;
        assert_eq!(record.line, line);
    }
    check_gap(&input[from..], setting, ends);
}

fn check_gap(gap: &[u8], setting: &Setting, ends: Option<LineEnds>) {
    let mut at = 0;
    while at < gap.len() {
        let end = (at..gap.len()).find(|&end| line_end(gap, end, ends) > 0).unwrap_or(gap.len());
        let line = &gap[at..end];
        let told = is_blank_line(line, &setting.dialect) || line.first().copied() == setting.dialect.comment;
        assert!(told, "lost: {:?}", line.escape_ascii());
        at = end + if end < gap.len() { line_end(gap, end, ends) } else { 0 };
    }
}
