//! `[a-z[:digit:]]`: a set of characters.

use std::str::Chars;

use super::class;
use super::escape::{self, Escape, next_if};
use super::options::Options;

const NO_END: &str = "a [ has no ]";
const RANGE: &str =
    "a range in brackets goes from one character up to another, as in [a-z]; a - for itself stands first or last";

/// One part of a set.
enum Part {
    One(char),
    /// Itself the items of a bracket.
    Items(String),
}

/// Reads what follows a `[`, up to its `]`.
pub fn translate(rest: &mut Chars, options: &Options, out: &mut String) -> Result<(), String> {
    let none_of = next_if(rest, '^').is_some();
    out.push_str(if none_of { "[^" } else { "[" });
    if none_of && options.dot_stops {
        out.push_str(r"\n");
    }
    let mut first = true;
    while first || next_if(rest, ']').is_none() {
        if !first && range_follows(rest) {
            return Err(RANGE.to_string());
        }
        take(rest, options.fold, out)?;
        first = false;
    }
    out.push(']');
    Ok(())
}

/// A `-` that is not the last before the end.
fn range_follows(rest: &Chars) -> bool {
    rest.as_str().starts_with('-') && !rest.as_str().starts_with("-]")
}

/// One part, or two with a range between them.
fn take(rest: &mut Chars, fold: bool, out: &mut String) -> Result<(), String> {
    let from = match part(rest, fold)? {
        Part::One(from) => from,
        Part::Items(items) => {
            out.push_str(&items);
            return Ok(());
        }
    };
    escape::write_plain(from, out);
    if range_follows(rest) {
        rest.next();
        match part(rest, fold)? {
            Part::One(to) if from <= to => {
                out.push('-');
                escape::write_plain(to, out);
            }
            _ => return Err(RANGE.to_string()),
        }
    }
    Ok(())
}

fn part(rest: &mut Chars, fold: bool) -> Result<Part, String> {
    match rest.next().ok_or(NO_END)? {
        '\\' => match escape::read(rest)? {
            Escape::Plain(character) => Ok(Part::One(character)),
            Escape::Class(items) => Ok(Part::Items(items.to_string())),
            Escape::NoneOf(items) => Ok(Part::Items(format!("[^{items}]"))),
            Escape::Place(_) => Err("brackets hold characters, and no places between them such as \\y".to_string()),
        },
        '[' => match rest.as_str().chars().next() {
            Some(kind @ (':' | '.' | '=')) => named(kind, rest, fold),
            _ => Ok(Part::One('[')),
        },
        plain => Ok(Part::One(plain)),
    }
}

/// `[:alpha:]`, a class; `[.a.]` and `[=a=]`, one character.
fn named(kind: char, rest: &mut Chars, fold: bool) -> Result<Part, String> {
    rest.next();
    let end = format!("{kind}]");
    let (name, after) = rest.as_str().split_once(end.as_str()).ok_or(NO_END)?;
    *rest = after.chars();
    if kind == ':' {
        let items = class::named(name, fold).ok_or_else(|| format!("the class [:{name}:] is unknown"))?;
        return Ok(Part::Items(items.to_string()));
    }
    let mut characters = name.chars();
    match (characters.next(), characters.next(), kind) {
        (Some(one), None, '.') => Ok(Part::One(one)),
        (Some(one), None, _) => {
            let mut items = String::new();
            escape::write_plain(one, &mut items);
            Ok(Part::Items(items))
        }
        _ => Err(format!("[{kind}{name}{kind}] is not supported; write the character itself")),
    }
}
