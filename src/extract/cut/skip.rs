//! Lines at the begin of a file that are passed over whatever they hold.

use crate::batch::LineEnds;
use crate::format::csv::{Line, rest_of_line};

/// What was passed over.
#[derive(Debug, PartialEq, Eq)]
pub struct Skipped {
    pub bytes: usize,
    /// Line ends among them.
    pub lines: u64,
}

/// Passes over up to `lines` physical lines at the begin of a file (`extract.skip`), a part of a line included, and tells
/// `ends` what the first says of the file's line ends. Call again with the lines and bytes that are left.
pub fn skip_lines(bytes: &[u8], lines: u64, end: bool, ends: &mut Option<LineEnds>) -> Skipped {
    let (mut at, mut passed) = (0, 0);
    while passed < lines && at < bytes.len() {
        match rest_of_line(bytes, at, end, *ends) {
            Line::Whole { text_end, next } => {
                passed += u64::from(next > text_end);
                *ends = ends.or_else(|| LineEnds::of_line(bytes.get(text_end..next)?));
                at = next;
            }
            Line::Part(stop) => return Skipped { bytes: stop, lines: passed },
        }
    }
    Skipped { bytes: at, lines: passed }
}
