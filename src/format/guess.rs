//! The type of an input column that the job says nothing of, from a sample of its texts.
//!
//! A guess never costs a value: a type is guessed only if it holds every text of the sample in full.

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use chrono_tz::Tz;

use super::spelling::Spellings;
use super::value::{canonical, parse, spelt_exactly, standard};
use crate::types::{Notation, Type, Typing};

/// Sees a column's sample, one text at a time.
#[derive(Debug, Default)]
pub struct Guesser {
    seen: BTreeSet<Kind>,
    spellings: Spellings,
    notation: Notation,
    /// A number without an exponent, or one that the input says is one.
    plain: bool,
}

/// What one text could be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Boolean,
    /// Up to 2^53, so that it is a double too.
    SmallInteger,
    Integer,
    Double,
    /// NaN and infinities: doubles, but no proof that a column is one.
    NotFinite,
    Date,
    Timestamp,
    TimestampTz,
    Text,
    /// An object or an array, beside whatever else.
    Nested,
}

impl Guesser {
    /// Of a column whose numbers are written so.
    pub fn new(notation: Notation) -> Guesser {
        Guesser { notation, ..Guesser::default() }
    }

    /// `None` is NULL and says nothing.
    pub fn push(&mut self, text: Option<&str>) {
        if let Some(text) = text
            && !self.seen.contains(&Kind::Text)
        {
            let kind = Kind::of(text);
            if self.notation.is_plain() || kind.is_no_matter_of_notation() {
                return self.note(kind, text);
            }
            match standard(text, self.notation) {
                Some(number) => self.note(Kind::of(&number), &number),
                None => self.note(Kind::Text, text),
            }
        }
    }

    fn note(&mut self, kind: Kind, text: &str) {
        if matches!(kind, Kind::SmallInteger | Kind::Integer | Kind::Double) {
            self.spellings.push(text.trim_ascii());
            self.plain |= !text.contains(['e', 'E']);
        }
        self.seen.insert(kind);
    }

    /// A number that the input says is one, however it is written.
    pub fn push_number(&mut self, text: &str) {
        self.push(Some(text));
        self.plain = true;
    }

    /// A text that the input says is one: it may be a date or time, which have no other form, but no number.
    pub fn push_text(&mut self, text: &str) {
        if !self.seen.contains(&Kind::Text) {
            let kind = Kind::of(text);
            let is_time = matches!(kind, Kind::Date | Kind::Timestamp | Kind::TimestampTz);
            self.seen.insert(if is_time { kind } else { Kind::Text });
        }
    }

    /// An object or an array of an input that is JSON, as which its column is then taken.
    pub fn push_nested(&mut self) {
        self.seen.insert(Kind::Nested);
    }

    /// The type, and how its numbers are written.
    pub fn typing(&self) -> Typing {
        Typing { spelling: self.spellings.finish(), notation: self.notation, ..self.finish().into() }
    }

    /// The narrowest type that takes every text; text if there was none, and where every number has an exponent.
    ///
    /// Dates among timestamps are timestamps at midnight, and timestamps without a zone among those with one are on the
    /// session's clock, as DuckDB has it.
    pub fn finish(&self) -> Type {
        use Kind::*;
        let all = |kinds: &[Kind]| self.seen.iter().all(|kind| kinds.contains(kind));
        if self.seen.is_empty() || all(&[NotFinite]) {
            Type::Text
        } else if self.seen.contains(&Nested) {
            Type::Json
        } else if all(&[Boolean]) {
            Type::Boolean
        } else if all(&[SmallInteger, Integer]) {
            Type::BigInt
        } else if all(&[SmallInteger, Double, NotFinite]) {
            // `12E12` among its like is a code.
            if self.plain { Type::Double } else { Type::Text }
        } else if all(&[Date]) {
            Type::Date
        } else if all(&[Date, Timestamp]) {
            Type::Timestamp
        } else if all(&[Date, Timestamp, TimestampTz]) {
            Type::TimestampTz
        } else {
            Type::Text
        }
    }
}

impl Kind {
    fn of(text: &str) -> Kind {
        let trimmed = text.trim_ascii();
        match trimmed.as_bytes() {
            [b't' | b'T' | b'f' | b'F', ..] => Kind::of_word(trimmed),
            [b'-' | b'.' | b'0'..=b'9' | b'N' | b'n' | b'I' | b'i', ..] if !is_iso_date(trimmed) => {
                Kind::of_number(trimmed)
            }
            [b'0'..=b'9', ..] => Kind::of_time(trimmed),
            _ => Kind::Text,
        }
    }

    /// No number: what the notation of numbers says nothing of.
    fn is_no_matter_of_notation(self) -> bool {
        matches!(self, Kind::Boolean | Kind::NotFinite | Kind::Date | Kind::Timestamp | Kind::TimestampTz)
    }

    fn of_word(text: &str) -> Kind {
        let is = |word: &str| text.eq_ignore_ascii_case(word);
        if is("true") || is("false") { Kind::Boolean } else { Kind::Text }
    }

    fn of_number(text: &str) -> Kind {
        const EXACT: u64 = 1 << 53;
        if matches!(text, "NaN" | "nan" | "inf" | "-inf" | "Infinity" | "-Infinity") {
            return Kind::NotFinite;
        }
        if !is_plain_number(text) {
            return Kind::Text;
        }
        match text.parse::<i64>() {
            // The sign would be lost.
            Ok(0) if text.starts_with('-') => Kind::Double,
            Ok(value) if value.unsigned_abs() <= EXACT => Kind::SmallInteger,
            Ok(_) => Kind::Integer,
            Err(_) if is_whole(text) => Kind::Text,
            Err(_) if spelt_exactly(text) => Kind::Double,
            Err(_) => Kind::Text,
        }
    }

    /// Of a text that begins like an ISO date.
    fn of_time(text: &str) -> Kind {
        let is = |ty: Type| parse(std::iter::once(Some(text)), &ty.into(), Tz::UTC).failures.is_empty();
        if text.len() == "2024-01-31".len() {
            return if is(Type::Date) { Kind::Date } else { Kind::Text };
        }
        if is(Type::Timestamp) {
            Kind::Timestamp
        } else if is(Type::TimestampTz) {
            Kind::TimestampTz
        } else {
            Kind::Text
        }
    }
}

/// `2024-01-31`, with or without more behind it; shorter forms may be anything.
fn is_iso_date(text: &str) -> bool {
    let shape = b"dddd-dd-dd";
    let fits = |(byte, expected): (&u8, &u8)| match expected {
        b'd' => byte.is_ascii_digit(),
        _ => byte == expected,
    };
    text.len() >= shape.len() && text.as_bytes().iter().zip(shape).all(fits)
}

fn is_whole(text: &str) -> bool {
    text.bytes().all(|byte| byte == b'-' || byte.is_ascii_digit())
}

/// Whether a text alone would be taken for a value of another type than text, where numbers are written so.
pub fn is_value(text: &str, notation: Notation) -> bool {
    let mut guesser = Guesser::new(notation);
    guesser.push(Some(text));
    guesser.finish() != Type::Text
}

/// Whether a number is written as codes are: `007`.
pub fn has_leading_zeros(number: &str) -> bool {
    let digits = super::value::trim(number).trim_start_matches(['-', '+']);
    matches!(digits.as_bytes(), [b'0', b'0'..=b'9', ..])
}

/// A number that nobody means as a name: no plus sign, no leading zeros, digits behind a point.
fn is_plain_number(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text).as_bytes();
    let sound = match digits {
        _ if has_leading_zeros(text) => false,
        [b'0'..=b'9', ..] => true,
        [b'.', b'0'..=b'9', ..] => true,
        _ => false,
    };
    let bare_point = text.ends_with('.') || text.contains(".e") || text.contains(".E");
    sound && !bare_point && canonical(text, Type::Double, &mut Vec::new())
}
