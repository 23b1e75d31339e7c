//! Physical lines: one rule for where a line ends, used by the cutter, the field finder and every line number.
//!
//! LF, CRLF, CR and CRCRLF each end one line. Whether a byte ends a line depends on the bytes after it only, so lines can be
//! counted from any place.

use memchr::{memchr_iter, memchr2};

use crate::batch::Spot;

/// Length of the line end that begins at `at`, which holds CR or LF. `None` where the bytes at hand cannot tell yet: they
/// end in CR or CRCR and more may come (`end` is false).
#[inline]
pub fn line_end(bytes: &[u8], at: usize, end: bool) -> Option<usize> {
    match bytes.get(at..)? {
        [b'\n', ..] => Some(1),
        [b'\r', b'\n', ..] => Some(2),
        [b'\r', b'\r', b'\n', ..] => Some(3),
        [b'\r'] | [b'\r', b'\r'] if !end => None,
        _ => Some(1),
    }
}

/// The rest of a physical line.
#[derive(Debug, PartialEq, Eq)]
pub enum Line {
    /// It ends within the bytes at hand: where its text ends, and where the next line begins.
    Whole { text_end: usize, next: usize },
    /// It goes on after this place, as far as can be told.
    Part(usize),
}

/// Finds the end of the physical line that `from` stands in.
pub fn rest_of_line(bytes: &[u8], from: usize, end: bool) -> Line {
    let found = memchr2(b'\n', b'\r', bytes.get(from..).unwrap_or_default()).map(|found| from + found);
    match found.map(|at| (at, line_end(bytes, at, end))) {
        Some((at, Some(length))) => Line::Whole { text_end: at, next: at + length },
        Some((at, None)) => Line::Part(at),
        None if end => Line::Whole { text_end: bytes.len(), next: bytes.len() },
        None => Line::Part(bytes.len()),
    }
}

/// How many line ends `bytes` holds, if nothing that continues the last one follows.
pub fn count_line_ends(bytes: &[u8]) -> u64 {
    let feeds = memchr_iter(b'\n', bytes).count();
    let lone_returns = memchr_iter(b'\r', bytes).filter(|&at| is_lone_return(bytes, at)).count();
    (feeds + lone_returns) as u64
}

/// Whether the CR at `at` ends a line by itself rather than as part of CRLF or CRCRLF.
fn is_lone_return(bytes: &[u8], at: usize) -> bool {
    !matches!(bytes.get(at + 1..), Some([b'\n', ..] | [b'\r', b'\n', ..]))
}

impl Spot {
    /// Moves to `to`, at or after the present place and at the begin of a line or within its first one.
    pub fn advance(&mut self, bytes: &[u8], to: usize, from_utf16: bool) {
        let passed = bytes.get(self.at..to).unwrap_or_default();
        self.line += count_line_ends(passed);
        self.offset += if from_utf16 { utf16_bytes(passed) } else { passed.len() as u64 };
        self.at = to;
    }
}

/// How many bytes of UTF-16 the text stands for: two for each character, four where UTF-8 needs four.
fn utf16_bytes(text: &[u8]) -> u64 {
    let units: u64 = text.iter().map(|&byte| u64::from(byte & 0xC0 != 0x80) + u64::from(byte >= 0xF0)).sum();
    2 * units
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_end_counts_once() {
        let check = |bytes: &[u8], ends: u64| assert_eq!(count_line_ends(bytes), ends, "{:?}", bytes.escape_ascii());
        check(b"", 0);
        check(b"a\nb\n", 2);
        check(b"a\r\nb\r\n", 2);
        check(b"a\rb\r", 2);
        check(b"a\r\r\nb\r\r\n", 2);
        check(b"\r\r\r\n", 2); // A lone CR, then CRCRLF.
        check(b"\n\r", 2);
        check(b"\r\rx", 2);
    }

    #[test]
    fn a_line_end_that_may_go_on_is_not_decided() {
        let check =
            |bytes: &[u8], end, length| assert_eq!(line_end(bytes, 0, end), length, "{:?}", bytes.escape_ascii());
        check(b"\r", false, None);
        check(b"\r", true, Some(1));
        check(b"\r\r", false, None);
        check(b"\r\r", true, Some(1));
        check(b"\r\rx", false, Some(1));
        check(b"\r\r\n", false, Some(3));
        check(b"\r\n", false, Some(2));
        check(b"\n", false, Some(1));
    }

    #[test]
    fn utf16_counts_two_bytes_a_unit() {
        let check = |text: &str, bytes: u64| assert_eq!(utf16_bytes(text.as_bytes()), bytes);
        check("abc", 6);
        check("é€", 4);
        check("😀", 4);
    }
}
