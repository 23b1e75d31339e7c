//! `round`, `trunc`, `ceil` and `floor`: decimals exactly, doubles as the processor does.

mod decimals;
mod doubles;

#[cfg(test)]
mod tests;

use crate::arrow::datatypes::Float64Type;

use super::decimal::{decimal, size};
use crate::transform::function::{Function, Group};
use crate::transform::functions::rows::unary;
use crate::transform::functions::signature::{BIGINT, DECIMAL, DOUBLE, Typed, double, same};
use crate::transform::units::half_away;
use crate::types::{MAX_PRECISION, Type};
use decimals::{above, below, towards_zero};
use doubles::half_by_value;

const GROUP: Group = Group::Number;
const ROUND: &str = "nearest whole number, halves of decimals away from zero, of doubles to even: round(2.5) = 3";
const TRUNC: &str = "whole number towards zero: trunc(-2.7) = -2";
const CEIL: &str = "whole number above: ceil(-2.7) = -2";
const FLOOR: &str = "whole number below: floor(-2.7) = -3";
const ROUND_TO: &str = "rounded to so many digits after the point, halves away from zero: round(2.345, 2) = 2.35";
const TRUNC_TO: &str = "cut to so many digits after the point: trunc(2.345, 2) = 2.34";
const SCALE: &str = "where the count of digits is no constant, a decimal keeps its number of digits after the point; it has at most 38 digits in all";
const EXTENSION: &str = "PostgreSQL rounds doubles to whole numbers only; here a double is rounded by its exact value, \
    as in DuckDB: 2.675 is a little less than it reads, so round(2.675, 2) of a double is 2.67";
const TRUNC_EXTENSION: &str =
    "PostgreSQL cuts doubles to whole numbers only; here the double is multiplied, cut and divided";

pub static FUNCTIONS: &[Function] = &[
    Function::strict("round", GROUP, &[DECIMAL], whole, |a| decimals::round(a, half_away), ROUND),
    Function::strict(
        "round",
        GROUP,
        &[DOUBLE],
        double,
        |a| unary::<Float64Type, Float64Type>(a, |x| Ok(x.round_ties_even())),
        ROUND,
    ),
    Function::strict("round", GROUP, &[DECIMAL, BIGINT], same, |a| decimals::round(a, half_away), ROUND_TO)
        .refine(to_digits)
        .differs(SCALE),
    Function::strict("round", GROUP, &[DOUBLE, BIGINT], double, |a| doubles::round(a, half_by_value), ROUND_TO)
        .differs(EXTENSION),
    Function::strict("trunc", GROUP, &[DECIMAL], whole, |a| decimals::round(a, towards_zero), TRUNC),
    Function::strict(
        "trunc",
        GROUP,
        &[DOUBLE],
        double,
        |a| unary::<Float64Type, Float64Type>(a, |x| Ok(x.trunc())),
        TRUNC,
    ),
    Function::strict("trunc", GROUP, &[DECIMAL, BIGINT], same, |a| decimals::round(a, towards_zero), TRUNC_TO)
        .refine(to_digits)
        .differs(SCALE),
    Function::strict(
        "trunc",
        GROUP,
        &[DOUBLE, BIGINT],
        double,
        |a| doubles::round(a, |moved, _| moved.trunc()),
        TRUNC_TO,
    )
    .differs(TRUNC_EXTENSION),
    Function::strict("ceil", GROUP, &[DECIMAL], whole, |a| decimals::round(a, above), CEIL).aliases(&["ceiling"]),
    Function::strict(
        "ceil",
        GROUP,
        &[DOUBLE],
        double,
        |a| unary::<Float64Type, Float64Type>(a, |x| Ok(x.ceil())),
        CEIL,
    )
    .aliases(&["ceiling"]),
    Function::strict("floor", GROUP, &[DECIMAL], whole, |a| decimals::round(a, below), FLOOR),
    Function::strict(
        "floor",
        GROUP,
        &[DOUBLE],
        double,
        |a| unary::<Float64Type, Float64Type>(a, |x| Ok(x.floor())),
        FLOOR,
    ),
];

/// A decimal without digits after the point; rounding up may add a digit before it.
fn whole(types: &[Type]) -> Typed {
    let (precision, scale) = size(types.first());
    Ok(decimal(precision - scale + u8::from(scale > 0), 0))
}

/// A decimal with as many digits after the point as the constant asks for.
fn to_digits(types: &[Type], constants: &[Option<i64>]) -> Type {
    let (precision, scale) = size(types.first());
    match constants.get(1) {
        Some(Some(digits)) => {
            // Room is left for every digit before the point; more behind it would be zeros.
            let room = i64::from(MAX_PRECISION - (precision - scale));
            let digits = (*digits).clamp(0, room) as u8;
            decimal(precision - scale + u8::from(digits < scale), digits)
        }
        _ => Type::Decimal { precision, scale },
    }
}
