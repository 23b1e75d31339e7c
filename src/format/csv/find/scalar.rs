//! The field finder for any dialect: bare quotes, text after closing quotes, escapes. One field at a time.

use std::ops::Range;

use super::Rows;
use crate::format::csv::step::{Next, Steps};

impl Rows<'_> {
    pub(super) fn scalar(&mut self, span: Range<usize>) {
        let mut at = span.start;
        while at < span.end {
            at = self.scalar_record(at, span.end);
        }
    }

    /// Finds the fields of the record at `at`; returns where the next one begins.
    fn scalar_record(&mut self, mut at: usize, end: usize) -> usize {
        let (dialect, ends) = (&self.shape.dialect, Some(self.line_ends));
        let steps = Steps { bytes: self.bytes, window: end, end: true, whole: true, dialect, ends };
        loop {
            self.reserve(self.shape.width + 2);
            self.cursor.begin_field(self.places, at);
            let (field_end, next) = steps.field(at);
            match next {
                Next::Field(next) => at = next,
                Next::Record(next) => {
                    if self.shape.dialect.trim && self.is_blank_line(field_end) {
                        self.cursor.used = self.cursor.base;
                        return next;
                    }
                    let gap = self.shape.gap();
                    self.cursor = self.cursor.end_record(self.places, &mut self.ends, field_end, gap);
                    return next;
                }
            }
        }
    }

    /// Whether the record at hand, which ends there, is a blank line that is no row.
    fn is_blank_line(&self, end: usize) -> bool {
        let begin = self.places.get(self.cursor.base).map_or(end, |begin| *begin as usize);
        let is_blank = |record| self.shape.dialect.is_blank_line(record);
        self.shape.width != 1 && self.bytes.get(begin..end).is_some_and(is_blank)
    }
}
