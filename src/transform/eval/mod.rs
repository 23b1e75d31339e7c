//! Evaluation: a bound expression over some rows of a chunk, whole columns at a time.
//!
//! Every expression is asked for its values in a *selection* of rows and touches no other row, so that a row that does not
//! need a value cannot fail on it. A row that fails is noted in `Refusals` and goes on as NULL.

mod budget;
mod columns;
mod joins;
mod refusals;
mod value;
mod compare;
mod number;
mod logic;
mod between;
mod in_list;
mod choice;
mod call;
mod fold;

pub use budget::{MOST_OF_ROW, TOO_LONG, TextBudget, text_bytes};
#[cfg(test)]
pub use call::run;
pub use fold::{Nothing, fold};
pub use joins::Matches;
pub use refusals::Refusals;
pub use value::take;

use std::sync::Arc;

use crate::arrow::array::{ArrayRef, BooleanArray, Int64Array, StringArray, new_null_array};

use self::columns::Columns;
use super::cast;
use super::function::Value;
use super::lookup::Join;
use super::plan::{Expr, Node, OnFailure};
use crate::batch::{ErrorType, Failure, Records, Selection};
use crate::cancel;
use crate::types::{InputColumn, Session, Type};

/// The evaluation of one query over one chunk.
pub struct Evaluation<'a> {
    pub records: &'a dyn Records,
    pub inputs: &'a [InputColumn],
    pub session: &'a Session,
    /// The output column at hand, for refusals.
    pub output: Option<&'a str>,
    pub refusals: Refusals,
    pub columns: Columns,
    /// The lookups joined, whose columns come after those of the records.
    pub joins: &'a [Join],
    pub matches: Matches,
    /// When it is exceeded, what has been evaluated is worth nothing.
    pub text: TextBudget,
}

impl<'a> Evaluation<'a> {
    pub fn new(records: &'a dyn Records, inputs: &'a [InputColumn], session: &'a Session) -> Evaluation<'a> {
        let (refusals, columns) = (Refusals::default(), Columns::default());
        let text = TextBudget::within(MOST_OF_ROW);
        let (joins, matches) = (Default::default(), Matches::default());
        Evaluation { records, inputs, session, output: None, refusals, columns, joins, matches, text }
    }

    /// Whether there is but one row, which may hold as much text as any: if that is too little, the row is refused.
    pub fn is_alone(&self) -> bool {
        self.records.len() <= 1 && self.text.is_most_of_row()
    }

    /// A value for each row, also of a constant.
    pub fn spread(&mut self, value: &Value, rows: usize) -> ArrayRef {
        match value {
            Value::Constant(array) if !self.text.allows(text_bytes(array).saturating_mul(rows)) => {
                new_null_array(array.data_type(), rows)
            }
            _ => value::column(value, rows),
        }
    }

    /// The rows of `rows` where the condition is true.
    ///
    /// Terms of an `and` narrow the rows one after the other: a term that is NULL decides as much as one that is false.
    pub fn filter(&mut self, condition: &Expr, rows: Selection) -> Selection {
        if let Node::And(terms) = &condition.node {
            return terms.iter().fold(rows, |rows, term| if rows.is_empty() { rows } else { self.filter(term, rows) });
        }
        let value = self.value(condition, &rows);
        let truth = value::booleans(&value);
        match &value {
            Value::Constant(_) if value::is_true(truth, 0) => rows,
            Value::Constant(_) => rows.pick(std::iter::empty()),
            Value::Column(_) if truth.true_count() == rows.len() => rows,
            Value::Column(_) => rows.pick(value::true_indexes(truth)),
        }
    }

    /// The values of an expression in `rows`.
    pub fn value(&mut self, expr: &Expr, rows: &Selection) -> Value {
        cancel::point();
        let before = self.text.held();
        let value = self.compute(expr, rows);
        let made = match expr.node {
            // Shared, or held by the chunk.
            Node::Constant(_) | Node::Column(_) | Node::RawText(_) | Node::Token(_) => 0,
            _ => text_bytes(value.array()),
        };
        self.text.settle(before, made);
        value
    }

    fn compute(&mut self, expr: &Expr, rows: &Selection) -> Value {
        match &expr.node {
            Node::Constant(array) => Value::Constant(array.clone()),
            Node::Column(column) => Value::Column(self.column(*column, rows, OnFailure::Refuse)),
            Node::RawText(column) => Value::Column(self.raw_text(*column, rows)),
            Node::Token(column) => Value::Column(self.records.parse(*column, &Type::Json.into(), rows).array),
            Node::Guessed { value, .. } => self.value(value, rows),
            Node::Matched(join) => self.matched(*join, rows),
            Node::File => self.file(),
            Node::Line => self.lines(rows),
            Node::Call { function, arguments, memo } => self.call(function, arguments, memo, expr.ty, rows),
            Node::Cast { value, on_failure } => self.cast(value, expr.ty, *on_failure, rows),
            Node::Compare { comparison, left, right } => {
                let (left, right) = (self.value(left, rows), self.value(right, rows));
                compare::compare(*comparison, &left, &right, rows.len())
            }
            Node::Distinct { left, right } => {
                let (left, right) = (self.value(left, rows), self.value(right, rows));
                compare::distinct(&left, &right, rows.len())
            }
            Node::Test { test, value } => logic::test(*test, &self.value(value, rows)),
            Node::Not(value) => logic::not(&self.value(value, rows)),
            Node::And(terms) => self.decide(terms, false, rows),
            Node::Or(terms) => self.decide(terms, true, rows),
            Node::Between { value, low, high } => self.between(value, low, high, rows),
            Node::In { value, list } => self.is_in(value, list, rows),
            Node::Case { operand, branches, otherwise } => {
                self.case(operand.as_deref(), branches, otherwise.as_deref(), expr.ty, rows)
            }
            Node::Coalesce(values) => self.coalesce(values, expr.ty, rows),
            Node::NullIf { value, unless } => self.null_if(value, unless, rows),
            Node::Extreme { comparison, first, others } => self.extreme(*comparison, first, others, rows),
            Node::ExtremeText { comparison, values, texts } => self.extreme_text(*comparison, values, texts, rows),
        }
    }

    /// The typed values of an input column. A guessed type is checked here, where it is needed.
    pub fn column(&mut self, column: usize, rows: &Selection, on_failure: OnFailure) -> ArrayRef {
        if let Some((join, column)) = self.joined(column) {
            return self.lookup(join, column, rows);
        }
        let Some(input) = self.inputs.get(column) else { return Arc::new(BooleanArray::new_null(rows.len())) };
        let (array, failures) = self.columns.typed(self.records, column, &input.typing, rows);
        if on_failure == OnFailure::Refuse {
            for failure in failures {
                self.refusals.column(rows.row(failure.index), input, &failure.message);
            }
        }
        array
    }

    fn raw_text(&mut self, column: usize, rows: &Selection) -> ArrayRef {
        match self.joined(column) {
            Some((join, column)) => Arc::new(self.lookup_texts(join, column, rows)),
            None => self.columns.text(self.records, column, rows),
        }
    }

    fn cast(&mut self, value: &Expr, to: Type, on_failure: OnFailure, rows: &Selection) -> Value {
        let input = match value.node {
            Node::Column(column) => Value::Column(self.column(column, rows, on_failure)),
            _ => self.value(value, rows),
        };
        let parsed = cast::cast(input.array(), value.ty, to, self.session);
        if on_failure == OnFailure::Refuse {
            self.refuse_casts(value, &parsed.failures, &input, rows);
        }
        match input {
            Value::Column(_) => Value::Column(parsed.array),
            Value::Constant(_) => Value::Constant(parsed.array),
        }
    }

    /// A constant that cannot be cast fails every row.
    fn refuse_casts(&mut self, value: &Expr, failures: &[Failure], input: &Value, rows: &Selection) {
        let (error_type, column) = match value.node {
            Node::Column(column) | Node::RawText(column) => {
                (ErrorType::Cast, self.inputs.get(column).map(|input| input.name.as_str()))
            }
            _ => (ErrorType::Expression, self.output),
        };
        for failure in failures {
            match input {
                Value::Column(_) => self.refusals.add(rows.row(failure.index), error_type, column, &failure.message),
                Value::Constant(_) => {
                    rows.iter().for_each(|row| self.refusals.add(row, error_type, column, &failure.message));
                }
            }
        }
    }

    fn file(&self) -> Value {
        let path = &self.records.file().name;
        Value::Constant(Arc::new(StringArray::from_iter_values([path])))
    }

    fn lines(&self, rows: &Selection) -> Value {
        let lines = self.records.lines(rows);
        Value::Column(Arc::new(Int64Array::from_iter_values(lines.into_iter().map(|line| line as i64))))
    }

    /// The selected rows whose index in the selection is listed.
    pub fn narrow(rows: &Selection, indexes: &[u32]) -> Selection {
        if indexes.len() == rows.len() {
            return rows.clone();
        }
        rows.pick(indexes.iter().map(|index| *index as usize))
    }
}
