//! Decimals rounded: digits dropped by one division.

use crate::arrow::array::{Decimal128Array, Int64Array};
use crate::arrow::datatypes::Decimal128Type;

use crate::transform::function::Arguments;
use crate::transform::functions::input::{input, optional};
use crate::transform::functions::number::decimal::{Precision, size};
use crate::transform::functions::rows::{Outcome, primitives};
use crate::transform::units::Rescaling;

/// From a quotient, its rest and the power of ten that became one to a whole number.
pub type Drop = fn(i128, i128, i128) -> i128;

/// Drops digits of each decimal; how many is found once where their count is a constant.
pub fn round(arguments: &Arguments, drop: Drop) -> Outcome {
    let (values, digits) = (input::<Decimal128Array>(arguments, 0)?, optional::<Int64Array>(arguments, 1)?);
    let (scale, precision) = (values.array.scale() as u8, Precision::of(arguments));
    let (_, result_scale) = size(Some(&arguments.result));
    let cut = |digits| Rescaling::keeping(digits, scale, result_scale);
    if let Some(digits) = digits.as_ref().filter(|digits| !digits.constant) {
        return primitives::<Decimal128Type>(arguments, |row| {
            precision.hold(cut(digits.at(row)).dropping(values.at(row), drop))
        });
    }
    let cut = cut(digits.map_or(0, |digits| digits.at(0)));
    primitives::<Decimal128Type>(arguments, |row| precision.hold(cut.dropping(values.at(row), drop)))
}

pub fn towards_zero(quotient: i128, _: i128, _: i128) -> i128 {
    quotient
}

pub fn above(quotient: i128, rest: i128, _: i128) -> i128 {
    quotient + i128::from(rest > 0)
}

pub fn below(quotient: i128, rest: i128, _: i128) -> i128 {
    quotient - i128::from(rest < 0)
}
