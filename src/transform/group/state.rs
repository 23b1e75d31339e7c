//! What is kept of one group for one aggregate: one small type for each kind.

use std::fmt::Write;
use std::sync::Arc;

use crate::arrow::array::{
    Array, ArrayRef, ArrowPrimitiveType, AsArray, BooleanArray, Decimal128Array, Float64Array, Int64Array,
    StringBuilder,
};
use crate::arrow::datatypes::{DataType, Decimal128Type, Float64Type, Int32Type, Int64Type};

use crate::batch::Failure;
use crate::transform::exact::{ExactSum, Moments};
use crate::transform::gather::Spread;
use crate::transform::keys::Packed;
use crate::types::Type;

/// The state of an aggregate in one group.
pub trait State: Default + Send + Sync + 'static {
    /// Takes the values that there are, each into the state of its row's group.
    fn add(states: &mut [Self], values: &ArrayRef, groups: &[u32]);
    /// Takes what another part of the group's rows, later in the input, came to.
    fn merge(&mut self, other: &Self);
    /// Takes rows, whatever stands in them; only `count(*)` is asked for that.
    fn add_rows(_: &mut [Self], _: &[u32]) {}
    /// Memory beside the state itself.
    fn heap(&self) -> usize {
        0
    }
}

/// Goes through the numbers that there are, with their groups.
fn each<T: ArrowPrimitiveType>(values: &ArrayRef, groups: &[u32], mut add: impl FnMut(usize, T::Native)) {
    let array = values.as_primitive::<T>();
    match array.nulls() {
        None => array.values().iter().zip(groups).for_each(|(value, group)| add(*group as usize, *value)),
        Some(nulls) => nulls.valid_indices().for_each(|row| add(groups[row] as usize, array.values()[row])),
    }
}

/// `count`.
#[derive(Default)]
pub struct Count(pub i64);

impl State for Count {
    fn add_rows(states: &mut [Count], groups: &[u32]) {
        groups.iter().for_each(|group| states[*group as usize].0 += 1);
    }

    fn add(states: &mut [Count], values: &ArrayRef, groups: &[u32]) {
        match values.nulls() {
            None => Count::add_rows(states, groups),
            Some(nulls) => nulls.valid_indices().for_each(|row| states[groups[row] as usize].0 += 1),
        }
    }

    fn merge(&mut self, other: &Count) {
        self.0 += other.0;
    }
}

/// The sum of integers or of decimals of one scale, and how many they are.
#[derive(Default)]
pub struct WholeSum {
    sum: i128,
    count: u64,
    /// How often the sum has left an i128 at its upper end, less those at its lower: it may come back.
    wraps: i64,
}

impl State for WholeSum {
    fn add(states: &mut [WholeSum], values: &ArrayRef, groups: &[u32]) {
        match values.data_type() {
            DataType::Int32 => each::<Int32Type>(values, groups, |group, value| states[group].plus(value.into(), 1)),
            DataType::Int64 => each::<Int64Type>(values, groups, |group, value| states[group].plus(value.into(), 1)),
            _ => each::<Decimal128Type>(values, groups, |group, value| states[group].plus(value, 1)),
        }
    }

    fn merge(&mut self, other: &WholeSum) {
        self.plus(other.sum, other.count);
        self.wraps += other.wraps;
    }
}

impl WholeSum {
    fn plus(&mut self, value: i128, count: u64) {
        let (sum, wraps) = self.sum.overflowing_add(value);
        (self.sum, self.count) = (sum, self.count + count);
        if wraps {
            self.wraps += if value < 0 { -1 } else { 1 };
        }
    }

    /// The sum as a bigint or a decimal.
    pub fn sums<'a>(states: impl Iterator<Item = &'a WholeSum>, ty: Type) -> (ArrayRef, Vec<Failure>) {
        let most = match ty {
            Type::Decimal { .. } => 10_i128.pow(38) - 1,
            _ => i128::from(i64::MAX),
        };
        let fits = |state: &WholeSum| state.wraps == 0 && (-most..=most).contains(&state.sum);
        numbers(states, ty, |state| (state.count > 0).then(|| fits(state).then_some(state.sum)))
    }

    /// The mean as a double or, with more digits, as a decimal; `scale` is that of the values.
    pub fn means<'a>(states: impl Iterator<Item = &'a WholeSum>, ty: Type, scale: u8) -> (ArrayRef, Vec<Failure>) {
        let Type::Decimal { scale: digits, .. } = ty else {
            let mean = |state: &WholeSum| (state.count > 0).then(|| state.sum as f64 / state.count as f64);
            return (Arc::new(states.map(mean).collect::<Float64Array>()), Vec::new());
        };
        let factor = 10_i128.pow(u32::from(digits - scale));
        // The remainder is less than the count, so only the whole part can be too large.
        let mean = |state: &WholeSum| {
            let count = i128::from(state.count);
            let (whole, rest) = (state.sum / count, (state.sum % count).checked_mul(factor)?);
            let half = if rest < 0 { -count / 2 } else { count / 2 };
            let whole = whole.checked_mul(factor).filter(|_| state.wraps == 0)?;
            whole.checked_add((rest + half) / count).filter(|mean| mean.unsigned_abs() < 10_u128.pow(38))
        };
        numbers(states, ty, |state| (state.count > 0).then(|| mean(state)))
    }
}

/// `value` gives `None` for NULL and `Some(None)` for a result that is too large.
fn numbers<'a>(
    states: impl Iterator<Item = &'a WholeSum>,
    ty: Type,
    value: impl Fn(&WholeSum) -> Option<Option<i128>>,
) -> (ArrayRef, Vec<Failure>) {
    let values: Vec<_> = states.map(value).collect();
    let too_large = |(index, value): (usize, &Option<Option<i128>>)| {
        (*value == Some(None)).then(|| Failure { index, message: format!("the result is out of range for {ty}") })
    };
    let failures = values.iter().enumerate().filter_map(too_large).collect();
    let values = values.into_iter().map(Option::flatten);
    let array: ArrayRef = match ty {
        Type::Decimal { .. } => Arc::new(values.collect::<Decimal128Array>().with_data_type(ty.arrow())),
        _ => Arc::new(values.map(|value| value.map(|value| value as i64)).collect::<Int64Array>()),
    };
    (array, failures)
}

/// The sum of doubles, and how many they are.
#[derive(Default)]
pub struct DoubleSum {
    sum: ExactSum,
    count: u64,
}

impl State for DoubleSum {
    fn add(states: &mut [DoubleSum], values: &ArrayRef, groups: &[u32]) {
        each::<Float64Type>(values, groups, |group, value| {
            let state = &mut states[group];
            state.sum.add(value);
            state.count += 1;
        });
    }

    fn merge(&mut self, other: &DoubleSum) {
        self.sum.merge(&other.sum);
        self.count += other.count;
    }

    fn heap(&self) -> usize {
        self.sum.heap_bytes()
    }
}

impl DoubleSum {
    pub fn sums<'a>(states: impl Iterator<Item = &'a DoubleSum>) -> ArrayRef {
        let sum = |state: &DoubleSum| (state.count > 0).then(|| state.sum.value());
        Arc::new(states.map(sum).collect::<Float64Array>())
    }

    pub fn means<'a>(states: impl Iterator<Item = &'a DoubleSum>) -> ArrayRef {
        let mean = |state: &DoubleSum| (state.count > 0).then(|| state.sum.value() / state.count as f64);
        Arc::new(states.map(mean).collect::<Float64Array>())
    }
}

impl State for Moments {
    fn add(states: &mut [Moments], values: &ArrayRef, groups: &[u32]) {
        each::<Float64Type>(values, groups, |group, value| states[group].add(value));
    }

    fn merge(&mut self, other: &Moments) {
        self.merge(other);
    }

    fn heap(&self) -> usize {
        self.heap_bytes()
    }
}

/// Deviations and variances.
pub fn spreads<'a>(states: impl Iterator<Item = &'a Moments>, spread: Spread) -> ArrayRef {
    let measure = match spread {
        Spread::DeviationOfSample => Moments::stddev_sample,
        Spread::DeviationOfAll => Moments::stddev_population,
        Spread::VarianceOfSample => Moments::variance_sample,
        Spread::VarianceOfAll => Moments::variance_population,
    };
    Arc::new(states.map(measure).collect::<Float64Array>())
}

/// `bool_and` (`ANY` false) and `bool_or` (`ANY` true): the value that decides alone is `ANY`.
#[derive(Default)]
pub struct Truth<const ANY: bool>(pub Option<bool>);

impl<const ANY: bool> State for Truth<ANY> {
    fn add(states: &mut [Truth<ANY>], values: &ArrayRef, groups: &[u32]) {
        for (truth, group) in values.as_boolean().iter().zip(groups) {
            truth.into_iter().for_each(|truth| states[*group as usize].take(truth));
        }
    }

    fn merge(&mut self, other: &Truth<ANY>) {
        other.0.into_iter().for_each(|truth| self.take(truth));
    }
}

impl<const ANY: bool> Truth<ANY> {
    fn take(&mut self, truth: bool) {
        self.0 = Some(if truth == ANY { ANY } else { self.0.unwrap_or(truth) });
    }

    pub fn truths<'a>(states: impl Iterator<Item = &'a Truth<ANY>>) -> ArrayRef {
        Arc::new(states.map(|state| state.0).collect::<BooleanArray>())
    }
}

/// The texts of `string_agg`: of each the bytes that it is ordered by, and then the text.
#[derive(Default)]
pub struct Texts(Packed);

/// More bytes than this are no text of one value; it is PostgreSQL's limit too.
const LONGEST: usize = 1 << 30;

impl Texts {
    pub fn push(&mut self, order: &[u8], text: &[u8]) {
        self.0.push(order);
        self.0.push(text);
    }

    pub fn append(&mut self, other: &Texts) {
        (0..other.0.count()).for_each(|index| self.0.push(other.0.get(index)));
    }

    /// Memory held, with what two allocations cost, and what is to stand between the texts.
    pub fn heap(&self, separator: &str) -> usize {
        let allocations = if self.0.count() > 0 { 2 * size_of::<[usize; 2]>() } else { 0 };
        self.0.memory() + allocations + self.0.count() / 2 * separator.len()
    }

    /// The places of the texts in order; those of equal order in the order of the input.
    fn ordered(&self) -> Vec<usize> {
        let mut places: Vec<usize> = (0..self.0.count() / 2).map(|index| index * 2).collect();
        places.sort_by_key(|place| self.0.get(*place));
        places.into_iter().map(|place| place + 1).collect()
    }

    /// Put together, and the groups whose text is too long.
    pub fn joined<'a>(states: impl Iterator<Item = &'a Texts>, separator: &str) -> (ArrayRef, Vec<Failure>) {
        let (mut all, mut failures) = (StringBuilder::new(), Vec::new());
        for (index, texts) in states.enumerate() {
            let places = texts.ordered();
            let length: usize = places.iter().map(|place| texts.0.get(*place).len() + separator.len()).sum();
            // All of them are one array, whose bytes are counted in an i32.
            if length > LONGEST.min(i32::MAX as usize - all.values_slice().len()) {
                failures.push(Failure { index, message: "the text put together is too long".to_owned() });
            }
            if places.is_empty() || failures.last().is_some_and(|failure| failure.index == index) {
                all.append_null();
                continue;
            }
            for (count, place) in places.into_iter().enumerate() {
                let text = std::str::from_utf8(texts.0.get(place)).unwrap_or_default();
                let written = if count > 0 { all.write_str(separator) } else { Ok(()) };
                // Writing to a builder does not fail.
                let _always = written.and_then(|()| all.write_str(text));
            }
            all.append_value("");
        }
        (Arc::new(all.finish()), failures)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
        let doubles: ArrayRef =
            Arc::new(Float64Array::from(vec![Some(1e300), None, Some(0.1), Some(-1e300), Some(0.2)]));
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
        assert_eq!([mean(&[1, 2]), mean(&[-1, -2]), mean(&[1, 1, 2]), mean(&[-1, -2, -2])], [2, -2, 1, -2]);
    }
}
