//! The date that a text begins with, in ISO form.

use super::calendar;
use super::digits::{self, pair, read_number};
use super::fault::Fault;

/// Whether a year counts forwards from 1 or backwards.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Era {
    Common,
    BeforeChrist,
}

impl Era {
    /// Takes a `BC` off the end of the text.
    #[inline]
    pub fn split(bytes: &[u8]) -> (Era, &[u8]) {
        match bytes {
            [rest @ .., b'B' | b'b', b'C' | b'c'] => (Era::BeforeChrist, rest.trim_ascii_end()),
            _ => (Era::Common, bytes),
        }
    }

    pub fn suffix(self) -> &'static [u8] {
        match self {
            Era::Common => b"",
            Era::BeforeChrist => b" BC",
        }
    }
}

/// Reads the date that `bytes` begins with: days since 1970, and what follows.
#[inline]
pub fn read_days(bytes: &[u8], era: Era) -> Result<(i64, &[u8]), Fault> {
    let (year, month, day, rest) = match read_padded(bytes) {
        Some(read) => read,
        None => read_unpadded(bytes).or_else(|| read_compact(bytes)).ok_or(Fault::Malformed)?,
    };
    let year = match era {
        Era::Common if year > 0 => year,
        Era::BeforeChrist if year > 0 => 1 - year,
        _ => return Err(Fault::OutOfRange),
    };
    let days = calendar::days(year, month, day).ok_or(Fault::OutOfRange)?;
    Ok((days, rest))
}

/// Year, month, day, and what follows them.
type DateParts<'a> = (i32, u32, u32, &'a [u8]);

/// `2024-01-31`
#[inline]
fn read_padded(bytes: &[u8]) -> Option<DateParts<'_>> {
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2, rest @ ..] = bytes else { return None };
    if rest.first().is_some_and(u8::is_ascii_digit) {
        return None;
    }
    let year = pair(*y1, *y2)? * 100 + pair(*y3, *y4)?;
    Some((year as i32, pair(*m1, *m2)?, pair(*d1, *d2)?, rest))
}

/// `2024-1-31`, and years of more than four digits.
fn read_unpadded(bytes: &[u8]) -> Option<DateParts<'_>> {
    let (year, rest) = read_number(bytes, 4, 7)?;
    let (month, rest) = read_number(rest.strip_prefix(b"-")?, 1, 2)?;
    let (day, rest) = read_number(rest.strip_prefix(b"-")?, 1, 2)?;
    Some((year as i32, month, day, rest))
}

/// `20240131`
fn read_compact(bytes: &[u8]) -> Option<DateParts<'_>> {
    let (date, rest) = read_number(bytes, 8, 8)?;
    Some(((date / 10_000) as i32, date / 100 % 100, date % 100, rest))
}

/// Appends the date; its era is for the end of the whole text.
#[inline]
pub fn write_days(days: i64, out: &mut Vec<u8>) -> Era {
    let (year, month, day) = calendar::date(days);
    let (era, year) = if year > 0 { (Era::Common, year) } else { (Era::BeforeChrist, 1 - year) };
    let year = year.unsigned_abs();
    match year {
        0..=9_999 => digits::write_pair(year / 100, out),
        _ => digits::write(year / 100, out),
    }
    let mut rest = *b"00-00-00";
    for (place, value) in [(0, year), (3, month), (6, day)] {
        digits::put_pair(&mut rest, place, value);
    }
    out.extend_from_slice(&rest);
    era
}
