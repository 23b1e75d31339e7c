//! Long runs of blank lines, each of which would cost more than its byte.

use memchr::memrchr;

use super::{Cutter, View};
use crate::batch::LineEnds;
use crate::format::csv::{Ending, line_end};

/// So many blank lines are many.
const LONG_RUN: usize = 64;
/// The longest line end: CRCRLF.
const LONGEST: usize = 3;

impl Cutter {
    /// Where a long run of blank lines at `from` ends, as far as that can be told: it is left out as it stands, for each of
    /// them would cost more than its byte.
    pub(super) fn blank_lines(&self, view: View, from: usize) -> Option<usize> {
        let may = !self.blank_rows && !self.rules.dialect.is_lines();
        // The first line end of all decides what the others are.
        let ends = self.rules.line_ends.filter(|_| may)?;
        let run = blanks(view.bytes.get(from..)?, view.end, ends);
        (run >= LONG_RUN).then_some(from + run)
    }
}

/// How many bytes of line ends stand at the begin of `bytes`, as far as that can be told.
fn blanks(bytes: &[u8], end: bool, ends: LineEnds) -> usize {
    let mut at = 0;
    if !bytes.first().is_some_and(|byte| matches!(byte, b'\n' | b'\r')) {
        return at;
    }
    while bytes.get(at..at + LONG_RUN + LONGEST - 1).is_some_and(|block| is_blank(block, ends)) {
        at += LONG_RUN;
    }
    // What stands behind the last LF may be the begin of a value.
    if ends == LineEnds::Feed {
        at = memrchr(b'\n', bytes.get(..at).unwrap_or_default()).map_or(0, |feed| feed + 1);
    }
    while let Ending::Bytes(length) = line_end(bytes, at, end, Some(ends)) {
        at += length;
    }
    at
}

/// Whether a block and the bytes behind it, as many as a line end may reach into them, are nothing but line ends. No branch
/// within it, so that it is looked at all at once.
fn is_blank(block: &[u8], ends: LineEnds) -> bool {
    let is_blank = |byte: &u8| matches!(byte, b'\n' | b'\r');
    // Where only LF ends lines, the third CR in a row is a byte of a value.
    let is_value = |three: &[u8]| three.iter().fold(ends == LineEnds::Feed, |all, byte| all & (*byte == b'\r'));
    let values = block.windows(LONGEST).fold(false, |any, three| any | is_value(three));
    block.iter().fold(true, |all, byte| all & is_blank(byte)) && !values
}
