//! `+ - * / %` over decimals: exact, in 128 bits where they suffice and in 256 where they do not.

mod factors;
mod precision;
mod types;

#[cfg(test)]
mod tests;

use crate::arrow::array::Decimal128Array;
use crate::arrow::datatypes::{Decimal128Type, i256};

use super::arithmetic::{ADD, BY_ZERO, DIVIDE, MULTIPLY, NEGATE, REMAINDER, SUBTRACT};
use crate::transform::function::{Arguments, Function, Group, Parameter};
use crate::transform::functions::input::input;
use crate::transform::functions::rows::{Outcome, binary, unary};
use crate::transform::functions::signature::{DECIMAL, same};
use crate::transform::units::{division, product};
use factors::{Factor, Factors};
use types::{product_type, quotient_type, sum_type};

pub use precision::Precision;
pub use types::{decimal, remainder_type, size, whole_quotient_type};

const GROUP: Group = Group::Operator;
const BOTH: &[Parameter] = &[DECIMAL, DECIMAL];
const EXACT: &str = "decimals have at most 38 digits, a longer result is an error of the row";
const QUOTIENT: &str =
    "a quotient of decimals has max(scale of the dividend, 6) digits after the point, PostgreSQL's about 16";

pub static FUNCTIONS: &[Function] = &[
    Function::strict("+", GROUP, BOTH, sum_type, add, ADD).differs(EXACT),
    Function::strict("-", GROUP, BOTH, sum_type, subtract, SUBTRACT).differs(EXACT),
    Function::strict("*", GROUP, BOTH, product_type, multiply, MULTIPLY).differs(EXACT),
    Function::strict("/", GROUP, BOTH, quotient_type, divide, DIVIDE).differs(QUOTIENT),
    Function::strict("%", GROUP, BOTH, remainder_type, modulo, REMAINDER),
    Function::strict(
        "-",
        GROUP,
        &[DECIMAL],
        same,
        |a| unary::<Decimal128Type, Decimal128Type>(a, |units| Ok(-units)),
        NEGATE,
    ),
];

/// Runs `operation` over the units and holds its value against the result's precision. `None` means too large.
fn exactly(arguments: &Arguments, operation: impl Fn(i128, i128) -> Result<Option<i128>, &'static str>) -> Outcome {
    let precision = Precision::of(arguments);
    binary::<Decimal128Type, Decimal128Type, Decimal128Type>(arguments, |left, right| {
        precision.hold(operation(left, right)?)
    })
}

/// Of the two operands.
fn scales(arguments: &Arguments) -> Result<(u8, u8), String> {
    let (left, right) = (input::<Decimal128Array>(arguments, 0)?, input::<Decimal128Array>(arguments, 1)?);
    Ok((left.array.scale() as u8, right.array.scale() as u8))
}

fn add(arguments: &Arguments) -> Outcome {
    sum(arguments, |right| right)
}

fn subtract(arguments: &Arguments) -> Outcome {
    sum(arguments, |right| -right)
}

fn sum(arguments: &Arguments, signed: impl Fn(i128) -> i128) -> Outcome {
    let (_, scale) = size(Some(&arguments.result));
    let factors = Factors::to(scale, scales(arguments)?);
    exactly(arguments, |left, right| Ok(factors.apply(left, signed(right), i128::checked_add, i256::checked_add)))
}

fn multiply(arguments: &Arguments) -> Outcome {
    exactly(arguments, |left, right| Ok(product(left, right)))
}

/// Rounded half away from zero. A dividend too long even for 256 bits has a quotient too long for 128.
fn divide(arguments: &Arguments) -> Outcome {
    let (left, right) = scales(arguments)?;
    let (_, scale) = size(Some(&arguments.result));
    // The quotient of units has the scale of the dividend less that of the divisor.
    let factors = Factors { left: Factor::new(scale + right - left), right: Factor::new(0) };
    by_divisor(arguments, &factors, rounded_quotient, rounded_wide_quotient)
}

pub fn modulo(arguments: &Arguments) -> Outcome {
    let (left, right) = scales(arguments)?;
    let factors = Factors::to(left.max(right), (left, right));
    by_divisor(arguments, &factors, |left, right| Some(division(left, right)?.1), i256::checked_rem)
}

/// Cut towards zero.
pub fn whole_quotient(arguments: &Arguments) -> Outcome {
    let (left, right) = scales(arguments)?;
    let factors = Factors::to(left.max(right), (left, right));
    by_divisor(arguments, &factors, |left, right| Some(division(left, right)?.0), i256::checked_div)
}

fn by_divisor(
    arguments: &Arguments,
    factors: &Factors,
    narrow: impl Fn(i128, i128) -> Option<i128>,
    wide: impl Fn(i256, i256) -> Option<i256>,
) -> Outcome {
    exactly(arguments, |left, right| match right {
        0 => Err(BY_ZERO),
        _ => Ok(factors.apply(left, right, &narrow, &wide)),
    })
}

fn rounded_quotient(dividend: i128, divisor: i128) -> Option<i128> {
    let (quotient, rest) = division(dividend, divisor)?;
    let away = if (dividend < 0) == (divisor < 0) { 1 } else { -1 };
    let up = rest.unsigned_abs() >= divisor.unsigned_abs() - rest.unsigned_abs();
    if up { quotient.checked_add(away) } else { Some(quotient) }
}

fn rounded_wide_quotient(dividend: i256, divisor: i256) -> Option<i256> {
    let (quotient, rest) = (dividend.checked_div(divisor)?, dividend.checked_rem(divisor)?);
    let away = if dividend.is_negative() == divisor.is_negative() { i256::ONE } else { i256::MINUS_ONE };
    let (rest, divisor) = (rest.checked_abs()?, divisor.checked_abs()?);
    if rest >= divisor.checked_sub(rest)? { quotient.checked_add(away) } else { Some(quotient) }
}
