//! Decimals rounded: digits dropped by one division.

use crate::arrow::array::{Decimal128Array, Int64Array};
use crate::arrow::datatypes::Decimal128Type;

use crate::format::value::power_of_ten;
use crate::transform::function::Arguments;
use crate::transform::functions::input::{input, optional};
use crate::transform::functions::number::decimal::{Precision, size};
use crate::transform::functions::rows::{Outcome, primitives};
use crate::transform::units::{division, product};

/// From a quotient, its rest and the power of ten that became one to a whole number.
pub type Drop = fn(i128, i128, i128) -> i128;

/// Drops digits of each decimal; how many is found once where their count is a constant.
pub fn round(arguments: &Arguments, drop: Drop) -> Outcome {
    let (values, digits) = (input::<Decimal128Array>(arguments, 0)?, optional::<Int64Array>(arguments, 1)?);
    let (scale, precision) = (i64::from(values.array.scale()), Precision::of(arguments));
    let (_, result_scale) = size(Some(&arguments.result));
    let cut = |digits| Cut::new(scale, digits, result_scale.into());
    if let Some(digits) = digits.as_ref().filter(|digits| !digits.constant) {
        return primitives::<Decimal128Type>(arguments, |row| {
            precision.hold(cut(digits.at(row)).apply(values.at(row), drop))
        });
    }
    let cut = cut(digits.map_or(0, |digits| digits.at(0)));
    primitives::<Decimal128Type>(arguments, |row| precision.hold(cut.apply(values.at(row), drop)))
}

/// Drops digits behind a place and fills the rest up to the scale of the result with zeros.
struct Cut {
    /// The power of ten that becomes one; none where no decimal has a digit so far to the left.
    one: Option<i128>,
    /// What fills up; none where that is too much for any number but 0.
    zeros: Option<i128>,
}

impl Cut {
    fn new(scale: i64, digits: i64, result_scale: i64) -> Cut {
        let kept = digits.min(scale);
        let power = |exponent: i64| power_of_ten(u32::try_from(exponent).ok()?);
        Cut { one: power(scale.saturating_sub(kept)), zeros: power(result_scale.saturating_sub(kept)) }
    }

    #[inline]
    fn apply(&self, units: i128, drop: Drop) -> Option<i128> {
        let kept = match self.one {
            Some(1) => units,
            Some(one) => division(units, one).map(|(quotient, rest)| drop(quotient, rest, one))?,
            None => 0,
        };
        if kept == 0 { Some(0) } else { product(kept, self.zeros?) }
    }
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
