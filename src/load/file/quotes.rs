//! Whether a CSV file that is appended to ends inside quotes, found out while it is copied.

use memchr::memchr;

use crate::batch::LineEnds;

/// Follows the quotes of a file through its pieces. Only a quote at the beginning of a field opens one.
pub struct Quotes {
    delimiter: u8,
    inside: bool,
    /// The last byte was a quote inside quotes: it closes them unless another one follows.
    closing: bool,
    last: u8,
    /// Bytes passed, as far as a byte order mark reaches.
    passed: usize,
    /// What ends the file's lines, once a line has ended outside quotes.
    ends: Option<LineEnds>,
    /// CRs that the first line end may begin with.
    returns: u8,
}

impl Quotes {
    pub fn new(delimiter: u8) -> Quotes {
        Quotes { delimiter, inside: false, closing: false, last: b'\n', passed: 0, ends: None, returns: 0 }
    }

    /// The next piece of the file.
    pub fn pass(&mut self, bytes: &[u8]) {
        let mark = if self.passed == 0 && bytes.starts_with(b"\xEF\xBB\xBF") { 3 } else { 0 };
        let bytes = bytes.get(mark..).unwrap_or_default();
        let mut at = 0;
        while let Some(next) = bytes.get(at..).filter(|rest| !rest.is_empty()) {
            if std::mem::take(&mut self.closing) {
                if next.first() == Some(&b'"') {
                    at += 1;
                    continue;
                }
                self.inside = false;
            }
            let found = memchr(b'"', next);
            if !self.inside {
                self.decide(found.and_then(|found| next.get(..=found)).unwrap_or(next));
            }
            let Some(found) = found else { break };
            let before = (at + found).checked_sub(1).and_then(|before| bytes.get(before)).copied();
            self.quote(before.unwrap_or(self.last));
            at += found + 1;
        }
        self.last = bytes.last().copied().unwrap_or(self.last);
        self.passed += bytes.len() + mark;
    }

    /// Looks for the first line end in what stands outside quotes, the quote behind it included.
    fn decide(&mut self, text: &[u8]) {
        for byte in text {
            if self.ends.is_some() {
                return;
            }
            match (byte, self.returns) {
                (b'\n', _) => self.ends = Some(LineEnds::Feed),
                (b'\r', 0 | 1) => self.returns += 1,
                (_, 0) => {}
                _ => self.ends = Some(LineEnds::Return),
            }
        }
    }

    /// Takes a quote behind the byte `before`.
    fn quote(&mut self, before: u8) {
        match self.inside {
            true => self.closing = true,
            false => self.inside = before == self.delimiter || self.is_line_end(before),
        }
    }

    fn is_line_end(&self, byte: u8) -> bool {
        byte == b'\n' || byte == b'\r' && self.ends == Some(LineEnds::Return)
    }

    /// Whether the file, where it ends here, ends inside quotes.
    pub fn are_open(&self) -> bool {
        self.inside && !self.closing
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_are_followed_however_the_file_is_cut() {
        let check = |text: &str, open: bool| {
            for size in 1..=text.len() {
                let mut quotes = Quotes::new(b',');
                // A mark comes whole: pieces are long.
                let (mark, rest) = text.split_at(if text.starts_with('\u{feff}') { 3 } else { 0 });
                let mut pieces = rest.as_bytes().chunks(size);
                let first = [mark.as_bytes(), pieces.next().unwrap_or_default()].concat();
                quotes.pass(&first);
                pieces.for_each(|piece| quotes.pass(piece));
                assert_eq!(quotes.are_open(), open, "{text:?} in pieces of {size}");
            }
        };
        check("id,name\n7,cut", false);
        check("id,name\n7,\"cut", true);
        check("id,name\n7,\"cut\n", true);
        check("id,name\r\n\"7\",\"a \"\"b\"\"\"\r\n", false);
        check("a\n\"b\"\"", true);
        check("a\n\"\"", false);
        check("a\n\"\"\"", true);
        check("a\n\"", true);
        check("a,b\n5\" disk,6\"\n", false);
        check("a,b\n5\" disk,\"cut", true);
        check("a,b\n\"x\"y\"z,2\n", false);
        check("\u{feff}\"a\"\n1\n", false);
        check("\u{feff}\"a", true);
        // The first line end decides whether a field begins behind a CR.
        check("a,b\r\"cut", true);
        check("a,b\r\n1,x\r\"y\n", false);
        check("a,\"b\r\"\r\r\n1,x\r\"y\n2,\"cut", true);
        check("\"a\n\"\r1\n\"2\"\r\r\"cut", true);
        check("a\r\r\r\n\"b\"\r\"", true);
    }
}
