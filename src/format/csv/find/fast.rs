//! The field finder for plain quotes: bitmasks of 64 bytes at a time, then one step for each delimiter and line end.

use std::ops::Range;

use super::{Cursor, Ends, Rows};
use crate::batch::LineEnds;
use crate::format::csv::line::{Ending, line_end, text_end};
use crate::format::csv::scan::{BLOCK, Mask, Scanner, accelerated};

/// Blocks scanned at a time; their masks stay in the first cache.
const BLOCKS: usize = 64;

/// Places written at a time.
const STEP: usize = 8;

impl Rows<'_> {
    pub(super) fn fast(&mut self, span: Range<usize>) {
        let mut scanner = Scanner::new(&self.shape.dialect, self.line_ends);
        let mut masks = [Mask::default(); BLOCKS];
        let mut begin = span.start;
        self.reserve(1);
        self.cursor.begin_field(self.places, begin);
        // Each byte begins at most one field and ends at most one record; a record may also be padded to the full width, so
        // then there is room for less at a time.
        let (blocks, places) = if self.shape.pad { (1, self.shape.width) } else { (BLOCKS, 1) };
        let bytes = self.bytes.get(span.clone()).unwrap_or_default();
        for (index, window) in bytes.chunks(blocks * BLOCK).enumerate() {
            let masks = &mut masks[..window.len().div_ceil(BLOCK)];
            scanner.scan(window, masks);
            self.reserve(window.len() * (places + 1) + self.shape.width + 2 * STEP);
            let from = span.start + index * blocks * BLOCK;
            begin = match self.line_ends {
                LineEnds::Feed => accelerated(|| self.window::<true>(from, masks, begin)),
                LineEnds::Return => accelerated(|| self.window::<false>(from, masks, begin)),
            };
        }
        if begin < span.end {
            self.reserve(self.shape.width + 1);
            self.cursor = self.cursor.end_record(self.places, &mut self.ends, span.end, 1);
        }
        self.cursor.used = self.cursor.base;
    }

    /// Takes the delimiters and line ends of some blocks, the first of which stands at `from`. `begin` is where the record at
    /// hand begins. `FEED`: only LF ends lines, with what stands before it.
    #[inline(always)]
    fn window<const FEED: bool>(&mut self, from: usize, masks: &[Mask], mut begin: usize) -> usize {
        let Rows { bytes, places, ends, cursor, .. } = self;
        let mut walk = Walk { bytes, places, cursor: *cursor };
        for (block, mask) in masks.iter().enumerate() {
            begin = walk.block::<FEED>(from + block * BLOCK, mask, begin, ends);
        }
        *cursor = walk.cursor;
        begin
    }
}

/// The state of the walk, in registers.
struct Walk<'a> {
    bytes: &'a [u8],
    places: &'a mut [u32],
    cursor: Cursor,
}

impl Walk<'_> {
    #[inline(always)]
    fn block<const FEED: bool>(&mut self, from: usize, mask: &Mask, mut begin: usize, ends: &mut Ends) -> usize {
        let mut delimiters = mask.structural & !mask.line_ends;
        let mut line_ends = mask.line_ends;
        while line_ends != 0 {
            let bit = line_ends.trailing_zeros();
            line_ends &= line_ends - 1;
            let before = (1 << bit) - 1;
            self.begin_fields(from, delimiters & before);
            delimiters &= !before;
            let at = from + bit as usize;
            // What stands before the begin of the record belongs to the line end of the record before.
            if at >= begin {
                let (end, next) = if FEED { (text_end(self.bytes, begin, at), at + 1) } else { (at, self.behind(at)) };
                self.cursor = self.cursor.end_record(self.places, ends, end, 1);
                begin = next;
                self.cursor.begin_field(self.places, begin);
            }
        }
        self.begin_fields(from, delimiters);
        begin
    }

    /// Where the next line begins, behind the line end at `at` of a file where CR ends lines.
    #[inline(always)]
    fn behind(&self, at: usize) -> usize {
        match line_end(self.bytes, at, true, Some(LineEnds::Return)) {
            Ending::Bytes(length) => at + length,
            Ending::No | Ending::Open => at + 1,
        }
    }

    /// A field begins after each of the delimiters, which are bits of the block at `from`.
    ///
    /// `STEP` places are written whatever there are, and only as many are kept: with few fields to a block that is quicker
    /// than a loop whose end cannot be foretold.
    #[inline(always)]
    fn begin_fields(&mut self, from: usize, mut delimiters: u64) {
        let count = delimiters.count_ones() as usize;
        let after = from as u32 + 1;
        let mut write = |places: &mut [u32]| {
            for place in places {
                *place = after.wrapping_add(delimiters.trailing_zeros());
                delimiters &= delimiters.wrapping_sub(1);
            }
        };
        let room = &mut self.places[self.cursor.used..];
        write(&mut room[..STEP]);
        if count > STEP {
            write(&mut room[STEP..count]);
        }
        self.cursor.used += count;
    }
}
