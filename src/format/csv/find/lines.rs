//! The field finder for records that are physical lines: each is one field, a blank one too.

use std::ops::Range;

use super::Rows;
use crate::format::csv::line::{Line, rest_of_line};

impl Rows<'_> {
    pub(super) fn lines(&mut self, span: Range<usize>) {
        let bytes = self.bytes.get(..span.end).unwrap_or_default();
        let mut at = span.start;
        while at < span.end {
            self.reserve(self.shape.width + 2);
            self.cursor.begin_field(self.places, at);
            let (text_end, next) = match rest_of_line(bytes, at, true, Some(self.line_ends)) {
                Line::Whole { text_end, next } => (text_end, next),
                Line::Part(_) => (span.end, span.end),
            };
            self.cursor = self.cursor.end_record(self.places, &mut self.ends, text_end, 1);
            at = next;
        }
    }
}
