//! A text that is one document, or objects of JSON, where records of fields were meant.

use serde::de::IgnoredAny;
use serde_json::Deserializer;

/// What a text is that is no CSV.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Document {
    /// An array of objects, on as many lines as it likes.
    Objects,
    /// Any other array.
    Array,
    /// An object on several lines, alone or before others.
    Pretty,
    /// An object on a line of its own.
    Lines,
    Xml,
    Html,
    /// What Git keeps in the place of a large file.
    LfsPointer,
}

/// What can be said of the begin of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Judged {
    /// It is too short to say.
    Open,
    /// It may be records of fields.
    Records,
    Is(Document),
}

/// How such texts begin, in small letters.
const BEGINNINGS: [(&[u8], Document); 4] = [
    (b"<?xml ", Document::Xml),
    (b"<!doctype html", Document::Html),
    (b"<html", Document::Html),
    (b"version https://git-lfs.github.com/spec/", Document::LfsPointer),
];

/// Judges a text by its begin, all of it where it has `ended`.
pub fn document(text: &[u8], ended: bool) -> Judged {
    let text = text.trim_ascii_start();
    match text.first() {
        None if ended => Judged::Records,
        None => Judged::Open,
        Some(b'{' | b'[') => json(text, ended),
        Some(_) => worded(text, ended),
    }
}

fn worded(text: &[u8], ended: bool) -> Judged {
    let agrees = |begin: &[u8]| begin.iter().zip(text).all(|(byte, other)| *byte == other.to_ascii_lowercase());
    match BEGINNINGS.iter().find(|(begin, _)| agrees(begin)) {
        Some((begin, document)) if text.len() >= begin.len() => Judged::Is(*document),
        Some(_) if !ended && !text.contains(&b'\n') => Judged::Open,
        _ => Judged::Records,
    }
}

/// What begins as a header in brackets does is no JSON after the first name in it.
fn json(text: &[u8], ended: bool) -> Judged {
    let mut values = Deserializer::from_slice(text).into_iter::<IgnoredAny>();
    let value = values.next();
    let (value, rest) = match value {
        Some(Ok(_)) => text.split_at_checked(values.byte_offset()).unwrap_or((text, b"")),
        Some(Err(error)) if error.is_eof() && !ended => return Judged::Open,
        Some(Err(error)) if error.is_eof() && text.contains(&b'"') => (text, b"".as_slice()),
        _ => return Judged::Records,
    };
    let line = rest.split(|byte| *byte == b'\n').next().unwrap_or_default();
    match line.trim_ascii().is_empty() {
        true if rest.len() == line.len() && !ended => Judged::Open,
        true => Judged::Is(kind(value)),
        false => Judged::Records,
    }
}

fn kind(value: &[u8]) -> Document {
    let within = value.get(1..).unwrap_or_default().trim_ascii_start().first();
    match (value.first(), within) {
        (Some(b'['), Some(b'{' | b']') | None) => Document::Objects,
        (Some(b'['), _) => Document::Array,
        _ if value.trim_ascii_end().contains(&b'\n') => Document::Pretty,
        _ => Document::Lines,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_told_from_headers_in_brackets() {
        use Document::{Array, Lines, Objects, Pretty};
        let is = |text: &str, document| {
            assert_eq!(super::document(text.as_bytes(), true), Judged::Is(document), "{text:?}");
        };
        is("[{\"a\":1},{\"a\":2}]", Objects);
        is("\n[\n  {\"a\": 1}\n]\n", Objects);
        is("[]\n", Objects);
        is("[{\"a\":1},{\"a\":2", Objects);
        is("[[1,2],[3,4]]\n", Array);
        is("[1,2]\n[3,4]\n", Array);
        is("{\n  \"a\": 1\n}\n", Pretty);
        is("{\n  \"a\": 1\n}\n{\n  \"a\": 2\n}\n", Pretty);
        is("{\"a\":1}\n{\"a\":2}\n", Lines);
        is("{\"a\":1}", Lines);
        let no = |text: &str| assert_eq!(super::document(text.as_bytes(), true), Judged::Records, "{text:?}");
        no("[id],[name]\n1,2\n");
        no("[1],[2]\n1,2\n");
        no("[\n1\n2\n");
        no("[\n");
        no("{\n");
        no("{id}\n1\n");
        no("{\"a\":1},x\n");
        no("{\"a\":1}\t2\n");
        no("id,name\n");
        no("");
        no("\n\n");
    }

    #[test]
    fn what_has_not_come_is_waited_for() {
        let open = |text: &str| assert_eq!(document(text.as_bytes(), false), Judged::Open, "{text:?}");
        open("");
        open("[");
        open("[{\"a\":1},\n");
        open("{\"a\":1}");
        open("<?x");
        assert_eq!(document(b"[id", false), Judged::Records);
        assert_eq!(document(b"{\"a\":1}\n", false), Judged::Is(Document::Lines));
        assert_eq!(document(b"<?x\n", false), Judged::Records);
    }

    #[test]
    fn other_documents() {
        let check = |text: &str, judged| assert_eq!(document(text.as_bytes(), true), judged, "{text:?}");
        check("<?xml version=\"1.0\"?>\n<rows/>", Judged::Is(Document::Xml));
        check("<!DOCTYPE html>\n<html>", Judged::Is(Document::Html));
        check("<HTML><head>", Judged::Is(Document::Html));
        check("version https://git-lfs.github.com/spec/v1\noid sha256:4d\nsize 12\n", Judged::Is(Document::LfsPointer));
        check("version,name\n1,a\n", Judged::Records);
        check("<a>,<b>\n", Judged::Records);
        check("<htm", Judged::Records);
    }
}
