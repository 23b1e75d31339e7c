//! The lines at the end of a file that are left out: held back until it shows that they are the last.

use memchr::{memrchr, memrchr2};

use crate::batch::LineEnds;

/// So much may be held back of a file; longer lines at its end are no footer.
pub const MOST_HELD: usize = 16 << 20;

/// The last lines of what has been read.
#[derive(Debug)]
pub struct Tail {
    lines: u64,
    held: Vec<u8>,
}

impl Tail {
    /// `None` where no lines are left out.
    pub fn new(lines: u64) -> Option<Tail> {
        (lines > 0).then(|| Tail { lines, held: Vec::new() })
    }

    /// Takes what has been read behind `from`, and gives back what is known to stand before the last lines; at the end these
    /// are dropped. `ends`: what ends lines, where that has been decided.
    pub fn pass(&mut self, buffer: &mut Vec<u8>, from: usize, ends: Option<LineEnds>, is_end: bool) {
        self.held.extend(buffer.drain(from..));
        let released = self.begin_of_last(ends.unwrap_or_else(|| likely(&self.held)), is_end);
        buffer.extend(self.held.drain(..released));
        if is_end {
            self.held.clear();
        }
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
    fn begin_of_last(&self, ends: LineEnds, is_end: bool) -> usize {
        let mut begins = Begins { bytes: &self.held, ends, to: self.held.len() };
        let is_open = begins.clone().next().is_some_and(|begin| begin < self.held.len());
        let lines = if is_end && is_open { self.lines - 1 } else { self.lines };
        let index = usize::try_from(lines).unwrap_or(usize::MAX);
        begins.nth(index).unwrap_or(0)
    }
}

/// As long as nothing has decided it: a file with an LF has lines that end in one.
fn likely(bytes: &[u8]) -> LineEnds {
    let has_return = || bytes.split_last().is_some_and(|(_, before)| before.contains(&b'\r'));
    if !bytes.contains(&b'\n') && has_return() { LineEnds::Return } else { LineEnds::Feed }
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
        let mut tail = Tail::new(lines).unwrap();
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
    fn what_ends_lines_shows_before_it_is_decided() {
        for size in 1..6 {
            assert_eq!(left("a\rb\rc", 1, None, size), "a\rb\r");
            assert_eq!(left("a\r\nb\r\nc\r\n", 1, None, size), "a\r\nb\r\n");
        }
    }
}
