//! Quoted fields: where they close, and the text they stand for.

use std::borrow::Cow;

use memchr::{memchr, memchr2, memchr3};

use super::Dialect;

/// Where a quoted field closes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Closing {
    /// Index of the closing quote; `None` when the bytes end before it.
    pub at: Option<usize>,
    /// An escape byte other than the quote stood in between.
    pub escaped: bool,
    /// Where the search goes on when more bytes have come.
    pub next: usize,
}

/// Finds the quote that closes the field whose opening quote stands just before `from`. A quote that is the last byte
/// counts as closing, though one more quote after it would make it a doubled one.
pub fn closing_quote(bytes: &[u8], from: usize, quote: u8, escape: Option<u8>) -> Closing {
    match escape {
        Some(escape) if escape != quote => closing_escaped(bytes, from, quote, escape),
        _ => closing_doubled(bytes, from, quote),
    }
}

fn closing_doubled(bytes: &[u8], mut from: usize, quote: u8) -> Closing {
    while let Some(found) = memchr(quote, bytes.get(from..).unwrap_or_default()) {
        let at = from + found;
        if bytes.get(at + 1) != Some(&quote) {
            return Closing { at: Some(at), escaped: false, next: at };
        }
        from = at + 2;
    }
    Closing { at: None, escaped: false, next: from.max(bytes.len()) }
}

fn closing_escaped(bytes: &[u8], mut from: usize, quote: u8, escape: u8) -> Closing {
    let mut escaped = false;
    while let Some(found) = memchr2(quote, escape, bytes.get(from..).unwrap_or_default()) {
        let at = from + found;
        if bytes.get(at) == Some(&quote) {
            return Closing { at: Some(at), escaped, next: at };
        }
        escaped = true;
        from = at + 2;
    }
    Closing { at: None, escaped, next: from.max(bytes.len()) }
}

/// The text of a field that begins with `quote`: without its quotes, escapes resolved, and with whatever follows the
/// closing quote (lenient) as it stands.
pub fn unquote<'a>(field: &'a str, quote: u8, escape: Option<u8>) -> Cow<'a, str> {
    let close = closing_quote(field.as_bytes(), 1, quote, escape);
    let end = close.at.unwrap_or(field.len());
    let inner = field.get(1..end).unwrap_or_default();
    let rest = field.get(end + 1..).unwrap_or_default();
    let escape = escape.unwrap_or(quote);
    if rest.is_empty() && memchr(escape, inner.as_bytes()).is_none() {
        return Cow::Borrowed(inner);
    }
    let mut text = resolve_escapes(inner, escape);
    text.push_str(rest);
    Cow::Owned(text)
}

/// Drops each escape byte and keeps the byte after it.
fn resolve_escapes(inner: &str, escape: u8) -> String {
    let mut text = String::with_capacity(inner.len());
    let mut kept_from = 0;
    let mut search = 0;
    while let Some(found) = memchr(escape, inner.as_bytes().get(search..).unwrap_or_default()) {
        let at = search + found;
        text.push_str(inner.get(kept_from..at).unwrap_or_default());
        kept_from = at + 1;
        search = at + 2;
    }
    text.push_str(inner.get(kept_from..).unwrap_or_default());
    text
}

/// Whether a field reads the same in a file quoted with `"` where a doubled quote is one quote: it has no quotes at all and
/// no CR, or all of it is quoted, and no blanks beside them are left out.
pub fn is_portable(field: &[u8], dialect: &Dialect) -> bool {
    let is_blank = |end: Option<&u8>| end.is_some_and(|byte| dialect.is_blank(*byte));
    if is_blank(field.first()) || is_blank(field.last()) {
        return false;
    }
    if dialect.quote == Some(b'"') && dialect.escape == Some(b'"') && field.first() == Some(&b'"') {
        return closing_doubled(field, 1, b'"').at == Some(field.len() - 1);
    }
    memchr3(b'"', dialect.quote.unwrap_or(b'"'), b'\r', field).is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_and_escapes_are_undone() {
        let check = |field, escape, text: &str| assert_eq!(unquote(field, b'"', Some(escape)), text, "{field}");
        check(r#""a,b""#, b'"', "a,b");
        check(r#""""#, b'"', "");
        check(r#""a ""b"" c""#, b'"', r#"a "b" c"#);
        check(r#""""""#, b'"', r#"""#);
        check(r#""An\"n""#, b'\\', r#"An"n"#);
        check(r#""a\\""#, b'\\', r"a\");
        check(r#""\é\n""#, b'\\', "én"); // An escape makes any byte ordinary; it does not spell a newline.
        check(r#""Ann"x"y"#, b'"', r#"Annx"y"#); // Lenient.
        check(r#""a""b"#, b'\\', r#"a"b"#); // Lenient: the second quote follows the closing one.
    }

    #[test]
    fn portable_fields_need_no_new_quotes() {
        let standard = Dialect::default();
        let check = |dialect: &Dialect, field: &str, portable| {
            assert_eq!(is_portable(field.as_bytes(), dialect), portable, "{field}")
        };
        check(&standard, "", true);
        check(&standard, "plain", true);
        check(&standard, r#""a""b""#, true);
        check(&standard, r#"5" disk"#, false);
        check(&standard, r#""Ann"x"#, false);
        check(&standard, r#"""#, false);
        check(&standard, "a\rb", false);
        check(&standard, "\"a\rb\"", true);
        let escaped = Dialect { escape: Some(b'\\'), ..standard };
        check(&escaped, r#""a""#, false);
        check(&escaped, r"a\b", true);
        let single = Dialect { quote: Some(b'\''), escape: Some(b'\''), ..standard };
        check(&single, "'a'", false);
        check(&single, r#"a"b"#, false);
        check(&Dialect { quote: None, escape: None, ..standard }, r#""a""#, false);
    }
}
