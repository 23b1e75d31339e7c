//! What is kept of one group for one aggregate: one small type for each kind.

mod sum;
mod texts;

use std::sync::Arc;

pub use sum::{DoubleSum, WholeSum};
pub use texts::Texts;

use crate::arrow::array::{Array, ArrayRef, ArrowPrimitiveType, AsArray, BooleanArray, Float64Array};
use crate::arrow::datatypes::Float64Type;
use crate::transform::exact::Moments;
use crate::transform::gather::Spread;

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

#[cfg(test)]
mod tests;
