//! The field finder: where each field of each sound record begins, as offsets into the chunk.
//!
//! It trusts the cutter: records are sound, and what is not is in the chunk's skips.

mod fast;
mod scalar;
mod lines;
#[cfg(test)]
mod tests;

use std::ops::Range;

use super::Dialect;
use super::heading::is_again;
use crate::batch::{Chunk, ErrorType, Heading, LineEnds, Signs};

/// What the records should look like.
#[derive(Clone, Copy, Debug)]
pub struct Shape {
    pub dialect: Dialect,
    /// Columns of the header.
    pub width: usize,
    /// Narrower records are padded with NULLs instead of refused.
    pub pad: bool,
    /// A delimiter at the end of a record that is one field too wide ends its last field.
    pub trailing_delimiter: bool,
    /// Records that are the file's header again are left out.
    pub skips_header: bool,
}

impl Shape {
    /// Of records of no width that is known.
    pub fn any(dialect: Dialect) -> Shape {
        Shape { dialect, width: 0, pad: false, trailing_delimiter: false, skips_header: false }
    }

    /// How many bytes stand between neighbouring fields.
    pub fn gap(&self) -> u32 {
        self.dialect.delimiter.len() as u32
    }

    /// The whole record of a row, a delimiter that is left out at its end included.
    pub fn whole(&self, row: Range<usize>, bytes: &[u8]) -> Range<usize> {
        let delimiter = self.dialect.delimiter.as_bytes();
        let rest =
            bytes.get(row.end..).filter(|_| self.trailing_delimiter).and_then(|rest| rest.strip_prefix(delimiter));
        let Some(rest) = rest else { return row };
        let blanks = rest.iter().take_while(|byte| self.dialect.is_blank(**byte)).count();
        row.start..row.end + delimiter.len() + blanks
    }
}

/// The fields of a chunk's records. Kept from chunk to chunk for its capacity.
///
/// Each row has `width + 1` places: where each field begins, and a delimiter's length past the end of the last. Field `i` is
/// what lies between place `i` and that length before place `i + 1`; a padded field has the same place as the next.
#[derive(Debug, Default)]
pub struct Fields {
    /// The places of all rows, then room that is not in use.
    places: Vec<u32>,
    used: usize,
    width: usize,
    /// The delimiter's length.
    gap: u32,
    /// The records that are no rows, in order.
    pub bad: Vec<Bad>,
    /// Where those begin that are the file's header again, be they rows or left out.
    pub again: Vec<u32>,
}

/// A record that is no row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bad {
    /// How many rows stand before it in the chunk.
    pub row: usize,
    pub what: What,
}

/// Why a record is no row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// The cutter found it broken: the index of its skip.
    Broken(usize),
    /// It has so many fields. `span` is the record without its line end.
    Ragged { span: Range<usize>, fields: usize },
    /// It is not valid in the input's encoding.
    Encoding { span: Range<usize> },
    /// What it says is not what the format takes.
    Refused { span: Range<usize>, error_type: ErrorType, message: String },
}

/// What becomes of a row.
#[derive(Debug)]
pub enum Verdict {
    Keep,
    /// It is no record at all.
    Drop,
    Refuse(What),
}

impl Fields {
    pub fn rows(&self) -> usize {
        self.used / (self.width + 1)
    }

    /// How many places there is room for.
    pub fn capacity(&self) -> usize {
        self.places.capacity()
    }

    /// The places of `row`.
    #[inline]
    pub fn row(&self, row: usize) -> &[u32] {
        let from = row * (self.width + 1);
        self.places.get(from..from + self.width + 1).unwrap_or_default()
    }

    /// Turns the rows that `keep` refuses, and the ragged records that are not `sound`, into records of a wrong encoding.
    /// `keep` may move the places of a row that it keeps.
    pub fn retain(&mut self, mut keep: impl FnMut(&mut [u32]) -> bool, sound: impl Fn(Range<usize>) -> bool) {
        let gap = self.gap;
        let judge = |_: usize, places: &mut [u32]| {
            let span = record_span(places, gap);
            if keep(places) { Verdict::Keep } else { Verdict::Refuse(What::Encoding { span }) }
        };
        self.sift(judge, sound);
    }

    /// Keeps the rows that `judge`, given their number and places, says to keep. Ragged records that are not `sound` become
    /// ones of a wrong encoding.
    pub fn sift(&mut self, mut judge: impl FnMut(usize, &mut [u32]) -> Verdict, sound: impl Fn(Range<usize>) -> bool) {
        let mut bad = std::mem::take(&mut self.bad).into_iter().peekable();
        let step = self.width + 1;
        let mut kept = 0;
        for row in 0..self.rows() {
            while let Some(before) = bad.next_if(|bad| bad.row <= row) {
                self.bad.push(Bad { row: kept, what: before.what.judged(&sound) });
            }
            let places = &mut self.places[row * step..][..step];
            match judge(row, places) {
                Verdict::Keep => {
                    self.places.copy_within(row * step..(row + 1) * step, kept * step);
                    kept += 1;
                }
                Verdict::Drop => {}
                Verdict::Refuse(what) => self.bad.push(Bad { row: kept, what }),
            }
        }
        self.bad.extend(bad.map(|bad| Bad { row: kept, what: bad.what.judged(&sound) }));
        self.used = kept * step;
    }

    fn clear(&mut self, shape: &Shape) {
        self.used = 0;
        self.width = shape.width;
        self.gap = shape.gap();
        self.bad.clear();
        self.again.clear();
    }
}

impl What {
    /// A wrong encoding comes before a wrong width.
    fn judged(self, sound: impl Fn(Range<usize>) -> bool) -> What {
        match self {
            What::Ragged { span, .. } if !sound(span.clone()) => What::Encoding { span },
            what => what,
        }
    }
}

/// The bytes of a row of `places`, `gap` bytes between its fields, without its line end.
pub fn record_span(places: &[u32], gap: u32) -> Range<usize> {
    match places {
        [first, .., last] => *first as usize..last.saturating_sub(gap).max(*first) as usize,
        _ => 0..0,
    }
}

/// Finds the fields of every record in the chunk, fast where quotes are plain.
pub fn find(chunk: &Chunk, shape: &Shape, fields: &mut Fields) {
    fields.clear(shape);
    let fast = chunk.plain_quotes;
    let Fields { places, bad, used, again, .. } = fields;
    let heading = chunk.file.heading.get();
    let signs = heading.map(|heading| heading.signs).unwrap_or_default();
    let ends = Ends { bytes: &chunk.bytes, shape, heading, signs, bad, again };
    let line_ends = chunk.line_ends;
    let mut rows = Rows { bytes: &chunk.bytes, line_ends, shape, places, ends, cursor: Cursor::default() };
    let mut from = 0;
    for (index, skip) in chunk.skips.iter().enumerate() {
        rows.stretch(from..skip.span.start, fast);
        if skip.broken.is_some() {
            rows.ends.bad.push(Bad { row: rows.cursor.base / (shape.width + 1), what: What::Broken(index) });
        }
        from = skip.span.end;
    }
    rows.stretch(from..chunk.bytes.len(), fast);
    *used = rows.cursor.base;
}

/// Collects fields into rows.
struct Rows<'a> {
    bytes: &'a [u8],
    line_ends: LineEnds,
    shape: &'a Shape,
    places: &'a mut Vec<u32>,
    ends: Ends<'a>,
    cursor: Cursor,
}

/// What becomes of a record when its end is found.
struct Ends<'a> {
    bytes: &'a [u8],
    shape: &'a Shape,
    /// What is looked for again, and by what it is suspected.
    heading: Option<&'a Heading>,
    signs: Signs,
    bad: &'a mut Vec<Bad>,
    again: &'a mut Vec<u32>,
}

/// How far the places are filled. A value of its own, so that the fast scan keeps it in registers.
#[derive(Clone, Copy, Debug, Default)]
struct Cursor {
    /// Where the next place goes.
    used: usize,
    /// Where the record at hand begins.
    base: usize,
}

impl Rows<'_> {
    /// Finds the rows of a stretch of sound records.
    fn stretch(&mut self, span: Range<usize>, fast: bool) {
        if span.is_empty() {
            return;
        }
        match fast {
            _ if self.shape.dialect.is_lines() => self.lines(span),
            true => self.fast(span),
            false => self.scalar(span),
        }
    }

    /// Makes room for so many places.
    fn reserve(&mut self, count: usize) {
        let needed = self.cursor.used + count;
        if self.places.len() < needed {
            self.places.resize(2 * needed, 0);
        }
    }
}

impl Ends<'_> {
    /// Whether the record at `start` may be the header again.
    #[inline(always)]
    fn is_suspect(&self, start: usize, end: usize) -> bool {
        self.signs.fit(end.wrapping_sub(start), self.bytes.get(start))
    }

    /// Whether the record whose fields begin there is the header again.
    fn is_header(&self, fields: &[u32], end: usize) -> bool {
        self.heading.is_some_and(|heading| is_again(heading, self.bytes, fields, end, &self.shape.dialect))
    }

    /// Whether a field has no text, be it that blanks do not count.
    fn is_empty(&self, field: Range<usize>) -> bool {
        self.bytes.get(field).is_none_or(|field| self.shape.dialect.is_blank_line(field))
    }
}

impl Cursor {
    /// A field of the record at hand begins at `at`.
    #[inline(always)]
    fn begin_field(&mut self, places: &mut [u32], at: usize) {
        places[self.used] = at as u32;
        self.used += 1;
    }

    /// The record at hand ends before `at`; its fields have `gap` bytes between them. There is room for one place.
    #[inline(always)]
    fn end_record(self, places: &mut [u32], ends: &mut Ends, at: usize, gap: u32) -> Cursor {
        if self.used - self.base != ends.shape.width || ends.is_suspect(places[self.base] as usize, at) {
            return self.end_odd_record(places, ends, at, gap);
        }
        places[self.used] = at as u32 + gap;
        Cursor { used: self.used + 1, base: self.used + 1 }
    }

    /// A record that is blank, too narrow or too wide, has a delimiter at its end, or is as long as the header.
    #[cold]
    fn end_odd_record(self, places: &mut [u32], ends: &mut Ends, at: usize, gap: u32) -> Cursor {
        let shape = ends.shape;
        let row_end = self.base + shape.width + 1;
        let found = self.used - self.base;
        let start = places.get(self.base).map_or(at, |&start| start as usize);
        let own = places.get(self.base..self.used).unwrap_or_default();
        if ends.is_suspect(start, at) && ends.is_header(own, at) {
            ends.again.push(start as u32);
            if shape.skips_header {
                return Cursor { used: self.base, ..self };
            }
        }
        if found == shape.width {
            places[self.used] = at as u32 + gap;
            return Cursor { used: row_end, base: row_end };
        }
        if shape.pad && found < shape.width && start < at {
            places[self.used..row_end].fill(at as u32 + gap);
            return Cursor { used: row_end, base: row_end };
        }
        let last = places.get(self.used - 1).map_or(at, |&last| last as usize);
        if shape.trailing_delimiter && found == shape.width + 1 && ends.is_empty(last..at) && start < at {
            // Where the empty field begins is a delimiter's length behind the end of the one before it.
            return Cursor { used: row_end, base: row_end };
        }
        if start < at {
            let row = self.base / (shape.width + 1);
            ends.bad.push(Bad { row, what: What::Ragged { span: start..at, fields: found } });
        }
        Cursor { used: self.base, ..self }
    }
}
