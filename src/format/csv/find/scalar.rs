//! The field finder for any dialect: bare quotes, text after closing quotes, escapes. One field at a time.

use std::ops::Range;

use memchr::memchr3;

use super::Rows;
use crate::format::csv::line::line_end;
use crate::format::csv::quote::closing_quote;

impl Rows<'_> {
    pub(super) fn scalar(&mut self, span: Range<usize>) {
        let mut at = span.start;
        while at < span.end {
            at = self.scalar_record(at, span.end);
        }
    }

    /// Finds the fields of the record at `at`; returns where the next one begins.
    fn scalar_record(&mut self, mut at: usize, end: usize) -> usize {
        loop {
            self.reserve(self.shape.width + 2);
            self.cursor.begin_field(self.places, at);
            let field_end = self.field_end(at, end);
            if field_end < end && self.bytes.get(field_end) == Some(&self.shape.dialect.delimiter.first()) {
                at = field_end + 1;
                continue;
            }
            self.cursor = self.cursor.end_record(self.places, self.bad, self.shape, field_end);
            return field_end + line_end(self.bytes, field_end, true).unwrap_or_default();
        }
    }

    /// The delimiter or line end after the field that begins at `at`, or `end`.
    fn field_end(&self, at: usize, end: usize) -> usize {
        let dialect = &self.shape.dialect;
        let bytes = self.bytes.get(..end).unwrap_or_default();
        let search = match dialect.quote {
            Some(quote) if bytes.get(at) == Some(&quote) => {
                closing_quote(bytes, at + 1, quote, dialect.escape).at.map_or(end, |close| close + 1)
            }
            _ => at,
        };
        let rest = bytes.get(search..).unwrap_or_default();
        memchr3(dialect.delimiter.first(), b'\n', b'\r', rest).map_or(end, |found| search + found)
    }
}
