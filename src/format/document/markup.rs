//! Pages and documents in angle brackets.

use super::Document::{self, Html, Xml};
use crate::format::verdict::Verdict;

/// How they begin, in small letters; behind a word must stand what ends one, and behind a tag no delimiter of a header.
const BEGINNINGS: [(&[u8], Document); 4] =
    [(b"<?xml", Xml), (b"<!doctype html", Html), (b"<html", Html), (b"<body", Html)];

/// Judges a text that begins with `<`. Of names in brackets a header may be made too, so without a declaration elements must
/// stand within each other.
pub fn markup(text: &[u8], all: bool) -> Verdict<Document> {
    let begun = BEGINNINGS.iter().map(|(begin, document)| begins(text, begin, all).map(|()| *document));
    let found = begun.fold(Verdict::No, |found, other| found.or(|| other));
    found.or(|| is_nested(text, all).map(|()| Xml))
}

fn begins(text: &[u8], begin: &[u8], all: bool) -> Verdict<()> {
    let agrees = text.iter().zip(begin).all(|(byte, other)| byte.to_ascii_lowercase() == *other);
    match text.get(begin.len()) {
        _ if !agrees => Verdict::No,
        None => Verdict::agreeing(all),
        Some(b'>') => match text.get(begin.len() + 1) {
            Some(b',' | b';' | b'\t' | b'|') => Verdict::No,
            Some(_) => Verdict::Is(()),
            None if all => Verdict::Is(()),
            None => Verdict::Open,
        },
        Some(b' ' | b'\t' | b'\n' | b'\r') => Verdict::Is(()),
        Some(_) => Verdict::No,
    }
}

/// Whether an element stands in the first one, and holds text on its line or has attributes.
fn is_nested(text: &[u8], all: bool) -> Verdict<()> {
    let Verdict::Is(root) = tag(text, all) else { return tag(text, all).map(|_| ()) };
    let mut rest = root.behind.trim_ascii_start();
    loop {
        if rest.starts_with(b"<!--") {
            return Verdict::Is(());
        }
        let element = match tag(rest, all) {
            Verdict::Is(element) => element,
            verdict => return verdict.map(|_| ()),
        };
        match element.tells(all) {
            Verdict::No if element.behind.trim_ascii_start().len() < rest.len() => {
                rest = element.behind.trim_ascii_start()
            }
            verdict => return verdict,
        }
    }
}

/// A tag, and what follows it.
struct Tag<'a> {
    name: &'a [u8],
    has_attributes: bool,
    behind: &'a [u8],
}

/// The tag that a text begins with, of an element or of its end.
fn tag(text: &[u8], all: bool) -> Verdict<Tag<'_>> {
    let Some(inner) = text.strip_prefix(b"<") else {
        return if text.is_empty() { Verdict::agreeing(all) } else { Verdict::No };
    };
    let inner = inner.strip_prefix(b"/").unwrap_or(inner);
    let of_name =
        |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b':' | b'-' | b'.') || !byte.is_ascii();
    let length = inner.iter().position(|byte| !of_name(byte)).unwrap_or(inner.len());
    let (name, rest) = inner.split_at_checked(length).unwrap_or((inner, b""));
    if name.first().is_some_and(|byte| byte.is_ascii_digit() || matches!(byte, b'-' | b'.')) {
        return Verdict::No;
    }
    let Some(end) = rest.iter().position(|byte| matches!(byte, b'<' | b'>')) else { return Verdict::agreeing(all) };
    let (attributes, behind) = rest.split_at_checked(end).unwrap_or((rest, b""));
    let is_apart = attributes.first().is_none_or(|byte| byte.is_ascii_whitespace() || *byte == b'/');
    match behind.strip_prefix(b">") {
        Some(behind) if !name.is_empty() && is_apart => {
            Verdict::Is(Tag { name, has_attributes: attributes.contains(&b'='), behind })
        }
        _ => Verdict::No,
    }
}

impl Tag<'_> {
    /// Whether it is no word in brackets.
    fn tells(&self, all: bool) -> Verdict<()> {
        if self.has_attributes {
            return Verdict::Is(());
        }
        let end = [b"</", self.name, b">"].concat();
        let length = self.behind.iter().position(|byte| matches!(byte, b'<' | b'\n'));
        match length.and_then(|length| self.behind.split_at_checked(length)) {
            Some((text, rest)) if text.trim_ascii().is_empty() || rest.is_empty() => Verdict::No,
            Some((_, rest)) if rest.starts_with(&end) => Verdict::Is(()),
            Some((_, rest)) if end.starts_with(rest) => Verdict::agreeing(all),
            Some(_) => Verdict::No,
            None => Verdict::agreeing(all),
        }
    }
}
