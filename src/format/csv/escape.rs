//! Fields of dialects that escape without quotes, as PostgreSQL's COPY and MySQL's OUTFILE write them.

use std::borrow::Cow;

/// What an escaped byte stands for.
enum Meant {
    Byte(u8),
    /// A byte by its number, spelt with so many bytes.
    Number(u8, usize),
    /// NUL and digits to MySQL, another byte to PostgreSQL.
    Either,
}

/// Whether a field is NULL whatever else is: `\N`.
pub fn is_null(field: &[u8], escape: u8) -> bool {
    field == [escape, b'N']
}

/// The text that a field stands for; `None` where it is no text, or where it cannot be told what is meant.
pub fn resolve(field: &str, escape: u8) -> Option<Cow<'_, str>> {
    if !field.as_bytes().contains(&escape) {
        return Some(Cow::Borrowed(field));
    }
    let mut text = Vec::with_capacity(field.len());
    let mut rest = field.as_bytes();
    while let Some((&byte, behind)) = rest.split_first() {
        if byte != escape {
            text.push(byte);
            rest = behind;
            continue;
        }
        let (byte, length) = match meant(behind)? {
            Meant::Byte(byte) => (byte, 1),
            Meant::Number(byte, length) => (byte, length),
            Meant::Either => return None,
        };
        text.push(byte);
        rest = behind.get(length..)?;
    }
    String::from_utf8(text).ok().map(Cow::Owned)
}

/// What stands behind an escape; `None` where nothing does.
fn meant(behind: &[u8]) -> Option<Meant> {
    Some(match behind {
        [] => return None,
        [b'0', b'0'..=b'7', ..] => Meant::Either,
        [b'0', ..] => Meant::Byte(0),
        [b'b', ..] => Meant::Byte(8),
        [b't', ..] => Meant::Byte(b'\t'),
        [b'n', ..] => Meant::Byte(b'\n'),
        [b'v', ..] => Meant::Byte(11),
        [b'f', ..] => Meant::Byte(12),
        [b'r', ..] => Meant::Byte(b'\r'),
        [b'Z', ..] => Meant::Byte(26),
        [b'x', digits @ ..] => {
            number(digits, 16, 2).map_or(Meant::Byte(b'x'), |(byte, length)| Meant::Number(byte, length + 1))
        }
        [b'1'..=b'7', ..] => number(behind, 8, 3).map_or(Meant::Either, |(byte, length)| Meant::Number(byte, length)),
        [byte, ..] => Meant::Byte(*byte),
    })
}

/// The number at the begin of some bytes, and how many of them it is.
fn number(bytes: &[u8], base: u32, most: usize) -> Option<(u8, usize)> {
    let digits = bytes.iter().take(most).map_while(|byte| char::from(*byte).to_digit(base));
    let (value, length) = digits.fold((0, 0), |(value, length), digit| (value * base + digit, length + 1));
    (length > 0).then_some((value as u8, length))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_what_they_mean_there() {
        let check = |field: &str, text: Option<&str>| assert_eq!(resolve(field, b'\\').as_deref(), text, "{field}");
        check("plain", Some("plain"));
        check(r"a\tb\nc\\d\re", Some("a\tb\nc\\d\re"));
        check("a\\\tb\\\nc", Some("a\tb\nc"));
        check(r"\b\f\v\0\Z", Some("\u{8}\u{c}\u{b}\0\u{1a}"));
        check(r"\x41\101\x4", Some("AA\u{4}"));
        check(r"\303\251 \é", Some("é é"));
        check(r"\xE9", None);
        check(r"\012", None);
        check(r"a\", None);
        check(r"\NA", Some("NA"));
        assert!(is_null(br"\N", b'\\') && !is_null(br"\NA", b'\\'));
    }
}
