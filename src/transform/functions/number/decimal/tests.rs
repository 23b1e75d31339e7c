//! Whole columns beside arithmetic in 256 bits, row by row.

use proptest::prelude::*;

use super::*;
use crate::arrow::array::{ArrowNativeTypeOp, AsArray};
use crate::transform::functions::check::{call, decimal_column, decimals};
use crate::transform::functions::find;

fn wide(units: i128, exponent: u8) -> i256 {
    i256::from_i128(units).checked_mul(ten(exponent)).unwrap()
}

fn ten(exponent: u8) -> i256 {
    i256::from_i128(10).pow_checked(exponent.into()).unwrap()
}

/// Half away from zero.
fn rounded(dividend: i256, divisor: i256) -> i256 {
    let (quotient, rest) = (dividend.checked_div(divisor).unwrap(), dividend.checked_rem(divisor).unwrap());
    let (rest, size) = (rest.checked_abs().unwrap(), divisor.checked_abs().unwrap());
    let away = if dividend.is_negative() == divisor.is_negative() { i256::ONE } else { i256::MINUS_ONE };
    if rest >= size.checked_sub(rest).unwrap() { quotient.checked_add(away).unwrap() } else { quotient }
}

/// The value with `scale` digits after the point, unless it has more than `precision`.
fn slow(operator: &str, left: (i128, u8), right: (i128, u8), (precision, scale): (u8, u8)) -> Option<i128> {
    let both = left.1.max(right.1);
    let (l, r) = (wide(left.0, both - left.1), wide(right.0, both - right.1));
    let value = match operator {
        "+" => l.checked_add(r)?,
        "-" => l.checked_sub(r)?,
        "*" => i256::from_i128(left.0).checked_mul(i256::from_i128(right.0))?,
        _ if right.0 == 0 => return None,
        "%" => l.checked_rem(r)?,
        "div" => l.checked_div(r)?,
        _ => {
            let dividend = i256::from_i128(left.0).checked_mul(ten(scale + right.1 - left.1));
            rounded(dividend?, i256::from_i128(right.0))
        }
    };
    value.to_i128().filter(|units| units.unsigned_abs() < 10_u128.pow(precision.into()))
}

proptest! {
    #[test]
    fn operators_are_those_of_256_bits(left in decimals(8), right in decimals(8)) {
        let ((left_type, left_value), (right_type, right_value)) = (decimal_column(&left), decimal_column(&right));
        let types = [left_type, right_type];
        for operator in ["+", "-", "*", "/", "%", "div"] {
            let function = find(operator).find(|function| function.parameters == BOTH).unwrap();
            let Ok(result) = (function.result)(&types) else { continue };
            let parsed = call(function, &[left_value.clone(), right_value.clone()], 8, result);
            let found: Vec<_> = parsed.array.as_primitive::<Decimal128Type>().iter().collect();
            let pairs = left.2.iter().zip(&right.2);
            let expected: Vec<_> = pairs.map(|(l, r)| slow(operator, (*l, left.1), (*r, right.1), size(Some(&result)))).collect();
            prop_assert_eq!(found, expected, "{} {} {}", left_type, operator, right_type);
        }
    }
}
