//! Rows whose cells lie anywhere in the text of their line, as the formats of lines find them: places, no copies.

use std::borrow::Cow;
use std::ops::{Range, RangeInclusive};
use std::sync::Arc;

use chrono_tz::Tz;

use super::csv::CsvRecords;
use super::value;
use crate::arrow::array::{ArrayRef, StringArray};
use crate::batch::{Computed, InputFile, Records, RowOrigin, Selection, Spot};
use crate::types::{Type, Typing};

/// Where each cell of each row stands in the text of its chunk. Kept from chunk to chunk for its capacity.
#[derive(Debug, Default)]
pub struct Cells {
    places: Vec<Cell>,
    width: usize,
}

/// Begin and end of one cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cell(u32, u32);

impl Cell {
    /// No text at all. No chunk is so large that anything could stand there.
    pub const ABSENT: Cell = Cell(u32::MAX, u32::MAX);

    pub fn new(span: Range<usize>) -> Cell {
        Cell(span.start as u32, span.end as u32)
    }

    pub fn is_absent(self) -> bool {
        self == Cell::ABSENT
    }
}

impl Cells {
    pub fn capacity(&self) -> usize {
        2 * self.places.capacity()
    }

    pub fn begin(&mut self, width: usize) {
        self.places.clear();
        self.width = width;
    }

    /// A further row, all its cells absent.
    #[inline]
    pub fn push_row(&mut self) -> &mut [Cell] {
        let from = self.places.len();
        self.places.resize(from + self.width, Cell::ABSENT);
        self.places.get_mut(from..).unwrap_or_default()
    }

    /// Takes the last row back.
    pub fn pop_row(&mut self) {
        self.places.truncate(self.places.len().saturating_sub(self.width));
    }

    #[inline]
    fn get<'t>(&self, row: usize, column: usize, text: &'t str) -> Option<&'t str> {
        let Cell(start, end) = *self.places.get(row * self.width + column)?;
        text.get(start as usize..end as usize)
    }
}

/// What the bytes of a cell mean.
pub trait Meaning: Sync {
    /// The text that a cell stands for; `None` is NULL.
    fn text<'t>(&self, column: usize, cell: &'t str) -> Option<Cow<'t, str>>;

    /// See `Records::is_text`.
    fn is_text(&self, _cell: &str) -> bool {
        false
    }

    /// See `Records::is_json`; it is so of all columns or of none.
    fn is_json(&self) -> bool {
        false
    }

    /// See `Records::token`.
    fn token<'t>(&self, _cell: &'t str) -> Option<&'t str> {
        None
    }
}

/// The rows of a chunk of lines.
pub struct CellRecords<'a, M> {
    pub lines: CsvRecords<'a>,
    pub cells: &'a Cells,
    pub meaning: &'a M,
    pub zone: Tz,
}

impl<M: Meaning> Records for CellRecords<'_, M> {
    fn len(&self) -> usize {
        self.lines.len()
    }

    #[inline]
    fn text(&self, row: usize, column: usize) -> Option<Cow<'_, str>> {
        self.meaning.text(column, self.cells.get(row, column, self.lines.whole())?)
    }

    fn is_text(&self, row: usize, column: usize) -> bool {
        self.cells.get(row, column, self.lines.whole()).is_some_and(|cell| self.meaning.is_text(cell))
    }

    fn is_json(&self, _column: usize) -> bool {
        self.meaning.is_json()
    }

    fn token(&self, row: usize, column: usize) -> Option<&str> {
        self.meaning.token(self.cells.get(row, column, self.lines.whole())?)
    }

    fn parse(&self, column: usize, typing: &Typing, selection: &Selection) -> Computed {
        if typing.ty == Type::Json && self.is_json(column) {
            let tokens: StringArray = selection.iter().map(|row| self.token(row, column)).collect();
            return Computed { array: Arc::new(tokens), failures: Vec::new() };
        }
        value::parse(selection.iter().map(|row| self.text(row, column)), typing, self.zone)
    }

    fn whole_numbers(&self, column: usize, selection: &Selection) -> Option<ArrayRef> {
        value::whole_numbers(selection.iter().map(|row| self.text(row, column)))
    }

    /// No cell is known to be free of what a CSV file would quote.
    fn verbatim(&self, _row: usize, _columns: RangeInclusive<usize>, _delimiter: u8) -> Option<&[u8]> {
        None
    }

    fn ordinal(&self, row: usize) -> usize {
        self.lines.ordinal(row)
    }

    fn spot(&self, row: usize) -> Spot {
        self.lines.spot(row)
    }

    fn origin(&self, row: usize) -> RowOrigin {
        self.lines.origin(row)
    }

    fn file(&self) -> &InputFile {
        self.lines.file()
    }

    fn lines(&self, selection: &Selection) -> Vec<u64> {
        self.lines.lines(selection)
    }
}
