//! What is kept of one group for one aggregate: one small type for each kind.

use std::sync::Arc;

use crate::arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Decimal128Array, Float64Array, Int64Array, StringArray,
};
use crate::arrow::datatypes::{DataType, Decimal128Type, Float64Type, Int32Type, Int64Type};

use crate::batch::Failure;
use crate::transform::exact::{ExactSum, Moments};
use crate::transform::gather::Spread;
use crate::types::Type;

/// The state of an aggregate in one group. NULLs never come here.
pub trait State: Default + Send + Sync + 'static {
    /// Takes the value in one row of the arguments.
    fn add(&mut self, values: &ArrayRef, row: usize);
    /// Takes what another part of the group's rows, later in the input, came to.
    fn merge(&mut self, other: &Self);
    /// Takes a row that has no columns; only `count(*)` is asked for then.
    fn count_row(&mut self) {}
    /// Memory beside the state itself.
    fn heap(&self) -> usize {
        0
    }
}

/// `count`.
#[derive(Default)]
pub struct Count(pub i64);

impl State for Count {
    fn count_row(&mut self) {
        self.0 += 1;
    }

    fn add(&mut self, _: &ArrayRef, _: usize) {
        self.0 += 1;
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
    overflown: bool,
}

impl State for WholeSum {
    fn add(&mut self, values: &ArrayRef, row: usize) {
        let value = match values.data_type() {
            DataType::Int32 => i128::from(values.as_primitive::<Int32Type>().value(row)),
            DataType::Int64 => i128::from(values.as_primitive::<Int64Type>().value(row)),
            _ => values.as_primitive::<Decimal128Type>().value(row),
        };
        self.plus(value, 1);
    }

    fn merge(&mut self, other: &WholeSum) {
        self.plus(other.sum, other.count);
        self.overflown |= other.overflown;
    }
}

impl WholeSum {
    fn plus(&mut self, value: i128, count: u64) {
        let (sum, overflown) = self.sum.overflowing_add(value);
        (self.sum, self.count) = (sum, self.count + count);
        self.overflown |= overflown;
    }

    /// The sum as a bigint or a decimal.
    pub fn sums<'a>(states: impl Iterator<Item = &'a WholeSum>, ty: Type) -> (ArrayRef, Vec<Failure>) {
        let most = match ty {
            Type::Decimal { .. } => 10_i128.pow(38) - 1,
            _ => i128::from(i64::MAX),
        };
        let fits = |state: &WholeSum| !state.overflown && (-most..=most).contains(&state.sum);
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
            let whole = whole.checked_mul(factor).filter(|_| !state.overflown)?;
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
    fn add(&mut self, values: &ArrayRef, row: usize) {
        self.sum.add(values.as_primitive::<Float64Type>().value(row));
        self.count += 1;
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
    fn add(&mut self, values: &ArrayRef, row: usize) {
        self.add(values.as_primitive::<Float64Type>().value(row));
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
    fn add(&mut self, values: &ArrayRef, row: usize) {
        self.take(values.as_boolean().value(row));
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

/// The texts of `string_agg`, each behind the bytes that it is ordered by.
#[derive(Default)]
pub struct Texts(Vec<(Box<[u8]>, Box<str>)>);

impl Texts {
    pub fn push(&mut self, order: &[u8], text: &str) {
        self.0.push((order.into(), text.into()));
    }

    pub fn append(&mut self, other: &Texts) {
        self.0.extend(other.0.iter().cloned());
    }

    pub fn heap(&self) -> usize {
        let bytes: usize = self.0.iter().map(|(order, text)| order.len() + text.len()).sum();
        bytes + self.0.capacity() * size_of::<(Box<[u8]>, Box<str>)>()
    }

    /// Put together; texts of equal order in the order of the input.
    pub fn joined<'a>(states: impl Iterator<Item = &'a Texts>, separator: &str) -> ArrayRef {
        let join = |state: &Texts| {
            let mut texts: Vec<_> = state.0.iter().collect();
            texts.sort_by(|(one, _), (other, _)| one.cmp(other));
            let texts: Vec<&str> = texts.into_iter().map(|(_, text)| text.as_ref()).collect();
            (!texts.is_empty()).then(|| texts.join(separator))
        };
        Arc::new(states.map(join).collect::<StringArray>())
    }
}
