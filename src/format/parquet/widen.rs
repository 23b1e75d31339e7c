//! One type for the values that a column has in several files, where each is held as it is.

use std::sync::Arc;

use super::values::{Fault, Made, checked, fault, sound};
use crate::arrow::array::{Array, ArrayRef, ArrowPrimitiveType, AsArray, new_null_array};
use crate::arrow::datatypes::{
    Date32Type, Decimal128Type, Float64Type, Int32Type, Int64Type, TimestampMicrosecondType,
};
use crate::batch::ErrorType;
use crate::format::value::calendar::{DAY, checked_moment};
use crate::types::{MAX_PRECISION, Type};

/// The type that holds every value of both; `None` where none does. Whole numbers of 64 bits and decimals are no doubles, and
/// what has no zone is no moment.
pub fn common(one: Type, other: Type) -> Option<Type> {
    use Type::*;
    match (one, other) {
        _ if one == other => Some(one),
        (Integer, BigInt) | (BigInt, Integer) => Some(BigInt),
        (Integer, Double) | (Double, Integer) => Some(Double),
        (Date, Timestamp) | (Timestamp, Date) => Some(Timestamp),
        _ => {
            let ((whole, places), (other_whole, other_places)) = (digits(one)?, digits(other)?);
            let (whole, scale) = (whole.max(other_whole), places.max(other_places));
            let precision = whole + scale;
            (precision <= MAX_PRECISION).then_some(Decimal { precision, scale })
        }
    }
}

/// How many digits an exact number has before the point, and behind it.
fn digits(ty: Type) -> Option<(u8, u8)> {
    match ty {
        Type::Integer => Some((10, 0)),
        Type::BigInt => Some((19, 0)),
        Type::Decimal { precision, scale } => Some((precision - scale, scale)),
        _ => None,
    }
}

/// The values of a column of one type in a type that is `common` to it and others.
pub fn widen(made: Made, from: Type, to: Type) -> Made {
    let Made { array, faults } = made;
    let widened = match (from, to) {
        _ if from == to => return Made { array, faults },
        // A file that lacks the column.
        _ if array.null_count() == array.len() => sound(new_null_array(&to.arrow(), array.len())),
        (Type::Integer, Type::BigInt) => exact::<Int32Type, Int64Type>(&array, to, i64::from),
        (Type::Integer, Type::Double) => exact::<Int32Type, Float64Type>(&array, to, f64::from),
        (Type::Integer, Type::Decimal { scale, .. }) => {
            exact::<Int32Type, Decimal128Type>(&array, to, |value| times(value.into(), scale))
        }
        (Type::BigInt, Type::Decimal { scale, .. }) => {
            exact::<Int64Type, Decimal128Type>(&array, to, |value| times(value.into(), scale))
        }
        (Type::Decimal { scale: own, .. }, Type::Decimal { scale, .. }) => {
            exact::<Decimal128Type, Decimal128Type>(&array, to, |value| times(value, scale.saturating_sub(own)))
        }
        (Type::Date, Type::Timestamp) => midnights(&array, to),
        _ => none(&array, from, to),
    };
    let mut all: Vec<Fault> = faults.into_iter().chain(widened.faults).collect();
    all.sort_by_key(|fault| fault.failure.index);
    Made { array: widened.array, faults: all }
}

fn exact<F, T>(array: &ArrayRef, to: Type, convert: impl Fn(F::Native) -> T::Native) -> Made
where
    F: ArrowPrimitiveType,
    T: ArrowPrimitiveType,
{
    sound(Arc::new(array.as_primitive::<F>().unary::<_, T>(convert).with_data_type(to.arrow())))
}

/// The digits of a number with so many more places: no more than its type has.
fn times(value: i128, places: u8) -> i128 {
    value.wrapping_mul(10_i128.pow(u32::from(places)))
}

/// There are more dates than timestamps.
fn midnights(array: &ArrayRef, to: Type) -> Made {
    let midnight = |days: i32| i64::from(days).checked_mul(DAY).and_then(checked_moment);
    checked::<Date32Type, TimestampMicrosecondType>(array, to, midnight, |days| {
        format!("{days} days since 1970 are out of range for {to}")
    })
}

/// No two types are widened that are not told above; if they were, no value would be lost without a word.
fn none(array: &ArrayRef, from: Type, to: Type) -> Made {
    let lost = (0..array.len()).filter(|index| array.is_valid(*index));
    let faults = lost.map(|index| fault(index, ErrorType::Cast, format!("a value of type {from} is no {to}")));
    Made { faults: faults.collect(), array: new_null_array(&to.arrow(), array.len()) }
}
