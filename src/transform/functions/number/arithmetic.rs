//! `+ - * / %` over integers and doubles: overflow and division by zero are errors of the row, as in PostgreSQL.

use crate::arrow::array::ArrowNativeTypeOp;
use crate::arrow::datatypes::{Float64Type, Int32Type, Int64Type};

use crate::transform::function::{Function, Group};
use crate::transform::functions::rows::{checked, unary};
use crate::transform::functions::signature::{BIGINT, DOUBLE, INTEGER, bigint, double, integer};

pub const INTEGER_RANGE: &str = "integer out of range";
pub const BIGINT_RANGE: &str = "bigint out of range";
pub const OVERFLOW: &str = "value out of range: overflow";
pub const UNDERFLOW: &str = "value out of range: underflow";
pub const BY_ZERO: &str = "division by zero";

pub const ADD: &str = "sum: 1 + 2 = 3";
pub const SUBTRACT: &str = "difference: 1 - 2 = -1";
pub const MULTIPLY: &str = "product: 2 * 3 = 6";
pub const DIVIDE: &str = "quotient, for integers without the rest: 7 / 2 = 3, 7 / 2.0 = 3.500000";
pub const REMAINDER: &str = "rest of a division, with the sign of the dividend: -7 % 2 = -1";
pub const NEGATE: &str = "the number with its sign turned: - 5 = -5";
/// Why doubles have a remainder here.
pub const DOUBLE_REMAINDER: &str = "PostgreSQL has no remainder of doubles";

const GROUP: Group = Group::Operator;

pub static FUNCTIONS: &[Function] = &[
    Function::strict(
        "+",
        GROUP,
        &[INTEGER, INTEGER],
        integer,
        |a| checked::<Int32Type>(a, i32::overflowing_add, |_, _| INTEGER_RANGE),
        ADD,
    ),
    Function::strict(
        "+",
        GROUP,
        &[BIGINT, BIGINT],
        bigint,
        |a| checked::<Int64Type>(a, i64::overflowing_add, |_, _| BIGINT_RANGE),
        ADD,
    ),
    Function::strict(
        "+",
        GROUP,
        &[DOUBLE, DOUBLE],
        double,
        |a| checked::<Float64Type>(a, |l, r| finite(l, r, l + r), |_, _| OVERFLOW),
        ADD,
    ),
    Function::strict(
        "-",
        GROUP,
        &[INTEGER, INTEGER],
        integer,
        |a| checked::<Int32Type>(a, i32::overflowing_sub, |_, _| INTEGER_RANGE),
        SUBTRACT,
    ),
    Function::strict(
        "-",
        GROUP,
        &[BIGINT, BIGINT],
        bigint,
        |a| checked::<Int64Type>(a, i64::overflowing_sub, |_, _| BIGINT_RANGE),
        SUBTRACT,
    ),
    Function::strict(
        "-",
        GROUP,
        &[DOUBLE, DOUBLE],
        double,
        |a| checked::<Float64Type>(a, |l, r| finite(l, r, l - r), |_, _| OVERFLOW),
        SUBTRACT,
    ),
    Function::strict(
        "*",
        GROUP,
        &[INTEGER, INTEGER],
        integer,
        |a| checked::<Int32Type>(a, i32::overflowing_mul, |_, _| INTEGER_RANGE),
        MULTIPLY,
    ),
    Function::strict(
        "*",
        GROUP,
        &[BIGINT, BIGINT],
        bigint,
        |a| checked::<Int64Type>(a, i64::overflowing_mul, |_, _| BIGINT_RANGE),
        MULTIPLY,
    ),
    Function::strict(
        "*",
        GROUP,
        &[DOUBLE, DOUBLE],
        double,
        |a| checked::<Float64Type>(a, multiply_double, |l, r| magnitude(l * r)),
        MULTIPLY,
    ),
    Function::strict(
        "/",
        GROUP,
        &[INTEGER, INTEGER],
        integer,
        |a| checked::<Int32Type>(a, divide, |_, r| zero_or(r, INTEGER_RANGE)),
        DIVIDE,
    ),
    Function::strict(
        "/",
        GROUP,
        &[BIGINT, BIGINT],
        bigint,
        |a| checked::<Int64Type>(a, divide, |_, r| zero_or(r, BIGINT_RANGE)),
        DIVIDE,
    ),
    Function::strict(
        "/",
        GROUP,
        &[DOUBLE, DOUBLE],
        double,
        |a| checked::<Float64Type>(a, divide_double, |l, r| zero_or(r, magnitude(l / r))),
        DIVIDE,
    ),
    Function::strict(
        "%",
        GROUP,
        &[INTEGER, INTEGER],
        integer,
        |a| checked::<Int32Type>(a, remainder, |_, _| BY_ZERO),
        REMAINDER,
    ),
    Function::strict(
        "%",
        GROUP,
        &[BIGINT, BIGINT],
        bigint,
        |a| checked::<Int64Type>(a, remainder, |_, _| BY_ZERO),
        REMAINDER,
    ),
    Function::strict(
        "%",
        GROUP,
        &[DOUBLE, DOUBLE],
        double,
        |a| checked::<Float64Type>(a, remainder_double, |_, _| BY_ZERO),
        REMAINDER,
    )
    .differs(DOUBLE_REMAINDER),
    Function::strict(
        "-",
        GROUP,
        &[INTEGER],
        integer,
        |a| unary::<Int32Type, Int32Type>(a, |x| x.checked_neg().ok_or_else(|| INTEGER_RANGE.into())),
        NEGATE,
    ),
    Function::strict(
        "-",
        GROUP,
        &[BIGINT],
        bigint,
        |a| unary::<Int64Type, Int64Type>(a, |x| x.checked_neg().ok_or_else(|| BIGINT_RANGE.into())),
        NEGATE,
    ),
    Function::strict("-", GROUP, &[DOUBLE], double, |a| unary::<Float64Type, Float64Type>(a, |x| Ok(-x)), NEGATE),
];

fn divide<N: ArrowNativeTypeOp>(left: N, right: N) -> (N, bool) {
    if right.is_zero() {
        return (N::ZERO, true);
    }
    let minus_one = N::ZERO.sub_wrapping(N::ONE);
    (left.div_wrapping(right), left.is_eq(N::MIN_TOTAL_ORDER) && right.is_eq(minus_one))
}

pub fn remainder<N: ArrowNativeTypeOp>(left: N, right: N) -> (N, bool) {
    if right.is_zero() { (N::ZERO, true) } else { (left.mod_wrapping(right), false) }
}

pub fn remainder_double(left: f64, right: f64) -> (f64, bool) {
    (left % right, right == 0.0 && !left.is_nan())
}

/// An infinite value of finite numbers is an overflow.
fn finite(left: f64, right: f64, value: f64) -> (f64, bool) {
    (value, value.is_infinite() & left.is_finite() & right.is_finite())
}

fn multiply_double(left: f64, right: f64) -> (f64, bool) {
    let (value, overflow) = finite(left, right, left * right);
    (value, overflow | ((value == 0.0) & (left != 0.0) & (right != 0.0)))
}

fn divide_double(left: f64, right: f64) -> (f64, bool) {
    let value = left / right;
    let overflow = value.is_infinite() & !left.is_infinite();
    let underflow = (value == 0.0) & (left != 0.0) & !right.is_infinite();
    (value, overflow | underflow | ((right == 0.0) & !left.is_nan()))
}

fn magnitude(value: f64) -> &'static str {
    if value == 0.0 { UNDERFLOW } else { OVERFLOW }
}

fn zero_or<N: ArrowNativeTypeOp>(divisor: N, message: &'static str) -> &'static str {
    if divisor.is_zero() { BY_ZERO } else { message }
}
