//! One chunk of JSONL: each line that is an object is a row, each that is not a reject; blank lines are neither.

use std::borrow::Cow;
use std::ops::Range;

use super::keys::Keys;
use crate::batch::{Chunk, ErrorType};
use crate::format::cells::{Cell, CellRecords, Cells, Meaning};
use crate::format::csv::{self, Judged, read_lines};
use crate::format::json::{Scan, token};
use crate::format::read::{Found, Workspace};

/// How the lines of an input are to be understood.
#[derive(Clone, Debug)]
pub struct Layout {
    /// Of one column, the line.
    pub lines: csv::Layout,
    pub keys: Keys,
}

/// Reads a chunk.
pub fn read<'a>(chunk: &'a Chunk, layout: &'a Layout, space: &'a mut Workspace) -> Found<'a> {
    let Workspace { fields, cells } = space;
    cells.begin(layout.keys.len());
    let judge = |text: &str, span: Range<usize>| judge(&layout.keys, text, span, cells);
    let csv::Found { records, rejects, read } = read_lines(chunk, &layout.lines, fields, judge);
    let records = CellRecords { lines: records, cells, meaning: layout, zone: layout.lines.zone };
    Found { records: Box::new(records), rejects, read }
}

fn judge(keys: &Keys, text: &str, span: Range<usize>, cells: &mut Cells) -> Judged {
    let line = text.get(span.clone()).unwrap_or_default();
    let row = cells.push_row();
    let mut expected = 0;
    let mut unknown: Option<Cow<str>> = None;
    let outcome = Scan::new(line).object(|key, value| {
        match keys.find(&key, expected) {
            Some(column) => {
                let cell = row.get_mut(column).filter(|cell| cell.is_absent()).ok_or("the key stands here again")?;
                *cell = Cell::new(span.start + value.start..span.start + value.end);
                expected = column + 1;
            }
            None if keys.others_pass => {}
            None => unknown = unknown.take().or(Some(key)),
        }
        Ok(())
    });
    let judged = match (outcome, unknown) {
        (Ok(true), None) => return Judged::Row,
        (Ok(true), Some(key)) => Judged::Refused(ErrorType::TooManyColumns, unknown_key(&key)),
        (Ok(false), _) => Judged::Blank,
        (Err(fault), _) => Judged::Refused(ErrorType::BadJson, fault.message()),
    };
    cells.pop_row();
    judged
}

fn unknown_key(key: &str) -> String {
    format!(
        "the key {key:?} is in no object of the sample, so it is no column; extract.columns says which keys are read"
    )
}

impl Meaning for Layout {
    #[inline]
    fn text<'t>(&self, _column: usize, cell: &'t str) -> Option<Cow<'t, str>> {
        (!is_null(cell)).then(|| token::text(cell))
    }

    fn token<'t>(&self, cell: &'t str) -> Option<&'t str> {
        (!is_null(cell)).then_some(cell)
    }

    fn is_json(&self) -> bool {
        true
    }

    fn is_text(&self, cell: &str) -> bool {
        cell.starts_with('"')
    }
}

#[inline]
fn is_null(token: &str) -> bool {
    token.as_bytes().first() == Some(&b'n')
}
