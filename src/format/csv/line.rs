//! Physical lines: one rule for where a line ends, used by the cutter, the field finder and every line number.
//!
//! What ends a line is a property of the file, which its first line end outside quotes decides. Until it is known any of them
//! may. Whether a byte ends a line depends then on its neighbours only, so lines can be counted from any place.

use memchr::{memchr, memchr_iter, memchr2};

use crate::batch::{LineEnds, Spot};

/// What a CR or LF is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// A line end begins with it, of so many bytes.
    Bytes(usize),
    /// A byte of a value.
    No,
    /// The bytes at hand cannot tell yet: they end in CR or CRCR and more may come.
    Open,
}

/// What stands at `at`, where lines end in `ends`, as far as that is known. `end`: no more bytes will come.
#[inline]
pub fn line_end(bytes: &[u8], at: usize, end: bool, ends: Option<LineEnds>) -> Ending {
    match (bytes.get(at..).unwrap_or_default(), ends) {
        ([b'\n', ..], _) => Ending::Bytes(1),
        ([b'\r', b'\n', ..], _) => Ending::Bytes(2),
        ([b'\r'], _) if !end => Ending::Open,
        ([b'\r', ..], Some(LineEnds::Return)) => Ending::Bytes(1),
        ([b'\r', b'\r', b'\n', ..], _) => Ending::Bytes(3),
        ([b'\r', b'\r'], _) if !end => Ending::Open,
        // Outside quotes it is the file's first line end, and decides.
        ([b'\r', ..], None) => Ending::Bytes(1),
        _ => Ending::No,
    }
}

/// Where the text of a line ends whose LF stands at `feed`, where LF ends lines; it begins at or after `from`.
#[inline(always)]
pub fn text_end(bytes: &[u8], from: usize, feed: usize) -> usize {
    match bytes.get(from..feed) {
        Some([.., b'\r', b'\r']) => feed - 2,
        Some([.., b'\r']) => feed - 1,
        _ => feed,
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
pub fn rest_of_line(bytes: &[u8], from: usize, end: bool, ends: Option<LineEnds>) -> Line {
    let rest = bytes.get(from..).unwrap_or_default();
    let line = match ends {
        Some(LineEnds::Feed) => feed_line(rest, end),
        None | Some(LineEnds::Return) => return_line(rest, end, ends),
    };
    match line {
        Line::Whole { text_end, next } => Line::Whole { text_end: from + text_end, next: from + next },
        Line::Part(at) => Line::Part(from + at),
    }
}

fn feed_line(rest: &[u8], end: bool) -> Line {
    match memchr(b'\n', rest) {
        Some(feed) => Line::Whole { text_end: text_end(rest, 0, feed), next: feed + 1 },
        None if end => Line::Whole { text_end: rest.len(), next: rest.len() },
        // Returns at the end may be part of the line end.
        None => Line::Part(text_end(rest, 0, rest.len())),
    }
}

fn return_line(rest: &[u8], end: bool, ends: Option<LineEnds>) -> Line {
    match memchr2(b'\n', b'\r', rest).map(|at| (at, line_end(rest, at, end, ends))) {
        Some((at, Ending::Bytes(length))) => Line::Whole { text_end: at, next: at + length },
        Some((at, Ending::No | Ending::Open)) => Line::Part(at),
        None if end => Line::Whole { text_end: rest.len(), next: rest.len() },
        None => Line::Part(rest.len()),
    }
}

/// How many line ends `bytes` holds, if nothing that continues the last one follows.
pub fn count_line_ends(bytes: &[u8], ends: LineEnds) -> u64 {
    let feeds = memchr_iter(b'\n', bytes).count();
    let returns = match ends {
        LineEnds::Feed => 0,
        LineEnds::Return => memchr_iter(b'\r', bytes).filter(|&at| bytes.get(at + 1) != Some(&b'\n')).count(),
    };
    (feeds + returns) as u64
}

/// Whether a CR stands in `bytes` that is part of no CRLF or CRCRLF.
pub fn has_lone_return(bytes: &[u8]) -> bool {
    let is_lone = |at: usize| !matches!(bytes.get(at + 1..), Some([b'\n', ..] | [b'\r', b'\n', ..]));
    memchr_iter(b'\r', bytes).any(is_lone)
}

impl Spot {
    /// Moves to `to`, at or after the present place and at the begin of a line or within its first one.
    pub fn advance(&mut self, bytes: &[u8], to: usize, from_utf16: bool, ends: LineEnds) {
        let passed = bytes.get(self.at..to).unwrap_or_default();
        self.line += count_line_ends(passed, ends);
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

    const FEED: LineEnds = LineEnds::Feed;
    const RETURN: LineEnds = LineEnds::Return;

    #[test]
    fn every_line_end_counts_once() {
        let check = |bytes: &[u8], feed: u64, r#return: u64| {
            let counts = [FEED, RETURN].map(|ends| count_line_ends(bytes, ends));
            assert_eq!(counts, [feed, r#return], "{:?}", bytes.escape_ascii());
        };
        check(b"", 0, 0);
        check(b"a\nb\n", 2, 2);
        check(b"a\r\nb\r\n", 2, 2);
        check(b"a\rb\r", 0, 2);
        check(b"a\r\r\nb\r\r\n", 2, 4);
        check(b"\r\r\r\n", 1, 3);
        check(b"\n\r", 1, 2);
        check(b"\r\rx", 0, 2);
    }

    #[test]
    fn a_line_end_that_may_go_on_is_not_decided() {
        use Ending::{Bytes, No, Open};
        let check = |bytes: &[u8], end, unknown, feed, r#return| {
            let found = [None, Some(FEED), Some(RETURN)].map(|ends| line_end(bytes, 0, end, ends));
            assert_eq!(found, [unknown, feed, r#return], "{:?}", bytes.escape_ascii());
        };
        check(b"\r", false, Open, Open, Open);
        check(b"\r", true, Bytes(1), No, Bytes(1));
        check(b"\r\r", false, Open, Open, Bytes(1));
        check(b"\r\r", true, Bytes(1), No, Bytes(1));
        check(b"\r\rx", false, Bytes(1), No, Bytes(1));
        check(b"\r\r\r\n", false, Bytes(1), No, Bytes(1));
        check(b"\r\r\n", false, Bytes(3), Bytes(3), Bytes(1));
        check(b"\r\n", false, Bytes(2), Bytes(2), Bytes(2));
        check(b"\n", false, Bytes(1), Bytes(1), Bytes(1));
        check(b"x", false, No, No, No);
        check(b"", true, No, No, No);
    }

    #[test]
    fn a_line_ends_where_its_file_says() {
        let check = |bytes: &[u8], end, unknown, feed, r#return| {
            let found = [None, Some(FEED), Some(RETURN)].map(|ends| rest_of_line(bytes, 1, end, ends));
            assert_eq!(found, [unknown, feed, r#return], "{:?}", bytes.escape_ascii());
        };
        let whole = |text_end, next| Line::Whole { text_end, next };
        check(b"ab\rc\n", false, whole(2, 3), whole(4, 5), whole(2, 3));
        check(b"ab\r\r\nc", false, whole(2, 5), whole(2, 5), whole(2, 3));
        check(b"ab\r\r\r\n", false, whole(2, 3), whole(3, 6), whole(2, 3));
        check(b"ab\r", false, Line::Part(2), Line::Part(2), Line::Part(2));
        check(b"ab\r", true, whole(2, 3), whole(3, 3), whole(2, 3));
        check(b"ab\r\r\r", false, whole(2, 3), Line::Part(3), whole(2, 3));
        check(b"\r\n", false, whole(1, 2), whole(1, 2), whole(1, 2));
        check(b"ab", true, whole(2, 2), whole(2, 2), whole(2, 2));
    }

    #[test]
    fn a_return_is_lone_that_is_part_of_no_line_end() {
        let check = |bytes: &[u8], lone| assert_eq!(has_lone_return(bytes), lone, "{:?}", bytes.escape_ascii());
        check(b"a\nb\r\nc\r\r\n", false);
        check(b"a\rb\n", true);
        check(b"\r\r\r\n", true);
        check(b"a\r", true);
    }

    #[test]
    fn utf16_counts_two_bytes_a_unit() {
        let check = |text: &str, bytes: u64| assert_eq!(utf16_bytes(text.as_bytes()), bytes);
        check("abc", 6);
        check("é€", 4);
        check("😀", 4);
    }
}
