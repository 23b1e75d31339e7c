//! `in` and `between`: one value compared with several, until they decide.

use super::in_list::InList;
use super::logic::Verdict;
use super::value::take;
use super::{Evaluation, compare};
use crate::batch::Selection;
use crate::transform::function::Value;
use crate::transform::plan::{Comparison, Expr};

impl Evaluation<'_> {
    /// `value >= low and value <= high`, with the value evaluated once.
    pub fn between(&mut self, value: &Expr, low: &Expr, high: &Expr, rows: &Selection) -> Value {
        let value = self.value(value, rows);
        self.compare_each(&value, &[(Comparison::GtEq, low), (Comparison::LtEq, high)], false, rows)
    }

    /// Whether the value equals one of the list.
    pub fn is_in(&mut self, value: &Expr, list: &[Expr], rows: &Selection) -> Value {
        let value = self.value(value, rows);
        if let Some(list) = InList::of(list) {
            return list.has(&value, rows.len());
        }
        let comparisons: Vec<_> = list.iter().map(|item| (Comparison::Eq, item)).collect();
        self.compare_each(&value, &comparisons, true, rows)
    }

    fn compare_each(
        &mut self,
        value: &Value,
        others: &[(Comparison, &Expr)],
        decisive: bool,
        rows: &Selection,
    ) -> Value {
        let mut verdict = Verdict::new(rows.len());
        for (comparison, other) in others {
            if verdict.open.is_empty() {
                break;
            }
            let other = self.value(other, &Evaluation::narrow(rows, &verdict.open));
            let term = compare::compare(*comparison, &take(value, &verdict.open), &other, verdict.open.len());
            verdict.take(&term, decisive);
        }
        verdict.finish(decisive)
    }
}
