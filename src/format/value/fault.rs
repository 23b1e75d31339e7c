//! Why a text is not a value, and how to say so.

use super::canonical;
use super::notation::{standard, usual};
use crate::types::{Notation, Type, Typing};

/// What is wrong with a text; small, so that the hot loops carry no message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It does not read as a value of the type at all.
    Malformed,
    /// It is one, but the type cannot hold it.
    OutOfRange,
    /// It has more digits after the point than the type keeps.
    Excess,
    /// It says a time of day, where only a date is kept.
    TimeOfDay,
    /// It names a time zone, where none is kept.
    Zone,
}

/// The longest text that a message repeats in full, in characters.
const LONGEST_QUOTE: usize = 60;

impl Fault {
    /// The message for a reject, without the column's name.
    pub fn message(self, text: &str, typing: &Typing) -> String {
        let (notation, text, ty) = (notation(text, typing), quote(text), typing.ty);
        match (self, &typing.format) {
            (Fault::Malformed, Some(pattern)) => format!("{text} is not {} {ty} written as {pattern}", article(ty)),
            (Fault::Malformed, None) => format!("{text} is not {} {ty}{notation}", article(ty)),
            (Fault::OutOfRange, _) => format!("{text} is out of range for {} {ty}", article(ty)),
            (Fault::Excess, _) => format!("{text} has more digits after the point than {} {ty} keeps", article(ty)),
            (Fault::TimeOfDay, _) => format!("{text} has a time of day, which a date does not keep"),
            (Fault::Zone, _) => format!("{text} has a time zone, which {} {ty} does not keep", article(ty)),
        }
    }
}

/// How a number must be written that is not, or the keys that would take it as it is.
fn notation(text: &str, Typing { ty, notation, .. }: &Typing) -> String {
    if !ty.is_number() {
        return String::new();
    }
    if !notation.is_plain() {
        return format!(" written with {notation}");
    }
    let reads = |way: &Notation| standard(text, *way).is_some_and(|text| canonical(&text, *ty, &mut Vec::new()));
    let ways: Vec<String> = usual(text).filter(reads).map(keys).collect();
    if ways.is_empty() { String::new() } else { format!(" ({})", ways.join(", ")) }
}

fn keys(Notation { decimal, thousands }: Notation) -> String {
    let (decimal, thousands) = (decimal.to_string(), thousands.map(|mark| mark.to_string()));
    match (decimal.as_str(), thousands) {
        (decimal, None) => format!("extract.decimal = {decimal:?} reads it"),
        (".", Some(thousands)) => format!("extract.thousands = {thousands:?} reads it"),
        (decimal, Some(thousands)) => {
            format!("extract.decimal = {decimal:?} and extract.thousands = {thousands:?} read it")
        }
    }
}

fn article(ty: Type) -> &'static str {
    match ty {
        Type::Integer | Type::Interval => "an",
        _ => "a",
    }
}

/// The text in quotes, control characters escaped, its end left out where it is long.
pub fn quote(text: &str) -> String {
    match text.char_indices().nth(LONGEST_QUOTE) {
        None => format!("{text:?}"),
        Some(_) => {
            let start: String = text.chars().take(LONGEST_QUOTE).collect();
            format!("{start:?}…")
        }
    }
}
