//! The field finder: where each field of each sound record begins, as offsets into the chunk.
//!
//! It trusts the cutter: records are sound, and what is not is in the chunk's skips.

mod fast;
mod scalar;
#[cfg(test)]
mod tests;

use std::ops::Range;

use super::Dialect;
use super::line::line_end;
use crate::batch::Chunk;

/// What the records should look like.
#[derive(Clone, Copy, Debug)]
pub struct Shape {
    pub dialect: Dialect,
    /// Columns of the header.
    pub width: usize,
    /// Narrower records are padded with NULLs instead of refused.
    pub pad: bool,
}

/// The fields of a chunk's records. Kept from chunk to chunk for its capacity.
#[derive(Debug, Default)]
pub struct Fields {
    /// For each row `width + 1` places: where each field begins, and one past the end of the last. Field `i` is what lies
    /// between place `i` and one before place `i + 1`; a padded field has the same place as the next.
    pub starts: Vec<u32>,
    pub width: usize,
    /// The records that are no rows, in order.
    pub bad: Vec<Bad>,
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
}

impl Fields {
    pub fn rows(&self) -> usize {
        self.starts.len() / (self.width + 1)
    }

    /// The places of `row`.
    pub fn row(&self, row: usize) -> &[u32] {
        let from = row * (self.width + 1);
        self.starts.get(from..from + self.width + 1).unwrap_or_default()
    }

    /// Turns the rows that `keep` refuses, and the ragged records that are not `sound`, into records of a wrong encoding.
    /// `keep` may move the places of a row that it keeps.
    pub fn retain(&mut self, mut keep: impl FnMut(&mut [u32]) -> bool, sound: impl Fn(Range<usize>) -> bool) {
        let mut bad = std::mem::take(&mut self.bad).into_iter().peekable();
        let step = self.width + 1;
        let mut kept = 0;
        for row in 0..self.rows() {
            while let Some(before) = bad.next_if(|bad| bad.row <= row) {
                self.bad.push(Bad { row: kept, what: before.what.judged(&sound) });
            }
            let places = &mut self.starts[row * step..][..step];
            let span = record_span(places);
            if keep(places) {
                self.starts.copy_within(row * step..(row + 1) * step, kept * step);
                kept += 1;
            } else {
                self.bad.push(Bad { row: kept, what: What::Encoding { span } });
            }
        }
        self.bad.extend(bad.map(|bad| Bad { row: kept, what: bad.what.judged(&sound) }));
        self.starts.truncate(kept * step);
    }

    fn clear(&mut self, width: usize) {
        self.starts.clear();
        self.bad.clear();
        self.width = width;
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

/// The bytes of a row of `places`, without its line end.
pub fn record_span(places: &[u32]) -> Range<usize> {
    match places {
        [first, .., last] => *first as usize..(*last as usize).saturating_sub(1).max(*first as usize),
        _ => 0..0,
    }
}

/// Which implementation is to be used; they agree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// The fast one where quotes are plain.
    Best,
    Scalar,
}

/// Finds the fields of every record in the chunk.
pub fn find(chunk: &Chunk, shape: &Shape, method: Method, fields: &mut Fields) {
    fields.clear(shape.width);
    let fast = method == Method::Best && chunk.plain_quotes;
    let mut rows = Rows::new(&chunk.bytes, shape, fields);
    let mut from = 0;
    for (index, skip) in chunk.skips.iter().enumerate() {
        rows.stretch(from..skip.span.start, fast);
        if skip.broken.is_some() {
            rows.refuse(What::Broken(index));
        }
        from = skip.span.end;
    }
    rows.stretch(from..chunk.bytes.len(), fast);
}

/// Collects fields into rows.
struct Rows<'a> {
    bytes: &'a [u8],
    shape: &'a Shape,
    fields: &'a mut Fields,
    /// Where in `fields.starts` the record at hand begins.
    base: usize,
}

impl<'a> Rows<'a> {
    fn new(bytes: &'a [u8], shape: &'a Shape, fields: &'a mut Fields) -> Rows<'a> {
        Rows { bytes, shape, fields, base: 0 }
    }

    /// Finds the rows of a stretch of sound records.
    fn stretch(&mut self, span: Range<usize>, fast: bool) {
        if span.is_empty() {
            return;
        }
        match fast {
            true => self.fast(span),
            false => self.scalar(span),
        }
    }

    /// A field of the record at hand begins at `at`.
    #[inline]
    fn begin_field(&mut self, at: usize) {
        self.fields.starts.push(at as u32);
    }

    /// The record at hand ends at the line end at `at`; returns where the next record begins.
    #[inline]
    fn end_line(&mut self, at: usize) -> usize {
        self.end_record(at);
        at + line_end(self.bytes, at, true).unwrap_or(1)
    }

    /// The record at hand ends before `at`.
    #[inline]
    fn end_record(&mut self, at: usize) {
        let found = self.fields.starts.len() - self.base;
        let blank = found == 1 && self.fields.starts.last() == Some(&(at as u32));
        if found != self.shape.width || (blank && self.shape.width != 1) {
            return self.end_odd_record(at, found, blank);
        }
        self.fields.starts.push(at as u32 + 1);
        self.base = self.fields.starts.len();
    }

    #[cold]
    fn end_odd_record(&mut self, at: usize, found: usize, blank: bool) {
        let width = self.shape.width;
        if blank {
            self.fields.starts.truncate(self.base);
        } else if self.shape.pad && found < width {
            self.fields.starts.resize(self.base + width + 1, at as u32 + 1);
            self.base = self.fields.starts.len();
        } else {
            let start = self.fields.starts.get(self.base).map_or(at, |&start| start as usize);
            self.fields.starts.truncate(self.base);
            self.refuse(What::Ragged { span: start..at, fields: found });
        }
    }

    fn refuse(&mut self, what: What) {
        let row = self.fields.rows();
        self.fields.bad.push(Bad { row, what });
    }
}
