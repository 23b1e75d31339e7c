//! `sum` and `avg`: exact, so that a result does not depend on where the rows are cut.

use std::sync::Arc;

use super::{State, each};
use crate::arrow::array::{Array, ArrayRef, Decimal128Array, Float64Array, Int64Array};
use crate::arrow::datatypes::{DataType, Decimal128Type, Float64Type, Int32Type, Int64Type, i256};
use crate::batch::Failure;
use crate::transform::exact::ExactSum;
use crate::types::Type;

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

    /// The sum, however large.
    fn total(&self) -> i256 {
        i256::from_i128(self.sum).wrapping_add(i256::from_parts(0, self.wraps.into()))
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
        let factor = i256::from_i128(10_i128.pow(u32::from(digits - scale)));
        let mean = |state: &WholeSum| {
            let (total, count) = (state.total(), i256::from(state.count as i64));
            let half = count.checked_div(i256::from(if total.is_negative() { -2 } else { 2 }))?;
            let mean = total.checked_mul(factor)?.checked_add(half)?.checked_div(count)?.to_i128()?;
            (mean.unsigned_abs() < 10_u128.pow(38)).then_some(mean)
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
