//! Times of day, to the microsecond.

use super::calendar::{DAY, SECOND};
use super::digits::{self, pair, read_number};
use super::fault::Fault;
use super::{Excess, trim, zone};

/// A time of day in microseconds since midnight; 24:00 is none. A zone is a failure, unless a cast ignores it.
pub fn read(text: &str, excess: Excess) -> Result<i64, Fault> {
    let (micros, rest) = read_micros(trim(text).as_bytes(), excess)?;
    match rest {
        [_, ..] if zone::read(rest).is_none() => Err(Fault::Malformed),
        [_, ..] if excess == Excess::Refuse => Err(Fault::Zone),
        _ if micros >= DAY => Err(Fault::OutOfRange),
        _ => Ok(micros),
    }
}

/// Reads the time that `bytes` begins with: microseconds, up to a whole day, and what follows.
#[inline]
pub fn read_micros(bytes: &[u8], excess: Excess) -> Result<(i64, &[u8]), Fault> {
    let (hour, minute, second, rest) = match read_padded(bytes) {
        Some(read) => read,
        None => read_unpadded(bytes).or_else(|| read_compact(bytes)).ok_or(Fault::Malformed)?,
    };
    let (fraction, rest) = match rest {
        [b'.', rest @ ..] => read_fraction(rest, excess)?,
        _ => (0, rest),
    };
    let micros = i64::from(hour * 3_600 + minute * 60 + second) * SECOND + fraction;
    if hour > 24 || minute > 59 || second > 60 || micros > DAY {
        return Err(Fault::OutOfRange);
    }
    Ok((micros, rest))
}

/// Hour, minute, second, and what follows them.
type TimeParts<'a> = (u32, u32, u32, &'a [u8]);

/// `12:34:56`
#[inline]
fn read_padded(bytes: &[u8]) -> Option<TimeParts<'_>> {
    let [h1, h2, b':', m1, m2, b':', s1, s2, rest @ ..] = bytes else { return None };
    if rest.first().is_some_and(u8::is_ascii_digit) {
        return None;
    }
    Some((pair(*h1, *h2)?, pair(*m1, *m2)?, pair(*s1, *s2)?, rest))
}

/// `9:34` and `9:34:56`
fn read_unpadded(bytes: &[u8]) -> Option<TimeParts<'_>> {
    let (hour, rest) = read_number(bytes, 1, 2)?;
    let (minute, rest) = read_number(rest.strip_prefix(b":")?, 2, 2)?;
    match rest.strip_prefix(b":") {
        None => Some((hour, minute, 0, rest)),
        Some(rest) => {
            let (second, rest) = read_number(rest, 2, 2)?;
            Some((hour, minute, second, rest))
        }
    }
}

/// `123456` and `1234`
fn read_compact(bytes: &[u8]) -> Option<TimeParts<'_>> {
    if let Some((time, rest)) = read_number(bytes, 6, 6) {
        return Some((time / 10_000, time / 100 % 100, time % 100, rest));
    }
    let (time, rest) = read_number(bytes, 4, 4)?;
    Some((time / 100, time % 100, 0, rest))
}

/// The digits that `bytes` begins with, which stand behind a point, and what follows.
#[inline]
fn read_fraction(bytes: &[u8], excess: Excess) -> Result<(i64, &[u8]), Fault> {
    let count = bytes.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (all, rest) = bytes.split_at(count);
    Ok((fraction(all, excess)?, rest))
}

/// Digits behind a point to microseconds; a whole second when they round up to it.
#[inline]
pub fn fraction(all: &[u8], excess: Excess) -> Result<i64, Fault> {
    let (kept, dropped) = all.split_at(all.len().min(6));
    if dropped.iter().any(|byte| *byte != b'0') {
        return match excess {
            Excess::Refuse => Err(Fault::Excess),
            Excess::Round => Ok(round(all)),
        };
    }
    let (value, places) = digits::read(0, kept);
    Ok((places..6).fold(value as i64, |value, _| value * 10))
}

/// As PostgreSQL does it: as a double, halves to even.
fn round(digits: &[u8]) -> i64 {
    let text: String = std::iter::once('.').chain(digits.iter().map(|byte| char::from(*byte))).collect();
    let seconds: f64 = text.parse().unwrap_or(0.0);
    (seconds * 1e6).round_ties_even() as i64
}

pub fn write(micros: i64, out: &mut Vec<u8>) {
    let micros = micros.unsigned_abs();
    digits::write_pair(micros / 3_600_000_000, out);
    write_minutes(micros, out);
}

/// `:34:56.5`: what follows the hours.
#[inline]
pub fn write_minutes(micros: u64, out: &mut Vec<u8>) {
    let seconds = micros / 1_000_000;
    let mut text = *b":00:00";
    digits::put_pair(&mut text, 1, seconds / 60 % 60);
    digits::put_pair(&mut text, 4, seconds % 60);
    out.extend_from_slice(&text);
    digits::write_fraction(micros % 1_000_000, 6, out);
}
