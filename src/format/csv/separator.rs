//! A first line `sep=;`, by which a spreadsheet is told what separates fields.

use super::Dialect;
use super::line::{Ending, line_end};
use crate::batch::LineEnds;

/// What the first line says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FirstLine {
    /// This byte separates fields; the line has so many bytes, its end included.
    Separator { byte: u8, length: usize },
    /// Nothing of that kind.
    Other,
    /// The bytes at hand cannot tell yet.
    Open,
}

/// Looks at the begin of a file whose lines end in `ends`, as far as that is known; `end`: there is no more of it. A byte that
/// has another meaning, or that names are made of, separates nothing.
pub fn first_line(bytes: &[u8], dialect: &Dialect, end: bool, ends: Option<LineEnds>) -> FirstLine {
    let (byte, at) = match separator(bytes, dialect, end) {
        Ok(found) => found,
        Err(told) => return told,
    };
    match bytes.get(at) {
        Some(_) => match line_end(bytes, at, end, ends) {
            Ending::Bytes(length) => FirstLine::Separator { byte, length: at + length },
            Ending::No => FirstLine::Other,
            Ending::Open => FirstLine::Open,
        },
        None if end => FirstLine::Separator { byte, length: at },
        None => FirstLine::Open,
    }
}

/// The byte that a line names, and where the line's end must stand; an error is all there is to say. What quotes all it
/// writes quotes this line too.
fn separator(bytes: &[u8], dialect: &Dialect, end: bool) -> Result<(u8, usize), FirstLine> {
    const WORD: &[u8] = b"sep=";
    let quote = dialect.quote.filter(|quote| bytes.first() == Some(quote));
    let quoted = usize::from(quote.is_some());
    let word = bytes.get(quoted..).unwrap_or_default();
    let (begin, rest) = word.split_at(WORD.len().min(word.len()));
    if !WORD.get(..begin.len()).is_some_and(|word| word.eq_ignore_ascii_case(begin)) {
        return Err(FirstLine::Other);
    }
    let open = if end { FirstLine::Other } else { FirstLine::Open };
    let Some(&byte) = rest.first() else { return Err(open) };
    let is_taken = dialect.marks().any(|mark| mark == byte);
    if !byte.is_ascii() || byte.is_ascii_alphanumeric() || matches!(byte, b'\r' | b'\n') || is_taken {
        return Err(FirstLine::Other);
    }
    let closing = quoted + WORD.len() + 1;
    match (quote, bytes.get(closing)) {
        (Some(_), None) => return Err(open),
        (Some(quote), Some(other)) if quote != *other => return Err(FirstLine::Other),
        _ => {}
    }
    Ok((byte, closing + quoted))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_first_line_that_names_the_separator() {
        let check = |text: &str, end: bool, expected: FirstLine| {
            assert_eq!(first_line(text.as_bytes(), &Dialect::default(), end, None), expected, "{text:?}");
        };
        let found = |byte, length| FirstLine::Separator { byte, length };
        check("sep=;\nid;v\n", false, found(b';', 6));
        check("SEP=\t\r\nid", false, found(b'\t', 7));
        check("sep=,\r\r\n", false, found(b',', 8));
        check("sep=|\rid", false, found(b'|', 6));
        check("sep=;", true, found(b';', 5));
        check("\"sep=;\"\r\nid;v\n", false, found(b';', 9));
        check("\"sep=|\"\n", false, found(b'|', 8));
        check("\"sep=,\"", true, found(b',', 7));
        for open in ["\"", "\"sep=", "\"sep=;", "\"sep=;\"", "\"sep=;\"\r"] {
            check(open, false, FirstLine::Open);
        }
        for open in ["", "s", "sep=", "sep=;", "sep=;\r", "sep=;\r\r"] {
            check(open, false, FirstLine::Open);
        }
        check("", true, FirstLine::Other);
        check("sep=", true, FirstLine::Other);
        for other in [
            "\"sep=;\",1\n",
            "\"sep=;;\"\n",
            "\"sep=;\n",
            "'sep=;'\n",
            "\"id\"\n",
            "id;v",
            "sepal",
            "sep=;;\n",
            "sep=a\n",
            "sep=1\n",
            "sep=\"\n",
            "sep=\n;",
            "sep=\u{e9}\n",
        ] {
            check(other, false, FirstLine::Other);
        }
    }
}
