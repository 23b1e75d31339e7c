//! A bound query: selects, and what gathers the rows of each for the next.

use super::held::Gatherer;
use super::lookup::Join;
use super::select::Select;
use crate::types::OutputColumn;

/// A query whose every name, type and constant is known to be right.
pub struct Query {
    pub columns: Vec<OutputColumn>,
    /// Output rows at most; the pipeline counts them.
    pub limit: Option<u64>,
    /// The select that reads the input's records.
    pub first: Select,
    /// What follows it, in order.
    pub steps: Vec<Step>,
}

impl Query {
    /// The lookups joined, by whichever select.
    pub fn joins(&self) -> impl Iterator<Item = &Join> {
        std::iter::once(&self.first).chain(self.steps.iter().map(|step| &step.then)).flat_map(|select| &select.joins)
    }
}

/// Rows are gathered, and what comes of it goes through one more select.
pub struct Step {
    pub gather: Gatherer,
    pub then: Select,
}

impl Query {
    /// The select that comes after so many gatherings.
    pub fn select(&self, step: usize) -> &Select {
        step.checked_sub(1).and_then(|before| self.steps.get(before)).map_or(&self.first, |step| &step.then)
    }

    /// What gathers the rows of that select; `None` for the last one.
    pub fn gatherer(&self, step: usize) -> Option<&Gatherer> {
        self.steps.get(step).map(|step| &step.gather)
    }

    /// Rows of that select after which no more are wanted.
    pub fn limit(&self, step: usize) -> Option<u64> {
        self.gatherer(step).map_or(self.limit, Gatherer::limit)
    }
}
