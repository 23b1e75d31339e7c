//! The order of numbers and intervals as PostgreSQL has it.

use std::cmp::Ordering;

use crate::arrow::datatypes::IntervalMonthDayNano;
use crate::format::value::capped_power_of_ten;

/// NaN equals itself and is greater than every number; 0 equals -0.
pub fn order_doubles(left: f64, right: f64) -> Ordering {
    left.partial_cmp(&right).unwrap_or_else(|| left.is_nan().cmp(&right.is_nan()))
}

/// Decimals of different scales compare by value, also where bringing them to one scale overflows.
pub fn order_decimals(left_scale: i8, right_scale: i8) -> impl Fn(i128, i128) -> Ordering {
    let power = |exponent: i8| capped_power_of_ten(exponent.max(0) as u32);
    let scale = left_scale.max(right_scale);
    let (left_factor, right_factor) = (power(scale - left_scale), power(scale - right_scale));
    move |left, right| match (left.checked_mul(left_factor), right.checked_mul(right_factor)) {
        (Some(left), Some(right)) => left.cmp(&right),
        // At most one factor is not 1: the side that overflows is the larger one by magnitude.
        (None, _) => left.cmp(&0),
        (_, None) => 0.cmp(&right),
    }
}

/// A month counts 30 days and a day 24 hours.
pub fn order_intervals(left: IntervalMonthDayNano, right: IntervalMonthDayNano) -> Ordering {
    let length = |interval: IntervalMonthDayNano| {
        let days = i128::from(interval.months) * 30 + i128::from(interval.days);
        days * 86_400_000_000_000 + i128::from(interval.nanoseconds)
    };
    length(left).cmp(&length(right))
}
