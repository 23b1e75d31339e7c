//! Numbers to numbers, rounded as PostgreSQL does: doubles half to even, decimals half away from zero.

use std::sync::Arc;

use crate::arrow::array::{ArrayRef, ArrowPrimitiveType, AsArray, PrimitiveArray};
use crate::arrow::datatypes::{Decimal128Type, Float64Type, Int32Type, Int64Type};

use crate::types::Type;

/// A value that does not fit is NULL.
pub fn cast(array: &ArrayRef, from: Type, to: Type) -> ArrayRef {
    match from {
        Type::Integer => integers::<Int32Type>(array, to),
        Type::BigInt => integers::<Int64Type>(array, to),
        Type::Double => doubles(array, to),
        Type::Decimal { scale, .. } => decimals(array, scale, to),
        _ => crate::arrow::array::new_null_array(&to.arrow(), array.len()),
    }
}

pub fn from_boolean(array: &ArrayRef) -> ArrayRef {
    Arc::new(array.as_boolean().iter().map(|truth| truth.map(i32::from)).collect::<PrimitiveArray<Int32Type>>())
}

fn integers<I: ArrowPrimitiveType>(array: &ArrayRef, to: Type) -> ArrayRef
where
    I::Native: Into<i64> + TryInto<i32>,
{
    let numbers = array.as_primitive::<I>();
    match to {
        Type::Integer => Arc::new(numbers.unary_opt::<_, Int32Type>(|number| number.try_into().ok())),
        Type::BigInt => Arc::new(numbers.unary::<_, Int64Type>(Into::into)),
        Type::Double => Arc::new(numbers.unary::<_, Float64Type>(|number| number.into() as f64)),
        _ => decimal_column(numbers, to, |number| Some((i128::from(number.into()), 0))),
    }
}

fn doubles(array: &ArrayRef, to: Type) -> ArrayRef {
    let numbers = array.as_primitive::<Float64Type>();
    match to {
        Type::Integer => Arc::new(numbers.unary_opt::<_, Int32Type>(|number| whole(number)?.try_into().ok())),
        Type::BigInt => Arc::new(numbers.unary_opt::<_, Int64Type>(whole)),
        _ => decimal_column(numbers, to, digits),
    }
}

fn decimals(array: &ArrayRef, scale: u8, to: Type) -> ArrayRef {
    let numbers = array.as_primitive::<Decimal128Type>();
    match to {
        Type::Integer => Arc::new(numbers.unary_opt::<_, Int32Type>(|units| rescale(units, scale, 0)?.try_into().ok())),
        Type::BigInt => Arc::new(numbers.unary_opt::<_, Int64Type>(|units| rescale(units, scale, 0)?.try_into().ok())),
        Type::Double => Arc::new(numbers.unary::<_, Float64Type>(|units| to_double(units, scale))),
        _ => decimal_column(numbers, to, |units| Some((units, scale))),
    }
}

/// A column of decimals from units and their scale.
fn decimal_column<A: ArrowPrimitiveType>(
    array: &PrimitiveArray<A>,
    to: Type,
    units: impl Fn(A::Native) -> Option<(i128, u8)>,
) -> ArrayRef {
    let Type::Decimal { precision, scale } = to else {
        return crate::arrow::array::new_null_array(&to.arrow(), array.values().len());
    };
    let limit = 10_i128.pow(u32::from(precision));
    let fits = |units: &i128| *units > -limit && *units < limit;
    let convert = |value| {
        let (units, from) = units(value)?;
        rescale(units, from, scale).filter(fits)
    };
    Arc::new(array.unary_opt::<_, Decimal128Type>(convert).with_data_type(to.arrow()))
}

/// Half to even; nothing for NaN and what 64 bits cannot hold.
fn whole(number: f64) -> Option<i64> {
    let rounded = number.round_ties_even();
    // 2^63 itself is one too many; -2^63 is not.
    let limit = 9_223_372_036_854_775_808.0;
    (rounded >= -limit && rounded < limit).then_some(rounded as i64)
}

/// Brings units of one scale to another, half away from zero.
pub fn rescale(units: i128, from: u8, to: u8) -> Option<i128> {
    if to >= from {
        return units.checked_mul(10_i128.checked_pow(u32::from(to - from))?);
    }
    let factor = 10_i128.checked_pow(u32::from(from - to))?;
    let (quotient, rest) = (units / factor, units % factor);
    let up = rest.unsigned_abs() * 2 >= factor.unsigned_abs();
    Some(quotient + if up { units.signum() } else { 0 })
}

/// The double nearest to a decimal.
fn to_double(units: i128, scale: u8) -> f64 {
    /// Up to here both numbers are exact, so their quotient is rounded once.
    const EXACT: u128 = 1 << 53;
    if units.unsigned_abs() <= EXACT && scale <= 22 {
        return units as f64 / 10_f64.powi(i32::from(scale));
    }
    format!("{units}e-{scale}").parse().unwrap_or(f64::NAN)
}

/// The 15 digits that PostgreSQL takes of a double, as units and their scale.
fn digits(number: f64) -> Option<(i128, u8)> {
    if !number.is_finite() {
        return None;
    }
    let text = format!("{number:.14e}");
    let (mantissa, exponent) = text.split_once('e')?;
    let exponent: i32 = exponent.parse().ok()?;
    let units: i128 = mantissa.replace('.', "").parse().ok()?;
    let scale = 14 - exponent;
    if scale < 0 {
        return Some((units.checked_mul(10_i128.checked_pow(scale.unsigned_abs())?)?, 0));
    }
    // Beyond 38 digits after the point no decimal has a place for what is left.
    if scale > 38 {
        let factor = 10_i128.checked_pow((scale - 38) as u32);
        return Some((factor.map_or(0, |factor| units / factor), 38));
    }
    Some((units, scale as u8))
}
