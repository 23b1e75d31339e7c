//! Units of decimals multiplied, divided and brought from one scale to another. What fits into 64 bits is computed in them,
//! several times faster than in 128.

use crate::format::value::power_of_ten;

/// A product, where 128 bits hold it.
#[inline]
pub fn product(left: i128, right: i128) -> Option<i128> {
    match (i64::try_from(left), i64::try_from(right)) {
        (Ok(left), Ok(right)) => Some(i128::from(left) * i128::from(right)),
        _ => left.checked_mul(right),
    }
}

/// The quotient, cut towards zero, and the rest, which has the sign of the dividend; none of a division by zero.
#[inline]
pub fn division(dividend: i128, divisor: i128) -> Option<(i128, i128)> {
    if let (Ok(dividend), Ok(divisor)) = (i64::try_from(dividend), i64::try_from(divisor)) {
        // The one quotient of 64 bits that they do not hold is left to 128.
        if let (Some(quotient), Some(rest)) = (dividend.checked_div(divisor), dividend.checked_rem(divisor)) {
            return Some((quotient.into(), rest.into()));
        }
    }
    let quotient = dividend.checked_div(divisor)?;
    Some((quotient, dividend - quotient * divisor))
}

/// The way of units from one scale to another, found once for a column: digits are dropped by one division, and zeros filled
/// in by one multiplication.
pub struct Rescaling {
    /// The power of ten that becomes one; none where no decimal has a digit so far to the left.
    one: Option<i128>,
    /// What fills up; none where that is too much for any number but 0.
    zeros: Option<i128>,
}

impl Rescaling {
    pub fn new(from: u8, to: u8) -> Rescaling {
        Rescaling::keeping(to.into(), from, to)
    }

    /// With so many digits kept behind the point; where that is negative, those before it become zeros.
    pub fn keeping(digits: i64, from: u8, to: u8) -> Rescaling {
        let kept = digits.min(from.into());
        let power = |scale: u8| power_of_ten(u32::try_from(i64::from(scale).saturating_sub(kept)).ok()?);
        Rescaling { one: power(from), zeros: power(to) }
    }

    /// The units at the other scale, half away from zero where digits are dropped; none where they are too large for 128
    /// bits.
    #[inline]
    pub fn apply(&self, units: i128) -> Option<i128> {
        self.dropping(units, half_away)
    }

    /// The same; `drop` makes a whole number of a quotient, its rest and the power of ten that became one.
    #[inline]
    pub fn dropping(&self, units: i128, drop: impl Fn(i128, i128, i128) -> i128) -> Option<i128> {
        let kept = match self.one {
            Some(1) => units,
            Some(one) => division(units, one).map(|(quotient, rest)| drop(quotient, rest, one))?,
            None => 0,
        };
        if kept == 0 { Some(0) } else { product(kept, self.zeros?) }
    }
}

/// A quotient by a power of ten above one, rounded half away from zero.
#[inline]
pub fn half_away(quotient: i128, rest: i128, one: i128) -> i128 {
    let up = rest.unsigned_abs() >= one.unsigned_abs() / 2;
    quotient + if up { rest.signum() } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Numbers of every size alike, the ends of 64 bits among them.
    fn numbers() -> impl Strategy<Value = i128> {
        let ends = prop_oneof![Just(i64::MIN), Just(i64::MAX), Just(-1), Just(0)].prop_map(i128::from);
        let any_size = (any::<i128>(), 1u32..127).prop_map(|(number, shift)| number >> shift);
        prop_oneof![1 => (ends, -1i128..=1).prop_map(|(end, beside)| end + beside), 4 => any_size]
    }

    fn slow_rescale(units: i128, from: u8, to: u8) -> Option<i128> {
        if to >= from {
            return units.checked_mul(10_i128.checked_pow(u32::from(to - from))?);
        }
        let factor = 10_i128.checked_pow(u32::from(from - to))?;
        let (quotient, rest) = (units / factor, units % factor);
        let up = rest.unsigned_abs() * 2 >= factor.unsigned_abs();
        Some(quotient + if up { units.signum() } else { 0 })
    }

    proptest! {
        #[test]
        fn products_and_quotients_are_those_of_128_bits(left in numbers(), right in numbers()) {
            prop_assert_eq!(product(left, right), left.checked_mul(right));
            prop_assert_eq!(division(left, right), left.checked_div(right).zip(left.checked_rem(right)));
        }

        #[test]
        fn units_are_rescaled_as_by_hand(units in numbers(), from in 0u8..=38, to in 0u8..=38) {
            prop_assert_eq!(Rescaling::new(from, to).apply(units), slow_rescale(units, from, to));
        }
    }

    #[test]
    fn halves_go_away_from_zero() {
        let check = |units, from, to, expected| assert_eq!(Rescaling::new(from, to).apply(units), Some(expected));
        check(125, 2, 1, 13);
        check(-125, 2, 1, -13);
        check(-124, 2, 1, -12);
        check(5, 1, 0, 1);
        check(-7, 0, 3, -7000);
        check(10_i128.pow(38) - 1, 38, 0, 1);
    }
}
