//! The lines at the end of a file that are left out: held back until it shows that they are the last.

use memchr::{memrchr, memrchr2};

use super::cut::{Cutter, Position, skip_lines};
use crate::batch::LineEnds;
use crate::format::csv::Dialect;
use crate::job;

/// So much may be held back of a file; longer lines at its end are no footer.
pub const MOST_HELD: usize = 16 << 20;

/// The last lines of what has been read.
#[derive(Debug)]
pub struct Tail {
    lines: u64,
    /// The file begins with lines that are left out whatever they hold.
    skips: bool,
    dialect: Dialect,
    max_record_size: usize,
    held: Vec<u8>,
}

impl Tail {
    /// `None` where no lines are left out.
    pub fn new(settings: &job::Extract) -> Option<Tail> {
        let &job::Extract { skip_last: lines, skip, dialect, max_record_size, .. } = settings;
        (lines > 0).then(|| Tail { lines, skips: skip > 0, dialect, max_record_size, held: Vec::new() })
    }

    /// Takes what has been read behind `from`, and gives back what is known to stand before the last lines; at the end these
    /// are dropped. `ends`: what ends lines, where that has been decided.
    pub fn pass(&mut self, buffer: &mut Vec<u8>, from: usize, ends: Option<LineEnds>, is_end: bool) {
        buffer.splice(from..from, self.held.drain(..));
        let begin = match ends.or_else(|| self.first_line_end(buffer, is_end)) {
            // All of it may be one line.
            None if !is_end => from,
            ends => from + self.begin_of_last(buffer.get(from..).unwrap_or_default(), ends.unwrap_or_default(), is_end),
        };
        self.held = buffer.split_off(begin);
        if is_end {
            self.held.clear();
        }
    }

    /// What the first line end of a file says, of which nothing has been taken yet.
    fn first_line_end(&self, bytes: &[u8], is_end: bool) -> Option<LineEnds> {
        let mut ends = None;
        if self.skips {
            skip_lines(bytes, 1, is_end, &mut ends);
            return ends;
        }
        Cutter::new(self.dialect, self.max_record_size, false).cut_first(bytes, Position::first(), is_end).line_ends
    }

    /// Whether lines so long are no footer.
    pub fn is_too_long(&self) -> bool {
        self.held.len() > MOST_HELD
    }

    /// What is read anew begins elsewhere.
    pub fn forget(&mut self) {
        self.held.clear();
    }

    /// Where the last lines begin. A line that has no end yet is one more, unless nothing comes behind it.
    fn begin_of_last(&self, bytes: &[u8], ends: LineEnds, is_end: bool) -> usize {
        let mut begins = Begins { bytes, ends, to: bytes.len() };
        let is_open = begins.clone().next().is_some_and(|begin| begin < bytes.len());
        let lines = if is_end && is_open { self.lines - 1 } else { self.lines };
        let index = usize::try_from(lines).unwrap_or(usize::MAX);
        begins.nth(index).unwrap_or(0)
    }
}

/// Where lines begin behind the end of another, from the last to the first.
#[derive(Clone)]
struct Begins<'a> {
    bytes: &'a [u8],
    ends: LineEnds,
    to: usize,
}

impl Iterator for Begins<'_> {
    type Item = usize;

    fn next(&mut self) -> Option<usize> {
        let before = self.bytes.get(..self.to)?;
        let at = match self.ends {
            LineEnds::Feed => memrchr(b'\n', before)?,
            LineEnds::Return => memrchr2(b'\n', b'\r', before)?,
        };
        let is_pair = self.ends == LineEnds::Return && before.get(at) == Some(&b'\n');
        self.to = if is_pair && at > 0 && before.get(at - 1) == Some(&b'\r') { at - 1 } else { at };
        Some(at + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is left of a text that comes in pieces.
    fn left(text: &str, lines: u64, ends: Option<LineEnds>, size: usize) -> String {
        let dialect = Dialect::default();
        let mut tail = Tail { lines, skips: false, dialect, max_record_size: 1 << 20, held: Vec::new() };
        let mut buffer = Vec::new();
        for piece in text.as_bytes().chunks(size) {
            let from = buffer.len();
            buffer.extend_from_slice(piece);
            tail.pass(&mut buffer, from, ends, false);
        }
        let from = buffer.len();
        tail.pass(&mut buffer, from, ends, true);
        String::from_utf8(buffer).unwrap()
    }

    #[test]
    fn the_last_lines_are_left_out_however_they_come() {
        let check = |text: &str, lines: u64, ends: LineEnds, expected: &str| {
            for size in 1..=text.len().max(1) {
                assert_eq!(left(text, lines, Some(ends), size), expected, "{text:?} in pieces of {size}");
            }
        };
        use LineEnds::{Feed, Return};
        check("a\nb\nc\n", 1, Feed, "a\nb\n");
        check("a\nb\nc", 1, Feed, "a\nb\n");
        check("a\nb\nc", 2, Feed, "a\n");
        check("a\nb\n\n", 1, Feed, "a\nb\n");
        check("a\nb\n\n", 2, Feed, "a\n");
        check("a\r\nb\r\nc", 1, Feed, "a\r\nb\r\n");
        check("a\rb\nc\rd\n", 1, Feed, "a\rb\n");
        check("a\nb", 2, Feed, "");
        check("a\nb", 9, Feed, "");
        check("", 1, Feed, "");
        check("a\rb\rc\r", 1, Return, "a\rb\r");
        check("a\rb\nc\r\nd", 1, Return, "a\rb\nc\r\n");
        check("a\rb\nc\r\nd", 2, Return, "a\rb\n");
        check("a\r\n\r\n", 1, Return, "a\r\n");
        check("a\r\r\n\n", 2, Return, "a\r");
    }

    #[test]
    fn the_first_line_end_outside_quotes_decides() {
        let check = |text: &str, expected: &str| {
            for size in 1..=text.len() {
                assert_eq!(left(text, 1, None, size), expected, "{text:?} in pieces of {size}");
            }
        };
        check("a\rb\rc", "a\rb\r");
        check("a\r\nb\r\nc\r\n", "a\r\nb\r\n");
        check("a\rb\nc\rd\r", "a\rb\nc\r");
        check("a\r\"b\nc\"\rd\r", "a\r\"b\nc\"\r");
        check("\"a\n\"\rb\rc\r", "\"a\n\"\rb\r");
        check("\"a\rb\"\nc\rd\n", "\"a\rb\"\n");
        check("\rb\nc\r", "\rb\n");
    }
}
