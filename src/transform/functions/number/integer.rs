//! Functions of whole numbers: divisors, bits and hex.

use crate::arrow::array::PrimitiveArray;
use crate::arrow::datatypes::{ArrowPrimitiveType, Decimal128Type, Int32Type, Int64Type};

use super::arithmetic::{BIGINT_RANGE, INTEGER_RANGE};
use crate::transform::function::{Arguments, Function, Group};
use crate::transform::functions::input::input;
use crate::transform::functions::rows::{Outcome, binary, texts, unary};
use crate::transform::functions::signature::{BIGINT, INTEGER, bigint, integer, text};
use crate::types::Type;

const GROUP: Group = Group::Number;
const BITS: Group = Group::Operator;
const GCD: &str = "greatest number that divides both: gcd(12, 18) = 6";
const LCM: &str = "least number that both divide: lcm(4, 6) = 12";
const HEX: &str = "in hex, of a negative number the two's complement: to_hex(255) = 'ff'";
const AND: &str = "bits that both have: 6 & 3 = 2";
const OR: &str = "bits that one has: 6 | 3 = 7";
const XOR: &str = "bits that only one has: 6 # 3 = 5";
const NOT: &str = "every bit turned: ~ 6 = -7";
const LEFT: &str = "bits moved up: 1 << 4 = 16";
const RIGHT: &str = "bits moved down, the sign kept: -8 >> 1 = -4";

pub static FUNCTIONS: &[Function] = &[
    Function::strict("gcd", GROUP, &[INTEGER, INTEGER], integer, |a| integers(a, gcd), GCD),
    Function::strict("gcd", GROUP, &[BIGINT, BIGINT], bigint, |a| bigints(a, gcd), GCD),
    Function::strict("lcm", GROUP, &[INTEGER, INTEGER], integer, |a| integers(a, lcm), LCM),
    Function::strict("lcm", GROUP, &[BIGINT, BIGINT], bigint, |a| bigints(a, lcm), LCM),
    Function::strict(
        "factorial",
        GROUP,
        &[BIGINT],
        |_| Ok(Type::Decimal { precision: 38, scale: 0 }),
        factorial,
        "product of all numbers up to this: factorial(5) = 120",
    )
    .differs("up to 33, since decimals have 38 digits"),
    Function::strict("to_hex", GROUP, &[INTEGER], text, hex::<Int32Type>, HEX),
    Function::strict("to_hex", GROUP, &[BIGINT], text, hex::<Int64Type>, HEX),
    Function::strict("&", BITS, &[INTEGER, INTEGER], integer, |a| integers(a, |x, y| x & y), AND),
    Function::strict("&", BITS, &[BIGINT, BIGINT], bigint, |a| bigints(a, |x, y| x & y), AND),
    Function::strict("|", BITS, &[INTEGER, INTEGER], integer, |a| integers(a, |x, y| x | y), OR),
    Function::strict("|", BITS, &[BIGINT, BIGINT], bigint, |a| bigints(a, |x, y| x | y), OR),
    Function::strict("#", BITS, &[INTEGER, INTEGER], integer, |a| integers(a, |x, y| x ^ y), XOR),
    Function::strict("#", BITS, &[BIGINT, BIGINT], bigint, |a| bigints(a, |x, y| x ^ y), XOR),
    Function::strict("~", BITS, &[INTEGER], integer, |a| unary::<Int32Type, Int32Type>(a, |x| Ok(!x)), NOT),
    Function::strict("~", BITS, &[BIGINT], bigint, |a| unary::<Int64Type, Int64Type>(a, |x| Ok(!x)), NOT),
    // A count wraps at the width of the number, as processors have it.
    Function::strict(
        "<<",
        BITS,
        &[INTEGER, INTEGER],
        integer,
        |a| binary::<Int32Type, Int32Type, Int32Type>(a, |x, by| Ok(x.wrapping_shl(by as u32))),
        LEFT,
    ),
    Function::strict(
        "<<",
        BITS,
        &[BIGINT, INTEGER],
        bigint,
        |a| binary::<Int64Type, Int32Type, Int64Type>(a, |x, by| Ok(x.wrapping_shl(by as u32))),
        LEFT,
    ),
    Function::strict(
        ">>",
        BITS,
        &[INTEGER, INTEGER],
        integer,
        |a| binary::<Int32Type, Int32Type, Int32Type>(a, |x, by| Ok(x.wrapping_shr(by as u32))),
        RIGHT,
    ),
    Function::strict(
        ">>",
        BITS,
        &[BIGINT, INTEGER],
        bigint,
        |a| binary::<Int64Type, Int32Type, Int64Type>(a, |x, by| Ok(x.wrapping_shr(by as u32))),
        RIGHT,
    ),
];

/// Computed in more digits than the result has.
fn integers(arguments: &Arguments, operation: fn(i128, i128) -> i128) -> Outcome {
    binary::<Int32Type, Int32Type, Int32Type>(arguments, |left, right| {
        operation(left.into(), right.into()).try_into().map_err(|_| INTEGER_RANGE.to_string())
    })
}

fn bigints(arguments: &Arguments, operation: fn(i128, i128) -> i128) -> Outcome {
    binary::<Int64Type, Int64Type, Int64Type>(arguments, |left, right| {
        operation(left.into(), right.into()).try_into().map_err(|_| BIGINT_RANGE.to_string())
    })
}

fn gcd(left: i128, right: i128) -> i128 {
    let (mut left, mut right) = (left.abs(), right.abs());
    while right != 0 {
        (left, right) = (right, left % right);
    }
    left
}

fn lcm(left: i128, right: i128) -> i128 {
    if left == 0 || right == 0 { 0 } else { (left / gcd(left, right) * right).abs() }
}

fn factorial(arguments: &Arguments) -> Outcome {
    unary::<Int64Type, Decimal128Type>(arguments, |number| match number {
        ..0 => Err("factorial of a negative number is undefined".to_string()),
        0..=33 => Ok((1..=i128::from(number)).product()),
        _ => Err("decimal out of range: more than 38 digits".to_string()),
    })
}

fn hex<T: ArrowPrimitiveType>(arguments: &Arguments) -> Outcome
where
    T::Native: std::fmt::LowerHex,
{
    let only = input::<PrimitiveArray<T>>(arguments, 0)?;
    texts(arguments, |row, out| {
        out.push_str(&format!("{:x}", only.at(row)));
        Ok(())
    })
}
