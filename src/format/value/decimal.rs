//! Decimals: 128-bit integers of a fixed number of digits after the point, read exactly.

use super::digits;
use super::fault::Fault;
use super::{Excess, trim};

/// How many digits a decimal has, in all and after the point, and what becomes of more.
#[derive(Clone, Copy)]
pub struct Shape {
    pub precision: u8,
    pub scale: u8,
    pub excess: Excess,
}

pub fn read(text: &str, shape: Shape) -> Result<i128, Fault> {
    let (negative, bytes) = digits::sign(trim(text).as_bytes());
    let magnitude = match read_short(bytes, shape) {
        Some(magnitude) => magnitude,
        None => Number::split(bytes)?.scaled(shape)?,
    };
    if magnitude >= capped_power_of_ten(u32::from(shape.precision)) {
        return Err(Fault::OutOfRange);
    }
    Ok(if negative { -magnitude } else { magnitude })
}

/// Whether a text is a number of any size, as the largest of types take it.
pub fn is_number(text: &str) -> bool {
    Number::split(digits::sign(trim(text).as_bytes()).1).is_ok()
}

/// Digits with or without a point, few enough for 64 bits and none in excess.
#[inline]
fn read_short(bytes: &[u8], shape: Shape) -> Option<i128> {
    let (value, places) = digits::read_pointed(bytes)?;
    let missing = usize::from(shape.scale).checked_sub(places)?;
    i128::from(value).checked_mul(capped_power_of_ten(missing as u32))
}

/// A number as written: digits before and after the point, and an exponent.
struct Number<'a> {
    whole: &'a [u8],
    fraction: &'a [u8],
    exponent: i64,
}

impl<'a> Number<'a> {
    fn split(bytes: &'a [u8]) -> Result<Number<'a>, Fault> {
        let (whole, rest) = split_digits(bytes);
        let (fraction, rest) = match rest {
            [b'.', rest @ ..] => split_digits(rest),
            _ => (&[][..], rest),
        };
        let exponent = match rest {
            [] => 0,
            [b'e' | b'E', rest @ ..] => read_exponent(rest)?,
            _ => return Err(Fault::Malformed),
        };
        if whole.is_empty() && fraction.is_empty() {
            return Err(Fault::Malformed);
        }
        Ok(Number { whole, fraction, exponent })
    }

    /// The number times ten to the scale.
    fn scaled(&self, shape: Shape) -> Result<i128, Fault> {
        let zeros = self.digits().take_while(|digit| *digit == 0).count();
        let significant = self.digits().skip(zeros);
        let kept = self.whole.len() as i64 - zeros as i64 + self.exponent + i64::from(shape.scale);
        if significant.clone().next().is_none() {
            return Ok(0);
        }
        if kept > i64::from(crate::types::MAX_PRECISION) {
            return Err(Fault::OutOfRange);
        }
        // A negative count is zeros between the last digit kept and the first one written.
        let count = kept.max(0) as usize;
        let padded = significant.clone().chain(std::iter::repeat(0)).take(count);
        let magnitude = padded.fold(0i128, |value, digit| value * 10 + i128::from(digit));
        let mut dropped = significant.skip(count);
        match shape.excess {
            Excess::Refuse if dropped.any(|digit| digit != 0) => Err(Fault::Excess),
            Excess::Round if kept >= 0 && dropped.next().is_some_and(|digit| digit >= 5) => Ok(magnitude + 1),
            _ => Ok(magnitude),
        }
    }

    fn digits(&self) -> impl Iterator<Item = u8> + Clone + 'a {
        self.whole.iter().chain(self.fraction).map(|byte| byte - b'0')
    }
}

fn split_digits(bytes: &[u8]) -> (&[u8], &[u8]) {
    let count = bytes.iter().take_while(|byte| byte.is_ascii_digit()).count();
    bytes.split_at(count)
}

/// An exponent too long to matter is as good as a large one.
fn read_exponent(bytes: &[u8]) -> Result<i64, Fault> {
    const LARGE: i64 = 1 << 40;
    let (negative, bytes) = digits::sign(bytes);
    let (digits, rest) = split_digits(bytes);
    if digits.is_empty() || !rest.is_empty() {
        return Err(Fault::Malformed);
    }
    let value = digits.iter().fold(0, |value: i64, byte| (value * 10 + i64::from(byte - b'0')).min(LARGE));
    Ok(if negative { -value } else { value })
}

/// Ten to the power of at most 38; more is larger than every decimal.
#[inline]
pub fn capped_power_of_ten(exponent: u32) -> i128 {
    power_of_ten(exponent).unwrap_or(i128::MAX)
}

/// Ten to a power, where 128 bits hold it: up to 38.
#[inline]
pub fn power_of_ten(exponent: u32) -> Option<i128> {
    const POWERS: [i128; 39] = {
        let mut powers = [1; 39];
        let mut exponent = 1;
        while exponent < 39 {
            powers[exponent] = powers[exponent - 1] * 10;
            exponent += 1;
        }
        powers
    };
    POWERS.get(exponent as usize).copied()
}

/// Writes every digit after the point, zeros at the end included.
pub fn write(value: i128, scale: u8, out: &mut Vec<u8>) {
    if value < 0 {
        out.push(b'-');
    }
    let magnitude = value.unsigned_abs();
    let unit = capped_power_of_ten(u32::from(scale)).unsigned_abs();
    match (u64::try_from(magnitude), u64::try_from(unit)) {
        (Ok(magnitude), Ok(unit)) => {
            digits::write(magnitude / unit, out);
            write_places(u128::from(magnitude % unit), scale, out);
        }
        _ => {
            write_wide(magnitude / unit, 1, out);
            write_places(magnitude % unit, scale, out);
        }
    }
}

fn write_places(fraction: u128, scale: u8, out: &mut Vec<u8>) {
    if scale > 0 {
        out.push(b'.');
        write_wide(fraction, usize::from(scale), out);
    }
}

/// A number of up to 39 digits, in at least `width` of them: 19 at a time.
fn write_wide(value: u128, width: usize, out: &mut Vec<u8>) {
    const BLOCK: u128 = 10_u128.pow(digits::MOST as u32);
    match u64::try_from(value) {
        Ok(value) if width <= digits::MOST => digits::write_padded(value, width, out),
        _ => {
            write_wide(value / BLOCK, width.saturating_sub(digits::MOST).max(1), out);
            digits::write_padded((value % BLOCK) as u64, digits::MOST, out);
        }
    }
}
