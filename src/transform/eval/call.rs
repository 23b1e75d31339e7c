//! Calls of the function table's kernels, and the search for the rows that a kernel fails on.

use crate::arrow::array::{Array, ArrayRef, UInt32Array, new_null_array};
use crate::arrow::buffer::NullBuffer;
use crate::arrow::compute;

use super::Evaluation;
use super::budget::text_bytes;
use super::value::{clear, take, validity};
use crate::batch::{ErrorType, Failure, Selection};
use crate::cancel;
use crate::transform::function::{Arguments, Function, Nulls, Value};
use crate::transform::functions::pattern::kept::Shared;
use crate::transform::pick::sure;
use crate::transform::plan::Expr;
use crate::types::{Session, Type};

impl Evaluation<'_> {
    pub fn call(
        &mut self,
        function: &'static Function,
        arguments: &[Expr],
        patterns: &Shared,
        ty: Type,
        rows: &Selection,
    ) -> Value {
        let values: Vec<Value> = arguments.iter().map(|argument| self.value(argument, rows)).collect();
        let call = Call { function, ty, session: self.session, most_text: self.text.left(), patterns };
        let (array, failures) = call.run(&values, rows.len());
        if !self.text.allows(text_bytes(&array)) {
            return Value::Column(new_null_array(&ty.arrow(), rows.len()));
        }
        for failure in failures {
            self.refusals.add(rows.row(failure.index), ErrorType::Expression, self.output, &failure.message);
        }
        Value::Column(array)
    }
}

/// One function with its result type.
struct Call<'a> {
    function: &'static Function,
    ty: Type,
    session: &'a Session,
    /// Bytes of text that the results may hold.
    most_text: usize,
    patterns: &'a Shared,
}

impl Call<'_> {
    /// The results, with NULL in rows that fail.
    fn run(&self, values: &[Value], rows: usize) -> (ArrayRef, Vec<Failure>) {
        let valid = match self.function.nulls {
            Nulls::Strict => union(values, rows),
            Nulls::Own => None,
        };
        match self.kernel(values, rows) {
            Ok(array) => (valid.map_or(array.clone(), |valid| clear(&array, &valid)), Vec::new()),
            Err(_) => self.search(values, rows, valid.as_ref()),
        }
    }

    fn kernel(&self, values: &[Value], rows: usize) -> Result<ArrayRef, String> {
        cancel::point();
        (self.function.kernel)(&Arguments {
            values,
            rows,
            result: self.ty,
            session: self.session,
            most_text: self.most_text,
            patterns: self.patterns,
        })
    }

    /// Halves the rows that count until each failing one stands alone, and puts the results of the others together.
    fn search(&self, values: &[Value], rows: usize, valid: Option<&NullBuffer>) -> (ArrayRef, Vec<Failure>) {
        let counting: Vec<u32> =
            (0..rows as u32).filter(|row| valid.is_none_or(|valid| valid.is_valid(*row as usize))).collect();
        let mut search = Search { call: self, values, parts: Vec::new(), text: 0, failures: Vec::new() };
        search.halve(&counting);
        let Search { parts, failures, .. } = search;
        (self.scatter(&parts, rows), failures)
    }

    fn scatter(&self, parts: &[(ArrayRef, Vec<u32>)], rows: usize) -> ArrayRef {
        let arrays: Vec<&dyn Array> = parts.iter().map(|(array, _)| array.as_ref()).collect();
        if arrays.is_empty() {
            return new_null_array(&self.ty.arrow(), rows);
        }
        let mut places: Vec<Option<u32>> = vec![None; rows];
        let sources = parts.iter().flat_map(|(_, rows)| rows);
        sources.zip(0..).for_each(|(row, place)| places[*row as usize] = Some(place));
        sure(compute::concat(&arrays).and_then(|all| compute::take(&all, &UInt32Array::from(places), None)))
    }
}

struct Search<'a> {
    call: &'a Call<'a>,
    values: &'a [Value],
    parts: Vec<(ArrayRef, Vec<u32>)>,
    /// Bytes of text in the parts.
    text: usize,
    failures: Vec<Failure>,
}

impl Search<'_> {
    fn halve(&mut self, rows: &[u32]) {
        // Parts that are too much together are given up by the caller.
        if rows.is_empty() || self.text > self.call.most_text {
            return;
        }
        let values: Vec<Value> = self.values.iter().map(|value| take(value, rows)).collect();
        match self.call.kernel(&values, rows.len()) {
            Ok(array) => {
                self.text += text_bytes(&array);
                self.parts.push((array, rows.to_vec()));
            }
            Err(message) => match rows {
                [row] => self.failures.push(Failure { index: *row as usize, message }),
                _ => {
                    let (left, right) = rows.split_at(rows.len() / 2);
                    self.halve(left);
                    self.halve(right);
                }
            },
        }
    }
}

/// The rows in which no argument is NULL; `None` when that is all of them.
fn union(values: &[Value], rows: usize) -> Option<NullBuffer> {
    let nulls = values.iter().map(|value| validity(value, rows));
    nulls.fold(None, |all, own| NullBuffer::union(all.as_ref(), own.as_ref()))
}
