//! A query over one row: each node by itself as SQL says, without selections and without whole columns. Kernels are called
//! with one row, of which no argument is constant.

use std::sync::Arc;

use crate::arrow::array::{Array, ArrayRef, AsArray, BooleanArray, Int64Array, StringArray, new_null_array};
use crate::batch::{Computed, ErrorType, Records, Refused, Selection};
use crate::transform::Query;
use crate::transform::cast::cast;
use crate::transform::eval::Refusals;
use crate::transform::function::{Arguments, Function, Nulls, Value};
use crate::transform::plan::{Expr, Node, OnFailure};
use crate::types::{Known, Type};

/// What becomes of a row.
#[derive(Debug, PartialEq)]
pub enum Fate {
    Kept(Vec<Option<String>>),
    Filtered,
    Refused(Refused),
}

pub struct Single<'a> {
    pub query: &'a Query,
    pub records: &'a dyn Records,
    pub row: usize,
    /// The first failure.
    refused: Option<Refused>,
    output: Option<&'a str>,
}

impl<'a> Single<'a> {
    pub fn new(query: &'a Query, records: &'a dyn Records, row: usize) -> Single<'a> {
        Single { query, records, row, refused: None, output: None }
    }

    pub fn fate(mut self) -> Fate {
        self.check_declared();
        let passes =
            self.refused.is_none() && self.query.first.filter.as_ref().is_none_or(|filter| self.passes(filter));
        let mut cells = Vec::new();
        if passes && self.refused.is_none() {
            for (item, output) in self.query.first.items.iter().zip(&self.query.columns) {
                self.output = Some(&output.name);
                cells.push(self.item(item));
            }
        }
        match self.refused {
            Some(refused) => Fate::Refused(refused),
            None if passes => Fate::Kept(cells),
            None => Fate::Filtered,
        }
    }

    /// Only the first failure counts; the words are those of the evaluation.
    fn refuse(&mut self, write: impl FnOnce(&mut Refusals)) {
        let mut refusals = Refusals::default();
        write(&mut refusals);
        self.refused = self.refused.take().or(refusals.into_vec().pop());
    }

    fn check_declared(&mut self) {
        let (row, mut all) = (self.row, Refusals::default());
        for (column, (input, used)) in self.query.first.inputs.iter().zip(self.query.first.uses()).enumerate() {
            if used && input.known == Known::Declared && input.typing.ty != Type::Text {
                let parsed = self.records.parse(column, &input.typing, &self.selection());
                parsed.failures.iter().for_each(|failure| all.declared(row, input, &failure.message));
            }
        }
        self.refused = all.into_vec().pop();
    }

    /// Terms after one that is not true are not asked for.
    fn passes(&mut self, filter: &Expr) -> bool {
        match &filter.node {
            Node::And(terms) => terms.iter().all(|term| self.passes(term)),
            _ => self.truth(filter) == Some(true),
        }
    }

    fn item(&mut self, item: &Expr) -> Option<String> {
        if let Node::Column(column) = item.node {
            return self.records.text(self.row, column).map(|text| text.into_owned());
        }
        if let Node::Guessed { text, .. } = &item.node {
            return super::super::cell(&self.value(text), Type::Text, 0);
        }
        let array = self.value(item);
        assert_eq!((array.data_type(), array.len()), (&item.ty.arrow(), 1));
        super::super::cell(&array, item.ty, 0)
    }

    pub fn value(&mut self, expr: &Expr) -> ArrayRef {
        let answer = match &expr.node {
            Node::Matched(_) => unreachable!("no lookup is joined here"),
            Node::Constant(array) => return array.clone(),
            Node::Column(column) => return self.column(*column, OnFailure::Refuse),
            Node::Guessed { value, .. } => return self.value(value),
            Node::Token(_) => unreachable!("no input is JSON here"),
            Node::RawText(column) => return texts(self.records.text(self.row, *column).as_deref()),
            Node::File => return texts(Some(&self.records.file().name)),
            Node::Line => return Arc::new(Int64Array::from(vec![self.records.origin(self.row).line as i64])),
            Node::Call { function, arguments, .. } => return self.call(function, arguments, expr.ty),
            Node::Cast { value, on_failure } => return self.cast(value, expr.ty, *on_failure),
            Node::Case { operand, branches, otherwise } => {
                let chosen = self.case(operand.as_deref(), branches, otherwise.as_deref());
                return chosen.unwrap_or_else(|| null(expr.ty));
            }
            Node::Coalesce(values) => return self.coalesce(values, expr.ty),
            Node::NullIf { value, unless } => return self.null_if(value, unless),
            Node::ExtremeText { comparison, values, texts } => return self.extreme_text(*comparison, values, texts),
            Node::Extreme { comparison, first, others } => return self.extreme(*comparison, first, others),
            Node::Compare { comparison, left, right } => {
                let left = self.value(left);
                self.compare(*comparison, &left, right)
            }
            Node::Distinct { left, right } => Some(self.distinct(left, right)),
            Node::Test { test, value } => Some(self.test(*test, value)),
            Node::Not(value) => self.truth(value).map(|truth| !truth),
            Node::And(terms) => self.decide(terms, false),
            Node::Or(terms) => self.decide(terms, true),
            Node::Between { value, low, high } => self.between(value, low, high),
            Node::In { value, list } => self.is_in(value, list),
        };
        Arc::new(BooleanArray::from(vec![answer]))
    }

    pub fn truth(&mut self, expr: &Expr) -> Option<bool> {
        let array = self.value(expr);
        array.is_valid(0).then(|| array.as_boolean().value(0))
    }

    fn selection(&self) -> Selection {
        Selection::All(self.records.len()).pick(std::iter::once(self.row))
    }

    fn column(&mut self, column: usize, on_failure: OnFailure) -> ArrayRef {
        let input = &self.query.first.inputs[column];
        let parsed = self.records.parse(column, &input.typing, &self.selection());
        if on_failure == OnFailure::Refuse {
            let row = self.row;
            for failure in &parsed.failures {
                self.refuse(|refusals| refusals.column(row, input, &failure.message));
            }
        }
        parsed.array
    }

    fn cast(&mut self, value: &Expr, to: Type, on_failure: OnFailure) -> ArrayRef {
        let input = match value.node {
            Node::Column(column) => self.column(column, on_failure),
            _ => self.value(value),
        };
        let (row, parsed) = (self.row, cast(&input, value.ty, to, &self.query.first.session));
        let (error_type, column) = match value.node {
            Node::Column(column) | Node::RawText(column) => {
                (ErrorType::Cast, Some(self.query.first.inputs[column].name.as_str()))
            }
            _ => (ErrorType::Expression, self.output),
        };
        for failure in parsed.failures.iter().filter(|_| on_failure == OnFailure::Refuse) {
            self.refuse(|refusals| refusals.add(row, error_type, column, &failure.message));
        }
        parsed.array
    }

    fn call(&mut self, function: &Function, arguments: &[Expr], result: Type) -> ArrayRef {
        let values: Vec<Value> = arguments.iter().map(|argument| Value::Column(self.value(argument))).collect();
        if function.nulls == Nulls::Strict && values.iter().any(|value| value.array().is_null(0)) {
            return null(result);
        }
        let (session, memo) = (&self.query.first.session, &Default::default());
        let call = Arguments { values: &values, rows: 1, valid: None, result, session, most_text: usize::MAX, memo };
        let Computed { array, failures } = (function.kernel)(&call).expect("no row needs an endless text");
        for failure in failures {
            let (row, output) = (self.row, self.output);
            self.refuse(|refusals| refusals.add(row, ErrorType::Expression, output, failure.message));
        }
        array
    }
}

fn texts(text: Option<&str>) -> ArrayRef {
    Arc::new(StringArray::from(vec![text]))
}

pub fn null(ty: Type) -> ArrayRef {
    new_null_array(&ty.arrow(), 1)
}
