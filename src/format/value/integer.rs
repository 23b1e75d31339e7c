//! Integers of 32 and 64 bits.

use super::digits;
use super::fault::Fault;
use super::trim;

#[inline]
pub fn read_bigint(text: &str) -> Result<i64, Fault> {
    let (negative, bytes) = digits::sign(trim(text).as_bytes());
    let magnitude = read_magnitude(bytes)?;
    let value = match negative {
        true => 0i64.checked_sub_unsigned(magnitude),
        false => 0i64.checked_add_unsigned(magnitude),
    };
    value.ok_or(Fault::OutOfRange)
}

#[inline]
pub fn read_integer(text: &str) -> Result<i32, Fault> {
    i32::try_from(read_bigint(text)?).map_err(|_| Fault::OutOfRange)
}

/// The number that a text is exactly what is written for: without a plus, zeros at its begin or blanks around it.
#[inline]
pub fn read_canonical(text: &str) -> Option<i64> {
    match text.as_bytes() {
        [b'0'] => Some(0),
        [b'1'..=b'9', ..] | [b'-', b'1'..=b'9', ..] if text.as_bytes().last().is_some_and(u8::is_ascii_digit) => {
            read_bigint(text).ok()
        }
        _ => None,
    }
}

pub fn write(value: i64, out: &mut Vec<u8>) {
    if value < 0 {
        out.push(b'-');
    }
    digits::write(value.unsigned_abs(), out);
}

#[inline]
fn read_magnitude(bytes: &[u8]) -> Result<u64, Fault> {
    let (value, count) = digits::read(0, bytes);
    if count == 0 || count < bytes.len() {
        return Err(Fault::Malformed);
    }
    if count > digits::MOST {
        return read_zeros_and_magnitude(bytes);
    }
    Ok(value)
}

/// So many digits fit only if the first ones are zeros.
#[cold]
fn read_zeros_and_magnitude(bytes: &[u8]) -> Result<u64, Fault> {
    let zeros = bytes.iter().take_while(|byte| **byte == b'0').count();
    let significant = bytes.get(zeros..).unwrap_or_default();
    match significant.len() {
        0..=digits::MOST => Ok(digits::read(0, significant).0),
        _ => Err(Fault::OutOfRange),
    }
}
