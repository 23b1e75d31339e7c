//! A JSON value by the text that it is written as.

use std::borrow::Cow;

use memchr::{memchr, memchr2};

use super::scan::Scan;
use super::string::unescape;

/// The one value that a text is, without the blanks around it; the error says what is wrong with it, and where.
pub fn checked(text: &str) -> Result<&str, String> {
    let span = Scan::new(text).value_alone().map_err(|fault| match fault.at < text.len() {
        true => format!("byte {}: {}", fault.at + 1, fault.what),
        false => "it ends too early".to_owned(),
    })?;
    Ok(text.get(span).unwrap_or_default())
}

/// What a value is as text: a string is decoded, all else is its token.
pub fn text(token: &str) -> Cow<'_, str> {
    let inner = token.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    match inner {
        Some(inner) if memchr(b'\\', inner.as_bytes()).is_some() => Cow::Owned(unescape(inner)),
        Some(inner) => Cow::Borrowed(inner),
        None => Cow::Borrowed(token),
    }
}

/// The values in an array that has been checked; nothing of any other value.
pub fn elements(array: &str) -> Vec<&str> {
    let mut elements = Vec::new();
    let _checked = Scan::new(array).array(|span| elements.extend(array.get(span)));
    elements
}

/// What a value is called, as `json_typeof` does.
pub fn kind(token: &str) -> &'static str {
    match token.bytes().next() {
        Some(b'{') => "object",
        Some(b'[') => "array",
        Some(b'"') => "string",
        Some(b't' | b'f') => "boolean",
        Some(b'n') => "null",
        _ => "number",
    }
}

/// Whether a value is an object or an array.
pub fn is_nested(token: &str) -> bool {
    token.starts_with(['{', '['])
}

/// Appends a token to a line, which it must not end: a line end in it is a blank between its parts.
pub fn write(token: &str, out: &mut Vec<u8>) {
    let start = out.len();
    out.extend_from_slice(token.as_bytes());
    if memchr2(b'\n', b'\r', token.as_bytes()).is_some() {
        let written = out.get_mut(start..).unwrap_or_default();
        written.iter_mut().filter(|byte| matches!(byte, b'\n' | b'\r')).for_each(|byte| *byte = b' ');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_keeps_its_token() {
        let check = |text| assert_eq!(checked(text), Ok(text.trim()), "{text}");
        for token in ["0.10", "1e400", "12345678901234567890123", "-0", "null", "true", r#""\u00e4\u0000""#] {
            check(token);
        }
        check(" {\"b\" :1,\n\"b\": [ ] }\t");
    }

    #[test]
    fn what_is_no_value_is_told_with_its_place() {
        let check = |text: &str, says: &str| assert_eq!(checked(text), Err(says.to_owned()), "{text}");
        check("", "it ends too early");
        check("[1, 2", "it ends too early");
        check("{a}", "byte 2: a key in double quotes is expected");
        check("1 2", "byte 3: something follows the value");
        check("\"\u{1}\"", "byte 2: a control character stands in a string as it is");
        check(r#""\ud800""#, "byte 2: half a character, one \\u of a pair, stands alone");
        check("01", "byte 2: something follows the value");
        check("NaN", "byte 1: no JSON value begins here");
        check(&"[".repeat(128), "byte 128: more than 127 objects and arrays stand in each other");
    }

    #[test]
    fn strings_are_decoded_and_nothing_else() {
        assert_eq!(text(r#""b\u00f6\n""#), "bö\n");
        assert_eq!(text("\"a\""), "a");
        assert_eq!(text("1.50"), "1.50");
        assert_eq!(text(r#"["\u00f6"]"#), r#"["\u00f6"]"#);
    }

    #[test]
    fn a_token_ends_no_line() {
        let mut out = b"x".to_vec();
        write("{\r\n \"a\\n\": 1\n}", &mut out);
        assert_eq!(out, b"x{   \"a\\n\": 1 }");
    }
}
