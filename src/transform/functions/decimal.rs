//! `+ - * / %` over decimals: exact, in 128 bits where they suffice and in 256 where they do not.

use crate::arrow::array::{ArrowNativeTypeOp, Decimal128Array};
use crate::arrow::datatypes::{Decimal128Type, i256};

use super::arithmetic::{ADD, BY_ZERO, DIVIDE, MULTIPLY, NEGATE, REMAINDER, SUBTRACT};
use super::input::input;
use super::rows::{Outcome, primitives, unary};
use super::signature::{DECIMAL, Typed, same};
use crate::transform::function::{Arguments, Function, Group, Parameter};
use crate::types::{MAX_PRECISION, Type};

const GROUP: Group = Group::Operator;
const BOTH: &[Parameter] = &[DECIMAL, DECIMAL];
const EXACT: &str = "decimals have at most 38 digits, a longer result is an error of the row";
const QUOTIENT: &str =
    "a quotient of decimals has max(scale of the dividend, 6) digits after the point, PostgreSQL's about 16";

pub static FUNCTIONS: &[Function] = &[
    Function::strict("+", GROUP, BOTH, sum_type, |a| exactly(a, add), ADD).differs(EXACT),
    Function::strict("-", GROUP, BOTH, sum_type, |a| exactly(a, subtract), SUBTRACT).differs(EXACT),
    Function::strict("*", GROUP, BOTH, product_type, |a| exactly(a, multiply), MULTIPLY).differs(EXACT),
    Function::strict("/", GROUP, BOTH, quotient_type, |a| exactly(a, divide), DIVIDE).differs(QUOTIENT),
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

/// A decimal: `units` of 10 to the minus `scale`.
#[derive(Clone, Copy)]
struct Decimal {
    units: i128,
    scale: u8,
}

impl Decimal {
    /// The units at a scale that is at least as large, in 128 bits.
    fn at(self, scale: u8) -> Option<i128> {
        self.units.checked_mul(10i128.checked_pow(u32::from(scale - self.scale))?)
    }

    /// The same in 256 bits.
    fn wide(self, scale: u8) -> Option<i256> {
        let factor = i256::from_i128(10).pow_checked(u32::from(scale - self.scale)).ok()?;
        i256::from_i128(self.units).checked_mul(factor)
    }
}

/// Precision and scale of an argument; whole numbers count as decimals of their largest size.
pub fn size(ty: Option<&Type>) -> (u8, u8) {
    match ty {
        Some(Type::Decimal { precision, scale }) => (*precision, *scale),
        Some(Type::Integer) => (10, 0),
        _ => (19, 0),
    }
}

pub fn decimal(whole: u8, scale: u8) -> Type {
    Type::Decimal { precision: (whole + scale).clamp(1, MAX_PRECISION), scale }
}

fn sizes(types: &[Type]) -> ((u8, u8), (u8, u8)) {
    (size(types.first()), size(types.get(1)))
}

fn sum_type(types: &[Type]) -> Typed {
    let ((p1, s1), (p2, s2)) = sizes(types);
    Ok(decimal((p1 - s1).max(p2 - s2) + 1, s1.max(s2)))
}

fn product_type(types: &[Type]) -> Typed {
    let ((p1, s1), (p2, s2)) = sizes(types);
    if s1 + s2 > MAX_PRECISION {
        return Err(format!(
            "the product would have {} digits after the point, more than {MAX_PRECISION}; round or cast an operand",
            s1 + s2
        ));
    }
    Ok(decimal(p1 + p2 - s1 - s2, s1 + s2))
}

fn quotient_type(types: &[Type]) -> Typed {
    let ((p1, s1), (_, s2)) = sizes(types);
    Ok(decimal(p1 - s1 + s2, s1.max(6)))
}

pub fn remainder_type(types: &[Type]) -> Typed {
    let ((p1, s1), (p2, s2)) = sizes(types);
    Ok(decimal((p1 - s1).min(p2 - s2), s1.max(s2)))
}

pub fn modulo(arguments: &Arguments) -> Outcome {
    exactly(arguments, remainder)
}

pub fn whole_quotient_type(types: &[Type]) -> Typed {
    let ((p1, s1), (_, s2)) = sizes(types);
    Ok(decimal(p1 - s1 + s2, 0))
}

pub fn whole_quotient(arguments: &Arguments) -> Outcome {
    exactly(arguments, truncated_quotient)
}

/// Runs `operation` for the result's scale and holds its value against the result's precision. `None` means too large.
fn exactly(
    arguments: &Arguments,
    operation: fn(Decimal, Decimal, u8) -> Result<Option<i128>, &'static str>,
) -> Outcome {
    let (left, right) = (input::<Decimal128Array>(arguments, 0)?, input::<Decimal128Array>(arguments, 1)?);
    let (left_scale, right_scale) = (left.array.scale() as u8, right.array.scale() as u8);
    let (precision, scale) = size(Some(&arguments.result));
    primitives::<Decimal128Type>(arguments, |row| {
        let left = Decimal { units: left.at(row), scale: left_scale };
        let right = Decimal { units: right.at(row), scale: right_scale };
        fitting(operation(left, right, scale)?, precision)
    })
}

/// The units, if they have no more digits than `precision`.
pub fn fitting(units: Option<i128>, precision: u8) -> Result<i128, String> {
    let limit = 10i128.pow(u32::from(precision.min(MAX_PRECISION)));
    let fits = units.filter(|units| units.unsigned_abs() < limit.unsigned_abs());
    fits.ok_or_else(|| format!("decimal out of range: more than {precision} digits"))
}

fn add(left: Decimal, right: Decimal, scale: u8) -> Result<Option<i128>, &'static str> {
    let narrow = || left.at(scale)?.checked_add(right.at(scale)?);
    let wide = || left.wide(scale)?.checked_add(right.wide(scale)?)?.to_i128();
    Ok(narrow().or_else(wide))
}

fn subtract(left: Decimal, right: Decimal, scale: u8) -> Result<Option<i128>, &'static str> {
    add(left, Decimal { units: -right.units, ..right }, scale)
}

fn multiply(left: Decimal, right: Decimal, _: u8) -> Result<Option<i128>, &'static str> {
    Ok(left.units.checked_mul(right.units))
}

fn remainder(left: Decimal, right: Decimal, scale: u8) -> Result<Option<i128>, &'static str> {
    if right.units == 0 {
        return Err(BY_ZERO);
    }
    let narrow = || left.at(scale)?.checked_rem(right.at(scale)?);
    let wide = || left.wide(scale)?.checked_rem(right.wide(scale)?)?.to_i128();
    Ok(narrow().or_else(wide))
}

/// Cut towards zero.
fn truncated_quotient(left: Decimal, right: Decimal, _: u8) -> Result<Option<i128>, &'static str> {
    if right.units == 0 {
        return Err(BY_ZERO);
    }
    let scale = left.scale.max(right.scale);
    let narrow = || left.at(scale)?.checked_div(right.at(scale)?);
    let wide = || left.wide(scale)?.checked_div(right.wide(scale)?)?.to_i128();
    Ok(narrow().or_else(wide))
}

/// Rounded half away from zero. A dividend too long even for 256 bits has a quotient too long for 128.
fn divide(left: Decimal, right: Decimal, scale: u8) -> Result<Option<i128>, &'static str> {
    if right.units == 0 {
        return Err(BY_ZERO);
    }
    // The quotient of units has the scale of the dividend less that of the divisor.
    let target = scale + right.scale;
    let narrow = || rounded_quotient(left.at(target)?, right.units);
    let wide = || rounded_wide_quotient(left.wide(target)?, i256::from_i128(right.units))?.to_i128();
    Ok(narrow().or_else(wide))
}

fn rounded_quotient(dividend: i128, divisor: i128) -> Option<i128> {
    let (quotient, rest) = (dividend.checked_div(divisor)?, dividend.checked_rem(divisor)?);
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
