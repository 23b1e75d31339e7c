//! The field finder for records that are physical lines: each is one field, a blank one too.

use std::ops::Range;

use memchr::memchr2;

use super::Rows;
use crate::format::csv::line::line_end;

impl Rows<'_> {
    pub(super) fn lines(&mut self, span: Range<usize>) {
        let bytes = self.bytes.get(..span.end).unwrap_or_default();
        let mut at = span.start;
        while at < span.end {
            self.reserve(self.shape.width + 2);
            self.cursor.begin_field(self.places, at);
            let found = memchr2(b'\n', b'\r', bytes.get(at..).unwrap_or_default());
            let end = found.map_or(span.end, |found| at + found);
            self.cursor = self.cursor.end_record(self.places, &mut self.ends, end);
            at = end + line_end(bytes, end, true).unwrap_or_default();
        }
    }
}
