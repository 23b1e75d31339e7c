//! Why a text is not a value, and how to say so.

use crate::types::{Type, Typing};

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
        let (text, ty) = (quote(text), typing.ty);
        match (self, &typing.format) {
            (Fault::Malformed, Some(pattern)) => format!("{text} is not {} {ty} written as {pattern}", article(ty)),
            (Fault::Malformed, None) => format!("{text} is not {} {ty}", article(ty)),
            (Fault::OutOfRange, _) => format!("{text} is out of range for {} {ty}", article(ty)),
            (Fault::Excess, _) => format!("{text} has more digits after the point than {} {ty} keeps", article(ty)),
            (Fault::TimeOfDay, _) => format!("{text} has a time of day, which a date does not keep"),
            (Fault::Zone, _) => format!("{text} has a time zone, which {} {ty} does not keep", article(ty)),
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
