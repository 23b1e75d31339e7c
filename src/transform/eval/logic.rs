//! Logic with three values; `and` and `or` ask for the next term only in rows that the terms before do not decide.

use std::sync::Arc;

use crate::arrow::array::{Array, BooleanArray};
use crate::arrow::buffer::{BooleanBuffer, NullBuffer};

use super::value::{booleans, like, take};
use super::{Evaluation, compare};
use crate::batch::Selection;
use crate::transform::function::Value;
use crate::transform::plan::{Comparison, Expr, Test};

/// What is known of a row while terms are read one after the other.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Row {
    Open,
    /// Open, and one term was NULL.
    Null,
    Decided,
}

/// The rows that are still open.
pub struct Verdict {
    rows: Vec<Row>,
    pub open: Vec<u32>,
}

impl Verdict {
    pub fn new(rows: usize) -> Verdict {
        Verdict { rows: vec![Row::Open; rows], open: (0..rows as u32).collect() }
    }

    /// Takes the value of a term in the open rows; `decisive` is the value that settles a row.
    pub fn take(&mut self, term: &Value, decisive: bool) {
        let truth = booleans(term);
        for (index, row) in self.open.iter().enumerate() {
            let index = term.index(index);
            let state = &mut self.rows[*row as usize];
            if truth.is_null(index) {
                *state = Row::Null;
            } else if truth.value(index) == decisive {
                *state = Row::Decided;
            }
        }
        let rows = &self.rows;
        self.open.retain(|row| rows[*row as usize] != Row::Decided);
    }

    pub fn finish(self, decisive: bool) -> Value {
        let rows = &self.rows;
        let bits = BooleanBuffer::collect_bool(rows.len(), |row| (rows[row] == Row::Decided) == decisive);
        let valid = BooleanBuffer::collect_bool(rows.len(), |row| rows[row] != Row::Null);
        let nulls = Some(NullBuffer::new(valid)).filter(|nulls| nulls.null_count() > 0);
        Value::Column(Arc::new(BooleanArray::new(bits, nulls)))
    }
}

impl Evaluation<'_> {
    /// `value` compared with several, each asked for only in rows that those before do not decide.
    pub fn compare_each(
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

    /// `or` is decided by true, `and` by false.
    pub fn decide(&mut self, terms: &[Expr], decisive: bool, rows: &Selection) -> Value {
        let mut verdict = Verdict::new(rows.len());
        for term in terms {
            if verdict.open.is_empty() {
                break;
            }
            let value = self.value(term, &Evaluation::narrow(rows, &verdict.open));
            verdict.take(&value, decisive);
        }
        verdict.finish(decisive)
    }
}

pub fn not(value: &Value) -> Value {
    let truth = booleans(value);
    like(value, !truth.values(), truth.nulls().cloned())
}

pub fn test(test: Test, value: &Value) -> Value {
    let rows = value.array().len();
    let valid = value.valid(rows).map_or_else(|| BooleanBuffer::new_set(rows), NullBuffer::into_inner);
    let bits = match test {
        Test::Null => !&valid,
        Test::True => booleans(value).values() & &valid,
        Test::False => &!booleans(value).values() & &valid,
    };
    like(value, bits, None)
}
