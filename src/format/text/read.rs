//! One chunk of lines: each that matches the pattern is a row, each that does not a reject.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use regex::CaptureLocations;

use super::Pattern;
use super::year::Latest;
use crate::batch::{Chunk, ErrorType};
use crate::format::cells::{Cell, CellRecords, Cells, Meaning};
use crate::format::csv::{self, Judged, NullWords, read_lines};
use crate::format::read::{Found, Workspace};

/// How the lines of an input are to be understood.
#[derive(Clone, Debug)]
pub struct Layout {
    /// Of one column, the line.
    pub lines: csv::Layout,
    pub pattern: Arc<Pattern>,
    /// The texts that mean NULL.
    pub null: NullWords,
    pub latest: Latest,
}

/// Reads a chunk.
pub fn read<'a>(chunk: &'a Chunk, layout: &'a Layout, space: &'a mut Workspace) -> Found<'a> {
    let Workspace { fields, cells } = space;
    let pattern = layout.pattern.as_ref();
    cells.begin(pattern.columns.len());
    let mut places = pattern.locations();
    let judge = |text: &str, span: Range<usize>| judge(pattern, text, span, &mut places, cells);
    let csv::Found { records, rejects, read } = read_lines(chunk, &layout.lines, fields, judge);
    let records = CellRecords { lines: records, cells, meaning: layout, zone: layout.lines.zone };
    Found { records: Box::new(records), rejects, read }
}

fn judge(
    pattern: &Pattern,
    text: &str,
    span: Range<usize>,
    places: &mut [CaptureLocations],
    cells: &mut Cells,
) -> Judged {
    let line = text.get(span.clone()).unwrap_or_default();
    let Some(places) = pattern.find(line, places) else {
        return Judged::Refused(ErrorType::NoMatch, pattern.why_not(line));
    };
    for (cell, group) in cells.push_row().iter_mut().zip(&pattern.groups) {
        if let Some((start, end)) = places.get(*group) {
            *cell = Cell::new(span.start + start..span.start + end);
        }
    }
    Judged::Row
}

impl Meaning for Layout {
    fn text<'t>(&self, column: usize, cell: &'t str) -> Option<Cow<'t, str>> {
        if self.null.contains(cell) {
            return None;
        }
        let dated = (self.pattern.yearless == Some(column)).then(|| self.latest.with_year(cell)).flatten();
        Some(dated.map_or(Cow::Borrowed(cell), Cow::Owned))
    }
}
