//! The field finder for plain quotes: bitmasks of 64 bytes at a time, then one step for each delimiter and line end.

use std::ops::Range;

use super::Rows;
use crate::format::csv::scan::{BLOCK, Mask, Scanner};

/// Blocks scanned at a time; their masks stay in the first cache.
const BLOCKS: usize = 64;

impl Rows<'_> {
    pub(super) fn fast(&mut self, span: Range<usize>) {
        let mut scanner = Scanner::new(&self.shape.dialect);
        let mut masks = [Mask::default(); BLOCKS];
        let mut begin = span.start;
        self.begin_field(begin);
        let bytes = self.bytes.get(span.clone()).unwrap_or_default();
        for (index, window) in bytes.chunks(BLOCKS * BLOCK).enumerate() {
            scanner.scan(window, &mut masks);
            let from = span.start + index * BLOCKS * BLOCK;
            for (block, mask) in masks.iter().take(window.len().div_ceil(BLOCK)).enumerate() {
                begin = self.block(from + block * BLOCK, mask, begin);
            }
        }
        if begin < span.end {
            self.end_record(span.end);
        }
        self.fields.starts.truncate(self.base);
    }

    /// Takes the delimiters and line ends of one block. `begin` is where the record at hand begins; what stands before it
    /// belongs to the line end of the record before.
    #[inline]
    fn block(&mut self, from: usize, mask: &Mask, mut begin: usize) -> usize {
        let mut structural = mask.structural;
        while structural != 0 {
            let bit = structural.trailing_zeros();
            structural &= structural - 1;
            let at = from + bit as usize;
            if mask.line_ends >> bit & 1 == 0 {
                self.begin_field(at + 1);
            } else if at >= begin {
                begin = self.end_line(at);
                self.begin_field(begin);
            }
        }
        begin
    }
}
