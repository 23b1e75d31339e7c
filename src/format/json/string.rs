//! The escapes of JSON strings: checked where a string is first walked over, undone where its text is wanted.

use memchr::{memchr, memchr2};

use super::scan::Fault;

/// The closing quote of a string whose first backslash stands at `at`, each escape on the way being sound.
pub fn unescaped_end(bytes: &[u8], mut at: usize) -> Result<usize, Fault> {
    loop {
        at += escape(bytes, at)?;
        match memchr2(b'"', b'\\', bytes.get(at..).unwrap_or_default()) {
            Some(found) if bytes.get(at + found) == Some(&b'"') => return Ok(at + found),
            Some(found) => at += found,
            None => return Err(Fault { at: bytes.len(), what: "the string is never closed" }),
        }
    }
}

/// The length of the escape at `at`.
fn escape(bytes: &[u8], at: usize) -> Result<usize, Fault> {
    match bytes.get(at + 1) {
        Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => Ok(2),
        Some(b'u') => match unit(bytes, at) {
            None => Err(Fault { at, what: "four hexadecimal digits are expected behind \\u" }),
            Some(0xD800..=0xDBFF) if matches!(unit(bytes, at + 6), Some(0xDC00..=0xDFFF)) => Ok(12),
            Some(0xD800..=0xDFFF) => Err(Fault { at, what: "half a character, one \\u of a pair, stands alone" }),
            Some(_) => Ok(6),
        },
        _ => Err(Fault { at, what: "JSON has no such escape" }),
    }
}

/// The code unit that `\u` at `at` spells.
fn unit(bytes: &[u8], at: usize) -> Option<u32> {
    let digits = bytes.get(at..at + 6)?.strip_prefix(b"\\u")?;
    digits.iter().try_fold(0, |unit, digit| Some(unit * 16 + char::from(*digit).to_digit(16)?))
}

/// The text of the inside of a string whose escapes are sound.
pub fn unescape(inner: &str) -> String {
    let mut text = String::with_capacity(inner.len());
    let mut rest = inner;
    while let Some((plain, escaped)) = memchr(b'\\', rest.as_bytes()).and_then(|at| rest.split_at_checked(at)) {
        text.push_str(plain);
        let (character, length) = character(escaped.as_bytes());
        text.push(character);
        rest = escaped.get(length..).unwrap_or_default();
    }
    text.push_str(rest);
    text
}

/// What the escape at the begin of `bytes` spells, and its length.
fn character(bytes: &[u8]) -> (char, usize) {
    let plain = match bytes.get(1) {
        Some(b'b') => '\u{8}',
        Some(b'f') => '\u{c}',
        Some(b'n') => '\n',
        Some(b'r') => '\r',
        Some(b't') => '\t',
        Some(b'u') => return spelt(bytes),
        Some(byte) => char::from(*byte),
        None => '\\',
    };
    (plain, 2)
}

fn spelt(bytes: &[u8]) -> (char, usize) {
    match (unit(bytes, 0), unit(bytes, 6)) {
        (Some(high @ 0xD800..=0xDBFF), Some(low @ 0xDC00..=0xDFFF)) => {
            let code = 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00);
            (char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER), 12)
        }
        (code, _) => (code.and_then(char::from_u32).unwrap_or(char::REPLACEMENT_CHARACTER), 6),
    }
}
