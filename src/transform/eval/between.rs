//! `between`: a value and the two ends of a range.

use super::Evaluation;
use crate::batch::Selection;
use crate::transform::function::Value;
use crate::transform::plan::{Comparison, Expr};

impl Evaluation<'_> {
    /// `value >= low and value <= high`, with the value evaluated once.
    pub fn between(&mut self, value: &Expr, low: &Expr, high: &Expr, rows: &Selection) -> Value {
        let value = self.value(value, rows);
        self.compare_each(&value, &[(Comparison::GtEq, low), (Comparison::LtEq, high)], false, rows)
    }
}
