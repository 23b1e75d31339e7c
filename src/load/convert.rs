//! Values on their way into a column of another type: each must have a place there, to the last digit.

use std::borrow::Cow;

use crate::arrow::array::{ArrayRef, AsArray};
use crate::arrow::datatypes::Float64Type;
use crate::batch::Computed;
use crate::format::value;
use crate::types::Type;

/// The values as those of another type, by way of their texts; what has no place there is told.
pub fn converted(array: &ArrayRef, from: Type, into: Type, zone: chrono_tz::Tz) -> Computed {
    let texts = value::to_text(array, from, zone);
    let is_whole = matches!(into, Type::Integer | Type::BigInt);
    let exact: Vec<Option<Cow<str>>> = texts
        .iter()
        .enumerate()
        .map(|(index, text)| Some(if is_whole { whole(array, index, text?) } else { Cow::Borrowed(text?) }))
        .collect();
    let mut parsed = value::parse(exact.iter().map(Option::as_deref), &into.into(), zone);
    parsed.failures.iter_mut().for_each(|failure| failure.message += ", which the target's column is");
    parsed
}

fn whole<'t>(array: &ArrayRef, index: usize, text: &'t str) -> Cow<'t, str> {
    whole_double(array, index).map_or_else(|| without_places(text), Cow::Owned)
}

/// All digits of a double that is a whole number, of which its shortest text leaves some out.
fn whole_double(array: &ArrayRef, index: usize) -> Option<String> {
    /// Two to the power of 63, below which a double fits.
    const LIMIT: f64 = 9_223_372_036_854_775_808.0;
    let value = array.as_primitive_opt::<Float64Type>()?.value(index);
    let fits = value.fract() == 0.0 && (-LIMIT..LIMIT).contains(&value);
    fits.then(|| (value as i64).to_string())
}

/// A decimal without its places, where all of them are zeros.
fn without_places(text: &str) -> Cow<'_, str> {
    match text.split_once('.') {
        Some((whole, places)) if places.bytes().all(|byte| byte == b'0') => Cow::Borrowed(whole),
        _ => Cow::Borrowed(text),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::arrow::array::{Array, Decimal128Array, Float64Array};
    use crate::arrow::datatypes::Int64Type;

    #[track_caller]
    fn check(array: ArrayRef, from: Type, expected: &[Option<i64>]) {
        let parsed = converted(&array, from, Type::BigInt, chrono_tz::UTC);
        let found: Vec<Option<i64>> = parsed.array.as_primitive::<Int64Type>().iter().collect();
        assert_eq!(found, expected);
        let refused: Vec<usize> = parsed.failures.iter().map(|failure| failure.index).collect();
        let none = expected.iter().enumerate().filter(|(index, value)| value.is_none() && array.is_valid(*index));
        assert_eq!(refused, none.map(|(index, _)| index).collect::<Vec<_>>());
    }

    #[test]
    fn whole_numbers_have_a_place_among_integers() {
        let doubles = [Some(1e15), Some(2_f64.powi(62)), Some(-2_f64.powi(63)), Some(-0.0), None, Some(0.5)];
        let expected = [Some(10_i64.pow(15)), Some(1 << 62), Some(i64::MIN), Some(0), None, None];
        check(Arc::new(Float64Array::from(doubles.to_vec())), Type::Double, &expected);
        let none = [2_f64.powi(63), f64::NAN, f64::INFINITY, 1e300];
        check(Arc::new(Float64Array::from(none.to_vec())), Type::Double, &[None; 4]);
        let decimals = Decimal128Array::from(vec![Some(700), Some(701), None, Some(-100), Some(0)]);
        let decimals = decimals.with_precision_and_scale(10, 2).unwrap();
        let ty = Type::Decimal { precision: 10, scale: 2 };
        check(Arc::new(decimals), ty, &[Some(7), None, None, Some(-1), Some(0)]);
    }
}
