//! A text of JSON, walked once: where each member of its object begins and ends, and whether all of it is sound.

use std::borrow::Cow;
use std::ops::Range;

use memchr::memchr2;

use super::string::{unescape, unescaped_end};

/// Objects and arrays within each other; more of them are an attack rather than data.
const MOST_DEPTH: usize = 127;

/// What is wrong with a line, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Index into the line.
    pub at: usize,
    pub what: &'static str,
}

impl Fault {
    pub fn message(self) -> String {
        format!("byte {} of the line: {}", self.at + 1, self.what)
    }
}

/// A walk over one line.
pub struct Scan<'a> {
    line: &'a str,
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Scan<'a> {
    pub fn new(line: &'a str) -> Scan<'a> {
        Scan { line, bytes: line.as_bytes(), at: 0 }
    }

    /// Hands on each member of the line's object: its key, and where its value stands in the line. False where the line is
    /// blank. What was handed on before a fault does not count.
    pub fn object(
        &mut self,
        mut member: impl FnMut(Cow<'a, str>, Range<usize>) -> Result<(), &'static str>,
    ) -> Result<bool, Fault> {
        self.blanks();
        match self.peek() {
            None => return Ok(false),
            Some(b'{') => self.members(&mut member)?,
            Some(b'[') => {
                return self.fail("an array where one object a line is read; jq -c '.[]' FILE makes lines of it");
            }
            Some(_) => return self.fail("no JSON object begins here"),
        }
        self.nothing_follows("something follows the object; one object a line is read")?;
        Ok(true)
    }

    /// Walks over the one value that the text is; where it is an array, hands on where each element stands, blanks around
    /// them left out. Whether it is one. What was handed on before a fault does not count.
    pub fn array(&mut self, mut element: impl FnMut(Range<usize>)) -> Result<bool, Fault> {
        let is_array = self.begins_with(b'[');
        if is_array {
            self.items(b']', |scan| {
                let start = scan.at;
                scan.value(1)?;
                element(start..scan.at);
                Ok(())
            })?;
        } else {
            self.value(0)?;
        }
        self.nothing_follows("something follows the value")?;
        Ok(is_array)
    }

    /// Whether a value that begins so comes next.
    pub fn begins_with(&mut self, byte: u8) -> bool {
        self.blanks();
        self.peek() == Some(byte)
    }

    /// Where the one value stands that the text is, blanks around it left out.
    pub fn value_alone(&mut self) -> Result<Range<usize>, Fault> {
        self.blanks();
        let start = self.at;
        self.value(0)?;
        let end = self.at;
        self.nothing_follows("something follows the value")?;
        Ok(start..end)
    }

    fn nothing_follows(&mut self, what: &'static str) -> Result<(), Fault> {
        self.blanks();
        if self.at < self.bytes.len() { self.fail(what) } else { Ok(()) }
    }

    fn members(
        &mut self,
        member: &mut impl FnMut(Cow<'a, str>, Range<usize>) -> Result<(), &'static str>,
    ) -> Result<(), Fault> {
        self.items(b'}', |scan| {
            let key_at = scan.at;
            let key = scan.key()?;
            let start = scan.at;
            scan.value(1)?;
            member(key, start..scan.at).map_err(|what| Fault { at: key_at, what })
        })
    }

    /// Walks over what stands in an object or array, separated by commas, and over its end.
    #[inline]
    fn items(&mut self, close: u8, mut item: impl FnMut(&mut Self) -> Result<(), Fault>) -> Result<(), Fault> {
        self.at += 1;
        self.blanks();
        let mut ended = self.take(close);
        while !ended {
            item(self)?;
            ended = self.ends(close)?;
        }
        Ok(())
    }

    /// A key, the colon and the blanks behind it. Most of a line is keys: a call for each costs a fifteenth of the walk.
    #[inline(always)]
    fn key(&mut self) -> Result<Cow<'a, str>, Fault> {
        if self.peek() != Some(b'"') {
            return self.fail("a key in double quotes is expected");
        }
        let start = self.at + 1;
        let escaped = self.string()?;
        let key = self.line.get(start..self.at - 1).unwrap_or_default();
        self.blanks();
        if !self.take(b':') {
            return self.fail("a colon is expected");
        }
        self.blanks();
        Ok(if escaped { Cow::Owned(unescape(key)) } else { Cow::Borrowed(key) })
    }

    /// Walks over a value within `depth` objects and arrays.
    #[inline]
    fn value(&mut self, depth: usize) -> Result<(), Fault> {
        match self.peek() {
            Some(b'"') => self.string().map(drop),
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(b'{' | b'[') => self.nested(depth + 1),
            Some(b't') => self.word("true"),
            Some(b'f') => self.word("false"),
            Some(b'n') => self.word("null"),
            Some(_) => self.fail("no JSON value begins here"),
            None => self.fail("the line ends within its object"),
        }
    }

    fn nested(&mut self, depth: usize) -> Result<(), Fault> {
        if depth > MOST_DEPTH {
            return self.fail("more than 127 objects and arrays stand in each other");
        }
        if self.peek() == Some(b'[') {
            return self.items(b']', |scan| scan.value(depth));
        }
        self.items(b'}', |scan| {
            scan.key()?;
            scan.value(depth)
        })
    }

    /// What stands behind a value: the end of what holds it, or a comma.
    #[inline]
    fn ends(&mut self, close: u8) -> Result<bool, Fault> {
        self.blanks();
        if self.take(close) {
            return Ok(true);
        }
        if !self.take(b',') {
            let what = if close == b'}' { "a comma or } is expected" } else { "a comma or ] is expected" };
            return self.fail(if self.at == self.bytes.len() { "the line ends within its object" } else { what });
        }
        self.blanks();
        Ok(false)
    }

    /// Walks over a string; whether it holds escapes.
    #[inline]
    fn string(&mut self) -> Result<bool, Fault> {
        let start = self.at + 1;
        let rest = self.bytes.get(start..).unwrap_or_default();
        let (end, escaped) = match memchr2(b'"', b'\\', rest) {
            Some(found) if rest.get(found) == Some(&b'"') => (start + found, false),
            Some(found) => (unescaped_end(self.bytes, start + found)?, true),
            None => return self.fail("the string is never closed"),
        };
        let inner = self.bytes.get(start..end).unwrap_or_default();
        if inner.iter().fold(false, |any, byte| any | (*byte < 0x20)) {
            let at = start + inner.iter().position(|byte| *byte < 0x20).unwrap_or_default();
            return Err(Fault { at, what: "a control character stands in a string as it is" });
        }
        self.at = end + 1;
        Ok(escaped)
    }

    fn number(&mut self) -> Result<(), Fault> {
        self.take(b'-');
        if !self.take(b'0') && !self.digits() {
            return self.fail("a digit is expected");
        }
        if self.take(b'.') && !self.digits() {
            return self.fail("a digit is expected");
        }
        if self.take(b'e') || self.take(b'E') {
            let _sign = self.take(b'-') || self.take(b'+');
            if !self.digits() {
                return self.fail("a digit is expected");
            }
        }
        Ok(())
    }

    #[inline]
    fn digits(&mut self) -> bool {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let count = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        self.at += count;
        count > 0
    }

    fn word(&mut self, word: &str) -> Result<(), Fault> {
        if !self.bytes.get(self.at..).unwrap_or_default().starts_with(word.as_bytes()) {
            return self.fail("no JSON value begins here");
        }
        self.at += word.len();
        Ok(())
    }

    #[inline]
    fn blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\r' | b'\n')) {
            self.at += 1;
        }
    }

    #[inline]
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    #[inline]
    fn take(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    #[cold]
    fn fail<T>(&self, what: &'static str) -> Result<T, Fault> {
        Err(Fault { at: self.at, what })
    }
}
