//! Which of two values is greater, said of one pair at a time and without the evaluation's own comparisons.

use std::cmp::Ordering;

use crate::arrow::array::{Array, ArrayRef, AsArray};
use crate::arrow::datatypes::{
    DataType, Date32Type, Decimal128Type, Float64Type, Int32Type, Int64Type, IntervalMonthDayNanoType,
    Time64MicrosecondType, TimestampMicrosecondType,
};
use crate::transform::plan::Comparison;

/// Two arrays of one value; nothing where either is NULL.
pub fn order(left: &ArrayRef, right: &ArrayRef) -> Option<Ordering> {
    if left.is_null(0) || right.is_null(0) {
        return None;
    }
    Some(match left.data_type() {
        DataType::Boolean => left.as_boolean().value(0).cmp(&right.as_boolean().value(0)),
        DataType::Utf8 => left.as_string::<i32>().value(0).as_bytes().cmp(right.as_string::<i32>().value(0).as_bytes()),
        DataType::Float64 => {
            doubles(left.as_primitive::<Float64Type>().value(0), right.as_primitive::<Float64Type>().value(0))
        }
        DataType::Decimal128(..) => decimal(left).cmp(&decimal(right)),
        DataType::Interval(_) => interval(left).cmp(&interval(right)),
        _ => integer(left).cmp(&integer(right)),
    })
}

pub fn holds(comparison: Comparison, order: Ordering) -> bool {
    match comparison {
        Comparison::Eq => order.is_eq(),
        Comparison::NotEq => order.is_ne(),
        Comparison::Lt => order.is_lt(),
        Comparison::LtEq => order.is_le(),
        Comparison::Gt => order.is_gt(),
        Comparison::GtEq => order.is_ge(),
    }
}

/// NaN is the greatest, and equal to itself.
fn doubles(left: f64, right: f64) -> Ordering {
    left.partial_cmp(&right).unwrap_or_else(|| left.is_nan().cmp(&right.is_nan()))
}

/// The whole part, and the rest in units of 10^-38.
fn decimal(array: &ArrayRef) -> (i128, i128) {
    let DataType::Decimal128(_, scale) = array.data_type() else { panic!("no decimal") };
    let (units, one) = (array.as_primitive::<Decimal128Type>().value(0), 10i128.pow(*scale as u32));
    (units.div_euclid(one), units.rem_euclid(one) * 10i128.pow(38 - *scale as u32))
}

/// A month is 30 days, a day 24 hours.
fn interval(array: &ArrayRef) -> i128 {
    let value = array.as_primitive::<IntervalMonthDayNanoType>().value(0);
    let days = i128::from(value.months) * 30 + i128::from(value.days);
    days * 86_400_000_000_000 + i128::from(value.nanoseconds)
}

fn integer(array: &ArrayRef) -> i64 {
    match array.data_type() {
        DataType::Int32 => i64::from(array.as_primitive::<Int32Type>().value(0)),
        DataType::Int64 => array.as_primitive::<Int64Type>().value(0),
        DataType::Date32 => i64::from(array.as_primitive::<Date32Type>().value(0)),
        DataType::Time64(_) => array.as_primitive::<Time64MicrosecondType>().value(0),
        DataType::Timestamp(..) => array.as_primitive::<TimestampMicrosecondType>().value(0),
        other => panic!("{other} has no order here"),
    }
}
