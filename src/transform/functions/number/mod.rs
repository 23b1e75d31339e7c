//! Functions of numbers other than rounding; all that leave the rational numbers work on doubles.

mod arithmetic;
mod decimal;
mod rounding;
mod trigonometry;
mod integer;
mod to_char;

#[cfg(test)]
mod tests;

use crate::arrow::datatypes::{Decimal128Type, Float64Type, Int32Type, Int64Type};

use super::rows::{Outcome, binary, checked, unary};
use super::signature::{BIGINT, DECIMAL, DOUBLE, INTEGER, bigint, double, integer, same};
use crate::transform::function::{Arguments, Function, Group};
use crate::types::Type;
use arithmetic::{
    BIGINT_RANGE, BY_ZERO, DOUBLE_REMAINDER, INTEGER_RANGE, OVERFLOW, UNDERFLOW, remainder, remainder_double,
};
use decimal::{modulo, remainder_type, whole_quotient, whole_quotient_type};

pub use arithmetic::FUNCTIONS as ARITHMETIC;
pub use decimal::FUNCTIONS as DECIMALS;
pub use integer::FUNCTIONS as INTEGERS;
pub use rounding::FUNCTIONS as ROUNDING;
pub use to_char::FUNCTIONS as TO_CHAR;
pub use trigonometry::FUNCTIONS as TRIGONOMETRY;

const GROUP: Group = Group::Number;
const ABS: &str = "value without its sign: abs(-5) = 5";
const DIV: &str = "quotient without the rest, as a decimal: div(7.5, 2) = 3";
const MOD: &str = "rest of a division, the same as %: mod(-7, 2) = -1";
const SIGN: &str = "-1, 0 or 1: sign(-2.5) = -1";
const POWER: &str = "the first argument to the power of the second: power(2, 10) = 1024";
const POWERS: &str = "power, from left to right and after a sign: 2 ^ 3 ^ 2 = 64, -2 ^ 2 = 4";
const DOUBLES: &str = "double also for decimals, where PostgreSQL gives a numeric";

pub static FUNCTIONS: &[Function] = &[
    Function::strict(
        "abs",
        GROUP,
        &[INTEGER],
        integer,
        |a| unary::<Int32Type, Int32Type>(a, |x| x.checked_abs().ok_or_else(|| INTEGER_RANGE.into())),
        ABS,
    ),
    Function::strict(
        "abs",
        GROUP,
        &[BIGINT],
        bigint,
        |a| unary::<Int64Type, Int64Type>(a, |x| x.checked_abs().ok_or_else(|| BIGINT_RANGE.into())),
        ABS,
    ),
    Function::strict(
        "abs",
        GROUP,
        &[DECIMAL],
        same,
        |a| unary::<Decimal128Type, Decimal128Type>(a, |x| Ok(x.abs())),
        ABS,
    ),
    Function::strict("abs", GROUP, &[DOUBLE], double, |a| unary::<Float64Type, Float64Type>(a, |x| Ok(x.abs())), ABS),
    Function::strict(
        "mod",
        GROUP,
        &[INTEGER, INTEGER],
        integer,
        |a| checked::<Int32Type>(a, remainder, |_, _| BY_ZERO),
        MOD,
    ),
    Function::strict(
        "mod",
        GROUP,
        &[BIGINT, BIGINT],
        bigint,
        |a| checked::<Int64Type>(a, remainder, |_, _| BY_ZERO),
        MOD,
    ),
    Function::strict("mod", GROUP, &[DECIMAL, DECIMAL], remainder_type, modulo, MOD),
    Function::strict(
        "mod",
        GROUP,
        &[DOUBLE, DOUBLE],
        double,
        |a| checked::<Float64Type>(a, remainder_double, |_, _| BY_ZERO),
        MOD,
    )
    .differs(DOUBLE_REMAINDER),
    Function::strict("div", GROUP, &[DECIMAL, DECIMAL], whole_quotient_type, whole_quotient, DIV),
    Function::strict(
        "sign",
        GROUP,
        &[DECIMAL],
        |_| Ok(Type::Decimal { precision: 1, scale: 0 }),
        |a| unary::<Decimal128Type, Decimal128Type>(a, |x| Ok(x.signum())),
        SIGN,
    ),
    Function::strict("sign", GROUP, &[DOUBLE], double, |a| unary::<Float64Type, Float64Type>(a, |x| Ok(sign(x))), SIGN),
    Function::strict(
        "sqrt",
        GROUP,
        &[DOUBLE],
        double,
        |a| unary::<Float64Type, Float64Type>(a, sqrt),
        "square root: sqrt(2) = 1.4142135623730951",
    )
    .differs(DOUBLES),
    Function::strict("power", GROUP, &[DOUBLE, DOUBLE], double, power_kernel, POWER).aliases(&["pow"]).differs(DOUBLES),
    Function::strict("^", Group::Operator, &[DOUBLE, DOUBLE], double, power_kernel, POWERS).differs(DOUBLES),
    Function::strict(
        "exp",
        GROUP,
        &[DOUBLE],
        double,
        |a| unary::<Float64Type, Float64Type>(a, exp),
        "e to the power of the argument: exp(0) = 1",
    )
    .differs(DOUBLES),
    Function::strict(
        "ln",
        GROUP,
        &[DOUBLE],
        double,
        |a| unary::<Float64Type, Float64Type>(a, |x| positive(x).map(f64::ln)),
        "natural logarithm: ln(1) = 0",
    )
    .differs(DOUBLES),
    Function::strict(
        "log",
        GROUP,
        &[DOUBLE],
        double,
        |a| unary::<Float64Type, Float64Type>(a, |x| positive(x).map(f64::log10)),
        "logarithm to base 10: log(1000) = 3",
    )
    .aliases(&["log10"])
    .differs(DOUBLES),
];

fn sign(value: f64) -> f64 {
    // NaN has none, as in PostgreSQL.
    if value == 0.0 || value.is_nan() { 0.0 } else { value.signum() }
}

fn sqrt(value: f64) -> Result<f64, String> {
    if value < 0.0 { Err("cannot take the square root of a negative number".into()) } else { Ok(value.sqrt()) }
}

pub fn positive(value: f64) -> Result<f64, String> {
    match value {
        0.0 => Err("cannot take the logarithm of zero".into()),
        value if value < 0.0 => Err("cannot take the logarithm of a negative number".into()),
        value => Ok(value),
    }
}

fn exp(value: f64) -> Result<f64, String> {
    in_range(value.exp(), value.is_infinite(), false)
}

fn power_kernel(arguments: &Arguments) -> Outcome {
    binary::<Float64Type, Float64Type, Float64Type>(arguments, power)
}

fn power(base: f64, exponent: f64) -> Result<f64, String> {
    if base == 0.0 && exponent < 0.0 {
        return Err("zero raised to a negative power is undefined".into());
    }
    if base < 0.0 && exponent.is_finite() && exponent.fract() != 0.0 {
        return Err("a negative number raised to a power that is not whole has no real result".into());
    }
    in_range(base.powf(exponent), base.is_infinite() || exponent.is_infinite(), base == 0.0)
}

/// Infinity is right only for an infinite argument, zero only for that or for zero.
fn in_range(value: f64, infinite: bool, zero: bool) -> Result<f64, String> {
    if value.is_infinite() && !infinite {
        return Err(OVERFLOW.into());
    }
    if value == 0.0 && !infinite && !zero {
        return Err(UNDERFLOW.into());
    }
    Ok(value)
}
