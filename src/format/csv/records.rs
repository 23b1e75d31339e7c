//! The rows of one chunk, as the transform and the encoders see them: text on demand, typed on demand.

use std::borrow::Cow;
use std::ops::{Range, RangeInclusive};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use super::Dialect;
use super::decode::Decoded;
use super::find::{Fields, record_span};
use super::layout::Layout;
use super::line::has_lone_return;
use super::quote::{closing_quote, is_portable};
use crate::arrow::array::ArrayRef;
use crate::batch::{Chunk, Computed, InputFile, LineEnds, Records, RowOrigin, Selection, Spot};
use crate::format::value;
use crate::types::Typing;

/// What is said of a text that is no value and would be NULL without its quotes.
pub const QUOTED_NULL: &str = " (it is quoted; extract.null_quoted = true reads it as NULL)";

/// The rows of a chunk of CSV.
#[derive(Debug)]
pub struct CsvRecords<'a> {
    chunk: &'a Chunk,
    layout: &'a Layout,
    fields: &'a Fields,
    text: Cow<'a, str>,
    raw: Option<Vec<Range<usize>>>,
    /// Every field is text, and written as a CSV file of ours would write it.
    portable: OnceLock<bool>,
    /// A field must be looked at before its text is known.
    odd: bool,
    /// The delimiter's length.
    gap: u32,
    /// What separates fields, if it is one byte.
    single: Option<u8>,
    /// Where a position was last asked for; rows are asked for in order, so the next is not far.
    last: Mutex<Spot>,
}

impl<'a> CsvRecords<'a> {
    pub(super) fn new(
        chunk: &'a Chunk,
        layout: &'a Layout,
        fields: &'a Fields,
        decoded: Decoded<'a>,
    ) -> CsvRecords<'a> {
        let dialect = &layout.shape.dialect;
        let last = Mutex::new(chunk.start());
        let odd = !dialect.is_simple();
        CsvRecords {
            chunk,
            layout,
            fields,
            text: decoded.text,
            raw: decoded.raw,
            portable: OnceLock::new(),
            odd,
            gap: layout.shape.gap(),
            single: dialect.delimiter.single(),
            last,
        }
    }

    /// Only who copies fields as they stand asks, for it takes a pass over the chunk.
    #[inline]
    fn is_portable(&self) -> bool {
        *self.portable.get_or_init(|| {
            let Dialect { quote, escape, .. } = self.layout.shape.dialect;
            let plain = self.chunk.plain_quotes && quote == Some(b'"') && escape == Some(b'"');
            plain && !self.layout.null.are_quoted_too() && !has_bare_return(self.chunk)
        })
    }

    /// The field as it stands; `None` where the row was padded.
    fn field(&self, row: usize, column: usize) -> Option<&str> {
        self.before(row, column, self.gap)
    }

    /// The field, behind which are `gap` bytes that belong to none.
    #[inline(always)]
    fn before(&self, row: usize, column: usize, gap: u32) -> Option<&str> {
        match self.fields.row(row).get(column..)? {
            [start, next, ..] if start < next => self.text.get(*start as usize..(*next - gap) as usize),
            _ => None,
        }
    }

    #[inline(never)]
    fn odd_text(&self, row: usize, column: usize) -> Option<Cow<'_, str>> {
        self.layout.odd_text(self.field(row, column)?)
    }

    /// The text of the whole chunk, which places refer to.
    pub fn whole(&self) -> &str {
        &self.text
    }

    /// What of the field stands outside quotes.
    pub(super) fn outside_quotes(&self, row: usize, column: usize) -> Option<&str> {
        let dialect = &self.layout.shape.dialect;
        let Dialect { quote, escape, .. } = *dialect;
        let field = dialect.trimmed(self.field(row, column)?);
        match quote.filter(|quote| field.as_bytes().first() == Some(quote)) {
            Some(quote) => field.get(closing_quote(field.as_bytes(), 1, quote, escape).at? + 1..),
            None => Some(field),
        }
    }

    /// Whether the field is one of the words for NULL within quotes.
    fn is_quoted_null(&self, row: usize, column: usize) -> bool {
        self.field(row, column).is_some_and(|field| self.layout.is_quoted_null(field))
    }

    /// The row's own bytes in the chunk, without its line end.
    fn raw_span(&self, row: usize) -> Range<usize> {
        let span = match &self.raw {
            Some(spans) => spans.get(row).cloned().unwrap_or_default(),
            None => record_span(self.fields.row(row), self.gap),
        };
        self.layout.shape.whole(span, &self.chunk.bytes)
    }
}

impl Records for CsvRecords<'_> {
    fn len(&self) -> usize {
        self.fields.rows()
    }

    #[inline]
    fn text(&self, row: usize, column: usize) -> Option<Cow<'_, str>> {
        if self.odd {
            return self.odd_text(row, column);
        }
        self.layout.text(self.before(row, column, 1)?)
    }

    fn parse(&self, column: usize, typing: &Typing, selection: &Selection) -> Computed {
        let mut parsed = value::parse(selection.iter().map(|row| self.text(row, column)), typing, self.layout.zone);
        for failure in &mut parsed.failures {
            if self.is_quoted_null(selection.row(failure.index), column) {
                failure.message += QUOTED_NULL;
            }
        }
        parsed
    }

    fn whole_numbers(&self, column: usize, selection: &Selection) -> Option<ArrayRef> {
        value::whole_numbers(selection.iter().map(|row| self.text(row, column)))
    }

    fn verbatim(&self, row: usize, columns: RangeInclusive<usize>, delimiter: u8) -> Option<&[u8]> {
        let places = self.fields.row(row);
        let dialect = &self.layout.shape.dialect;
        if self.single != Some(delimiter) || is_padded(places) {
            return None;
        }
        let start = *places.get(*columns.start())? as usize;
        let end = (*places.get(columns.end() + 1)? - self.gap) as usize;
        let bytes = self.text.as_bytes().get(start..end)?;
        let portable = |column| {
            self.field(row, column)
                .is_some_and(|field| is_portable(field.as_bytes(), dialect) && self.layout.is_literal(field))
                && !(self.layout.null.are_quoted_too() && self.is_quoted_null(row, column))
        };
        (self.is_portable() || columns.clone().all(portable)).then_some(bytes)
    }

    fn ordinal(&self, row: usize) -> usize {
        row + self.fields.bad.partition_point(|bad| bad.row <= row)
    }

    fn spot(&self, row: usize) -> Spot {
        let start = self.raw_span(row).start;
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if start < last.at {
            *last = self.chunk.start();
        }
        last.advance(&self.chunk.bytes, start, self.chunk.from_utf16, self.chunk.line_ends);
        *last
    }

    fn origin(&self, row: usize) -> RowOrigin {
        let place = self.spot(row);
        let raw = self.chunk.bytes.get(self.raw_span(row)).unwrap_or_default().to_vec();
        RowOrigin {
            file: Arc::clone(&self.chunk.file),
            line: place.line,
            offset: place.offset,
            record: self.ordinal(row),
            raw,
        }
    }

    fn file(&self) -> &InputFile {
        &self.chunk.file
    }

    fn lines(&self, selection: &Selection) -> Vec<u64> {
        selection.iter().map(|row| self.spot(row).line).collect()
    }
}

/// Whether a CR may stand outside quotes within a record.
fn has_bare_return(chunk: &Chunk) -> bool {
    chunk.line_ends == LineEnds::Feed && has_lone_return(&chunk.bytes)
}

/// Whether the row had fewer fields than the header.
fn is_padded(places: &[u32]) -> bool {
    matches!(places, [.., last, end] if last == end)
}
