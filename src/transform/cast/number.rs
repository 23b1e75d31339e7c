//! Numbers to numbers, rounded as PostgreSQL does: doubles half to even, decimals half away from zero.

use std::sync::Arc;

use crate::arrow::array::{ArrayRef, ArrowPrimitiveType, AsArray, PrimitiveArray};
use crate::arrow::datatypes::{Decimal128Type, Float64Type, Int32Type, Int64Type};

use crate::format::value::power_of_ten;
use crate::transform::units::Rescaling;
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
        _ => {
            let whole = Rescaling::new(0, places(to));
            decimal_column(numbers, to, |number| whole.apply(number.into().into()))
        }
    }
}

fn doubles(array: &ArrayRef, to: Type) -> ArrayRef {
    let numbers = array.as_primitive::<Float64Type>();
    match to {
        Type::Integer => Arc::new(numbers.unary_opt::<_, Int32Type>(|number| whole(number)?.try_into().ok())),
        Type::BigInt => Arc::new(numbers.unary_opt::<_, Int64Type>(whole)),
        _ => decimal_column(numbers, to, |number| {
            let (units, scale) = digits(number)?;
            Rescaling::new(scale, places(to)).apply(units)
        }),
    }
}

fn decimals(array: &ArrayRef, scale: u8, to: Type) -> ArrayRef {
    let numbers = array.as_primitive::<Decimal128Type>();
    let whole = Rescaling::new(scale, 0);
    match to {
        Type::Integer => Arc::new(numbers.unary_opt::<_, Int32Type>(|units| whole.apply(units)?.try_into().ok())),
        Type::BigInt => Arc::new(numbers.unary_opt::<_, Int64Type>(|units| whole.apply(units)?.try_into().ok())),
        Type::Double => {
            let divisor = exact_power(scale);
            Arc::new(numbers.unary::<_, Float64Type>(|units| to_double(units, scale, divisor)))
        }
        _ => {
            let other = Rescaling::new(scale, places(to));
            decimal_column(numbers, to, |units| other.apply(units))
        }
    }
}

/// Digits after the point of a type.
fn places(ty: Type) -> u8 {
    if let Type::Decimal { scale, .. } = ty { scale } else { 0 }
}

/// A column of decimals from units that have its scale.
fn decimal_column<A: ArrowPrimitiveType>(
    array: &PrimitiveArray<A>,
    to: Type,
    units: impl Fn(A::Native) -> Option<i128>,
) -> ArrayRef {
    let Type::Decimal { precision, .. } = to else {
        return crate::arrow::array::new_null_array(&to.arrow(), array.values().len());
    };
    let limit = 10_i128.pow(u32::from(precision));
    let fits = |units: &i128| *units > -limit && *units < limit;
    Arc::new(array.unary_opt::<_, Decimal128Type>(|value| units(value).filter(fits)).with_data_type(to.arrow()))
}

/// Half to even; nothing for NaN and what 64 bits cannot hold.
fn whole(number: f64) -> Option<i64> {
    let rounded = number.round_ties_even();
    // 2^63 itself is one too many; -2^63 is not.
    let limit = 9_223_372_036_854_775_808.0;
    (rounded >= -limit && rounded < limit).then_some(rounded as i64)
}

/// The power of ten that a double holds exactly.
fn exact_power(exponent: u8) -> Option<f64> {
    (exponent <= 22).then(|| 10_f64.powi(i32::from(exponent)))
}

/// The double nearest to a decimal; `divisor` is the power of ten of its scale, where that is exact.
fn to_double(units: i128, scale: u8, divisor: Option<f64>) -> f64 {
    /// Up to here both numbers are exact, so their quotient is rounded once.
    const EXACT: u128 = 1 << 53;
    match divisor {
        Some(divisor) if units.unsigned_abs() <= EXACT => units as f64 / divisor,
        _ => format!("{units}e-{scale}").parse().unwrap_or(f64::NAN),
    }
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
        return Some((units.checked_mul(power_of_ten(scale.unsigned_abs())?)?, 0));
    }
    // Beyond 38 digits after the point no decimal has a place for what is left.
    if scale > 38 {
        let factor = power_of_ten((scale - 38) as u32);
        return Some((factor.map_or(0, |factor| units / factor), 38));
    }
    Some((units, scale as u8))
}
