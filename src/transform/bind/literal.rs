//! Literals: numbers by their digits, and texts that take the type of what stands beside them.

use std::sync::Arc;

use crate::arrow::array::{
    ArrayRef, BooleanArray, Decimal128Array, Float64Array, Int32Array, Int64Array, StringArray, new_null_array,
};

use crate::format::value::power_of_ten;
use crate::transform::cast::cast;
use crate::transform::plan::{Expr, Node};
use crate::types::{MAX_PRECISION, Session, Type};

/// `5` is an integer, a bigint or a decimal by its size; `5.0` and `5e0` are decimals, and doubles where 38 digits are too
/// few for the exponent.
pub fn number(digits: &str) -> Result<Expr, String> {
    if digits.bytes().all(|byte| byte.is_ascii_digit()) {
        if let Ok(value) = digits.parse::<i32>() {
            return Ok(constant(Arc::new(Int32Array::from(vec![value])), Type::Integer));
        }
        if let Ok(value) = digits.parse::<i64>() {
            return Ok(constant(Arc::new(Int64Array::from(vec![value])), Type::BigInt));
        }
    }
    decimal(digits).or_else(|message| match digits.parse::<f64>() {
        Ok(0.0) if !is_zero(digits) => Err(format!("{digits} is too small for a double")),
        Ok(value) if digits.contains(['e', 'E']) && value.is_finite() => {
            Ok(constant(Arc::new(Float64Array::from(vec![value])), Type::Double))
        }
        _ => Err(message),
    })
}

/// Whether all digits before the exponent are zeros.
fn is_zero(digits: &str) -> bool {
    digits.bytes().take_while(|byte| !matches!(byte, b'e' | b'E')).all(|byte| !matches!(byte, b'1'..=b'9'))
}

/// A decimal with as many digits as are written.
pub fn decimal(text: &str) -> Result<Expr, String> {
    let malformed = || format!("{text:?} is not a number");
    let (units, scale) = units(text.trim()).ok_or_else(malformed)?;
    let too_long = || format!("{text} has more than {MAX_PRECISION} digits; write cast('{text}' as double)");
    let units = units.ok_or_else(too_long)?;
    let digits = units.unsigned_abs().checked_ilog10().map_or(1, |log| log + 1);
    let precision = u8::try_from(digits).unwrap_or(u8::MAX).max(scale).max(1);
    let ty = Type::Decimal { precision, scale };
    let array = Decimal128Array::from(vec![units]).with_data_type(ty.arrow());
    if precision > MAX_PRECISION { Err(too_long()) } else { Ok(constant(Arc::new(array), ty)) }
}

/// The units and scale of `-12.50e1`; no units where they are too many, nothing at all where it is no number.
fn units(text: &str) -> Option<(Option<i128>, u8)> {
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let exponent: i32 = exponent.parse().ok()?;
    let (sign, mantissa) = match mantissa.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, mantissa.strip_prefix('+').unwrap_or(mantissa)),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{whole}{fraction}");
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let scale = i64::try_from(fraction.len()).ok()? - i64::from(exponent);
    let shift = power_of_ten(u32::try_from((-scale).max(0)).unwrap_or(u32::MAX));
    let value = digits.parse::<i128>().ok().zip(shift).and_then(|(value, shift)| value.checked_mul(shift));
    let value = if digits.bytes().all(|byte| byte == b'0') { Some(0) } else { value };
    Some((value.map(|value| value * sign), u8::try_from(scale.max(0)).unwrap_or(u8::MAX)))
}

/// A text literal as a type, as an explicit cast would read it; an error is for the author of the query.
pub fn text_as(text: &str, ty: Type, session: &Session) -> Result<Expr, String> {
    let text: ArrayRef = Arc::new(StringArray::from(vec![text]));
    let parsed = cast(&text, Type::Text, ty, session);
    match parsed.failures.into_iter().next() {
        Some(failure) => Err(failure.message),
        None => Ok(constant(parsed.array, ty)),
    }
}

pub fn text(text: &str) -> Expr {
    constant(Arc::new(StringArray::from(vec![text])), Type::Text)
}

pub fn boolean(truth: bool) -> Expr {
    constant(Arc::new(BooleanArray::from(vec![truth])), Type::Boolean)
}

pub fn null(ty: Type) -> Expr {
    constant(new_null_array(&ty.arrow(), 1), ty)
}

pub fn constant(array: ArrayRef, ty: Type) -> Expr {
    Expr { node: Node::Constant(array), ty }
}
