use super::*;
use crate::arrow::array::{Decimal128Array, Int64Array};
use crate::arrow::datatypes::Decimal128Type;
use crate::batch::Failure;
use crate::types::Type;

/// One group's state of these values.
fn state<S: State>(values: &ArrayRef) -> S {
    let mut states = [S::default()];
    S::add(&mut states, values, &vec![0; values.len()]);
    let [state] = states;
    state
}

/// The result of the whole, and of two parts cut anywhere.
#[track_caller]
fn agrees<S: State>(values: &ArrayRef, finish: impl Fn(&S) -> (ArrayRef, Vec<Failure>)) -> ArrayRef {
    let (whole, failures) = finish(&state(values));
    for cut in 0..=values.len() {
        let mut parts: S = state(&values.slice(0, cut));
        parts.merge(&state(&values.slice(cut, values.len() - cut)));
        let (merged, failed) = finish(&parts);
        assert_eq!(merged.to_data(), whole.to_data(), "cut at {cut}");
        assert_eq!(failed.len(), failures.len(), "cut at {cut}");
    }
    whole
}

const DECIMAL: Type = Type::Decimal { precision: 38, scale: 0 };

fn decimals(values: &[i128]) -> ArrayRef {
    Arc::new(Decimal128Array::from(values.to_vec()).with_data_type(DECIMAL.arrow()))
}

#[test]
fn a_sum_that_comes_back_into_range_is_one_wherever_the_rows_are_cut() {
    let large = 9 * 10_i128.pow(37);
    let values = decimals(&[large, large, large, -large, -large, 7]);
    let sum = agrees(&values, |state: &WholeSum| WholeSum::sums([state].into_iter(), DECIMAL));
    assert_eq!(sum.as_primitive::<Decimal128Type>().values(), &[large + 7]);
    let low = decimals(&[-large, -large, -large, 1]);
    let sum = agrees(&low, |state: &WholeSum| WholeSum::sums([state].into_iter(), DECIMAL));
    assert!(sum.is_null(0));
}

#[test]
fn parts_merge_to_the_whole() {
    let doubles: ArrayRef = Arc::new(Float64Array::from(vec![Some(1e300), None, Some(0.1), Some(-1e300), Some(0.2)]));
    let sum = agrees(&doubles, |state: &DoubleSum| (DoubleSum::sums([state].into_iter()), Vec::new()));
    assert_eq!(sum.as_primitive::<Float64Type>().value(0), 0.1 + 0.2);
    agrees(&doubles, |state: &Count| (Arc::new(Int64Array::from(vec![state.0])), Vec::new()));
    let spread = Spread::DeviationOfSample;
    agrees(&doubles, |state: &Moments| (spreads([state].into_iter(), spread), Vec::new()));
    let truths: ArrayRef = Arc::new(BooleanArray::from(vec![None, Some(true), None, Some(false)]));
    agrees(&truths, |state: &Truth<true>| (Truth::truths([state].into_iter()), Vec::new()));
    agrees(&truths, |state: &Truth<false>| (Truth::truths([state].into_iter()), Vec::new()));
    let nothing: ArrayRef = Arc::new(BooleanArray::from(vec![None, None]));
    assert!(agrees(&nothing, |state: &Truth<true>| (Truth::truths([state].into_iter()), Vec::new())).is_null(0));
}

#[test]
fn means_are_rounded_to_the_nearest_half_away_from_zero() {
    let ty = Type::Decimal { precision: 38, scale: 16 };
    let mean = |values: &[i128]| {
        let state: WholeSum = state(&decimals(values));
        WholeSum::means([&state].into_iter(), ty, 16).0.as_primitive::<Decimal128Type>().value(0)
    };
    let most = 10_i128.pow(38) - 1;
    assert_eq!([mean(&[most; 5]), mean(&[-most; 5]), mean(&[most, most, most, -most])], [most, -most, most / 2 + 1]);
    assert_eq!([mean(&[1, 2]), mean(&[-1, -2]), mean(&[1, 1, 2]), mean(&[-1, -2, -2])], [2, -2, 1, -2]);
}
