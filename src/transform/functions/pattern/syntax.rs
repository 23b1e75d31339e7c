//! A pattern of PostgreSQL in the words of the `regex` crate, which gives some characters a meaning of its own.

use std::str::Chars;

/// PostgreSQL's escapes, its brackets without operators on sets, and its braces that bound nothing.
pub fn translated(pattern: &str) -> String {
    let mut out = String::with_capacity(pattern.len());
    let mut rest = pattern.chars();
    while let Some(character) = rest.next() {
        match character {
            '\\' => escape(&mut rest, &mut out),
            '[' => bracket(&mut rest, &mut out),
            '{' if !rest.as_str().starts_with(|next: char| next.is_ascii_digit()) => out.push_str(r"\{"),
            other => out.push(other),
        }
    }
    out
}

/// What follows a backslash: ends of words and of the text among others.
fn escape(rest: &mut Chars, out: &mut String) {
    match rest.next() {
        Some('y') => out.push_str(r"\b"),
        Some('Y') => out.push_str(r"\B"),
        Some('m') => out.push_str(r"\b{start}"),
        Some('M') => out.push_str(r"\b{end}"),
        Some('Z') => out.push_str(r"\z"),
        Some('b') => out.push_str(r"\x08"),
        Some('B') => out.push_str(r"\\"),
        other => out.extend(std::iter::once('\\').chain(other)),
    }
    // A class of Unicode, which PostgreSQL does not have: `\p{Greek}`.
    if out.ends_with(r"\p") || out.ends_with(r"\P") {
        out.extend(next_if(rest, '{'));
    }
}

/// What a `-` in brackets is depends on what stands before it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Before {
    Nothing,
    One,
    Hyphen,
}

/// What follows a `[`, up to its `]`.
fn bracket(rest: &mut Chars, out: &mut String) {
    out.push('[');
    out.extend(next_if(rest, '^'));
    let mut before = Before::Nothing;
    if next_if(rest, ']').is_some() {
        out.push_str(r"\]");
        before = Before::One;
    }
    while let Some(character) = rest.next() {
        let between = before == Before::One && !rest.as_str().starts_with(']');
        match character {
            ']' => return out.push(']'),
            '-' if between => {
                out.push('-');
                before = Before::Hyphen;
                continue;
            }
            '\\' => escape(rest, out),
            '[' if rest.as_str().starts_with([':', '.', '=']) => named(rest, out),
            '[' | '&' | '~' | '-' => out.extend(['\\', character]),
            other => out.push(other),
        }
        before = if before == Before::Hyphen { Before::Nothing } else { Before::One };
    }
}

/// `[:alpha:]` and the like, as it stands.
fn named(rest: &mut Chars, out: &mut String) {
    out.push('[');
    let mut last = rest.next();
    out.extend(last);
    for character in rest {
        out.push(character);
        if character == ']' && last.is_some_and(|last| [':', '.', '='].contains(&last)) {
            return;
        }
        last = Some(character);
    }
}

fn next_if(rest: &mut Chars, wanted: char) -> Option<char> {
    if rest.as_str().starts_with(wanted) { rest.next() } else { None }
}
