//! Calls of the function table's kernels.

use crate::arrow::array::new_null_array;

use super::Evaluation;
use super::budget::text_bytes;
use crate::batch::{Computed, ErrorType, Failure, Selection};
use crate::cancel;
use crate::transform::function::{Arguments, Function, KernelFault, Value};
use crate::transform::memo::Memo;
use crate::transform::plan::Expr;
use crate::types::Type;

impl Evaluation<'_> {
    pub fn call(
        &mut self,
        function: &Function,
        arguments: &[Expr],
        memo: &Memo,
        result: Type,
        selection: &Selection,
    ) -> Value {
        let values: Vec<Value> = arguments.iter().map(|argument| self.value(argument, selection)).collect();
        let (rows, session, most_text) = (selection.len(), self.session, self.text.left());
        let valid = function.nulls.valid(&values, rows);
        let call = Arguments { values: &values, rows, valid, result, session, most_text, memo };
        match run(function, &call, self.is_alone()) {
            Some(Computed { array, failures }) if self.text.allows(text_bytes(&array)) => {
                for Failure { index, message } in failures {
                    self.refusals.add(selection.row(index), ErrorType::Expression, self.output, message);
                }
                Value::Column(array)
            }
            _ => {
                self.text.give_up();
                Value::Column(new_null_array(&result.arrow(), rows))
            }
        }
    }
}

/// What comes of each row; nothing where their texts are too much together. A row that is `alone` then fails.
pub fn run(function: &Function, call: &Arguments, alone: bool) -> Option<Computed> {
    cancel::point();
    match (function.kernel)(call) {
        Ok(results) => Some(results),
        Err(KernelFault::TooMuchText) if !alone => None,
        Err(fault) => Some(refused(call, &fault.message())),
    }
}

/// Every row fails that is computed.
fn refused(call: &Arguments, message: &str) -> Computed {
    let computed = |row: &usize| call.valid.as_ref().is_none_or(|valid| valid.is_valid(*row));
    let failures = (0..call.rows).filter(computed).map(|index| Failure { index, message: message.to_owned() });
    Computed { array: new_null_array(&call.result.arrow(), call.rows), failures: failures.collect() }
}
