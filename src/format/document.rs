//! A text that is one document, or objects of JSON, where records of fields were meant.

mod markup;
mod outline;

use markup::markup;
use outline::Outline;

use super::verdict::{Verdict, begins};

/// So much of a text is looked at.
pub const LOOKED_AT: usize = 1 << 16;

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
    /// Objects with nothing between them.
    Joined,
    Xml,
    Html,
    /// What Git keeps in the place of a large file.
    LfsPointer,
}

/// What a text is that was to be CSV.
pub fn no_csv(text: &[u8], ended: bool) -> Verdict<Document> {
    let (text, ended) = looked_at(text, ended);
    match text.first() {
        None => Verdict::agreeing(ended),
        Some(b'{' | b'[') => value(text, ended),
        Some(b'<') => markup(text, ended),
        Some(_) => pointer(text, ended),
    }
}

/// What a text is that was to be objects of JSON, one on each line: one document on several. A line that is none is a reject
/// among others, and so is one that was cut.
pub fn no_jsonl(text: &[u8], ended: bool) -> Verdict<Document> {
    let (text, all) = looked_at(text, ended);
    let outline = Outline::of(text);
    let value = match outline {
        Outline::Whole { length, .. } => text.get(..length).unwrap_or(text),
        Outline::Begun { .. } if !all => return Verdict::Open,
        Outline::None if text.is_empty() => return Verdict::agreeing(all),
        // All that is looked at of a long one.
        Outline::Begun { .. } if text.len() >= LOOKED_AT => text,
        Outline::Begun { .. } | Outline::None => return Verdict::No,
    };
    let mut lines = value.split(|byte| *byte == b'\n').skip(1).map(<[u8]>::trim_ascii).filter(|line| !line.is_empty());
    let is_object = |line: &[u8]| line.starts_with(b"{") && matches!(Outline::of(line), Outline::Whole { .. });
    match (kind(value), lines.next()) {
        (Document::Objects | Document::Array, None) => alone(value, text, all),
        (_, None) => Verdict::No,
        (Document::Objects | Document::Array, Some(_)) => Verdict::Is(kind(value)),
        (_, Some(second)) if is_object(second) => Verdict::No,
        (_, Some(_)) => Verdict::Is(Document::Pretty),
    }
}

/// An array on one line, which is the document if nothing follows.
fn alone(value: &[u8], text: &[u8], all: bool) -> Verdict<Document> {
    match text.get(value.len()..).is_some_and(|rest| !rest.trim_ascii().is_empty()) {
        true => Verdict::No,
        false if all && text.len() < LOOKED_AT => Verdict::Is(kind(value)),
        false => Verdict::agreeing(all),
    }
}

/// The begin of a text without the blanks in front, and whether no more of it is looked at.
fn looked_at(text: &[u8], ended: bool) -> (&[u8], bool) {
    let all = ended || text.len() >= LOOKED_AT;
    (text.get(..LOOKED_AT).unwrap_or(text).trim_ascii_start(), all)
}

fn value(text: &[u8], all: bool) -> Verdict<Document> {
    match Outline::of(text) {
        Outline::None => Verdict::No,
        Outline::Begun { .. } if !all => Verdict::Open,
        // A header may begin in brackets as well.
        Outline::Begun { has_key } if has_key => Verdict::Is(kind(text)),
        Outline::Begun { .. } => Verdict::No,
        Outline::Whole { length, .. } => {
            let (value, rest) = text.split_at_checked(length).unwrap_or((text, b""));
            followed(value, rest, all)
        }
    }
}

/// Judges a value by what stands behind it.
fn followed(value: &[u8], rest: &[u8], all: bool) -> Verdict<Document> {
    let kind = kind(value);
    if kind == Document::Lines && rest.starts_with(b"{") {
        return match Outline::of(rest) {
            Outline::None => Verdict::No,
            Outline::Whole { .. } => Verdict::Is(Document::Joined),
            Outline::Begun { .. } if all => Verdict::Is(Document::Joined),
            Outline::Begun { .. } => Verdict::Open,
        };
    }
    let line_end = rest.iter().position(|byte| matches!(byte, b'\n' | b'\r'));
    let line = rest.get(..line_end.unwrap_or(rest.len())).unwrap_or(rest);
    let next = rest.trim_ascii_start().first();
    match kind {
        _ if !line.trim_ascii().is_empty() => Verdict::No,
        _ if line_end.is_none() && !all => Verdict::Open,
        // A header may be `[1,2]`, but then no row is.
        Document::Array if !value.contains(&b'\n') => match next {
            Some(b'[') => Verdict::Is(kind),
            Some(_) => Verdict::No,
            None if all => Verdict::Is(kind),
            None => Verdict::Open,
        },
        _ => Verdict::Is(kind),
    }
}

fn kind(value: &[u8]) -> Document {
    let within = value.get(1..).unwrap_or_default().trim_ascii_start().first();
    match (value.first(), within) {
        (Some(b'['), Some(b'{')) => Document::Objects,
        (Some(b'['), _) => Document::Array,
        _ if value.trim_ascii_end().contains(&b'\n') => Document::Pretty,
        _ => Document::Lines,
    }
}

fn pointer(text: &[u8], all: bool) -> Verdict<Document> {
    const BEGIN: &[u8] = b"version https://git-lfs.github.com/spec/";
    begins(text, BEGIN, all).map(|()| Document::LfsPointer)
}

#[cfg(test)]
mod tests;
