//! Decimals rounded beside the division by hand.

use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::arrow::array::{ArrayRef, AsArray, Int64Array};
use crate::arrow::datatypes::Decimal128Type;
use crate::transform::function::Value;
use crate::transform::functions::check::{call, decimal_column, decimals};
use crate::transform::functions::find;

/// Digits, as a text, dropped behind so many and filled up; none where there are more than `precision`.
fn slow(name: &str, units: i128, scale: u8, digits: i64, (precision, result_scale): (u8, u8)) -> Option<i128> {
    let kept = digits.min(scale.into());
    let dropped = usize::try_from(i64::from(scale) - kept).unwrap().min(60);
    let text = format!("{:0>100}", units.unsigned_abs());
    let (whole, rest) = text.split_at(text.len() - dropped);
    let up = match name {
        "round" => rest.starts_with(['5', '6', '7', '8', '9']),
        "trunc" => false,
        "ceil" => units > 0 && rest.bytes().any(|byte| byte != b'0'),
        _ => units < 0 && rest.bytes().any(|byte| byte != b'0'),
    };
    let magnitude = whole.parse::<i128>().unwrap() + i128::from(up);
    let zeros = u32::try_from(i64::from(result_scale) - kept).unwrap();
    let filled = if magnitude == 0 { 0 } else { magnitude.checked_mul(10_i128.checked_pow(zeros)?)? };
    (filled.unsigned_abs() < 10_u128.pow(precision.into())).then_some(filled * units.signum())
}

fn run(name: &str, result: Type, values: &[Value]) -> Option<i128> {
    let takes = |function: &&Function| function.parameters.len() == values.len() && function.parameters[0] == DECIMAL;
    let parsed = call(find(name).find(takes).unwrap(), values, 1, result);
    parsed.array.as_primitive::<Decimal128Type>().iter().next().flatten()
}

proptest! {
    #[test]
    fn decimals_are_rounded_as_by_hand(numbers in decimals(1), digits in -45i64..45) {
        let (scale, units) = (numbers.1, numbers.2[0]);
        let (ty, column) = decimal_column(&numbers);
        let count: ArrayRef = Arc::new(Int64Array::from(vec![digits]));
        for name in ["round", "trunc", "ceil", "floor"] {
            let result = whole(&[ty]).unwrap();
            let expected = slow(name, units, scale, 0, size(Some(&result)));
            prop_assert_eq!(run(name, result, std::slice::from_ref(&column)), expected, "{}({} of {})", name, units, ty);
        }
        for name in ["round", "trunc"] {
            let refined = to_digits(&[ty, Type::BigInt], &[None, Some(digits)]);
            for (count, result) in [(Value::Constant(count.clone()), refined), (Value::Column(count.clone()), ty)] {
                let expected = slow(name, units, scale, digits, size(Some(&result)));
                let found = run(name, result, &[column.clone(), count]);
                prop_assert_eq!(found, expected, "{}({} of {}, {}) as {}", name, units, ty, digits, result);
            }
        }
    }
}
