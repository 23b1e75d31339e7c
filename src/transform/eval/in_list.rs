//! `in`: a value compared with each of a list. With a long list of constants it is one look-up for a row instead.

use std::collections::HashSet;
use std::sync::Arc;

use crate::arrow::array::{Array, ArrayRef, AsArray, BooleanArray};
use crate::arrow::datatypes::{DataType, Int32Type, Int64Type};

use super::Evaluation;
use crate::batch::Selection;
use crate::transform::function::Value;
use crate::transform::plan::{Comparison, Expr};

/// Up to here comparing is as fast.
const FEW: usize = 8;

impl Evaluation<'_> {
    /// Whether the value equals one of the list.
    pub fn is_in(&mut self, value: &Expr, list: &[Expr], rows: &Selection) -> Value {
        let value = self.value(value, rows);
        if let Some(list) = InList::of(list) {
            return list.has(&value, rows.len());
        }
        let comparisons: Vec<_> = list.iter().map(|item| (Comparison::Eq, item)).collect();
        self.compare_each(&value, &comparisons, true, rows)
    }
}

/// The constants of a list, as a set.
pub struct InList {
    values: Set,
    /// A row that equals none of the others is then NULL.
    has_null: bool,
}

enum Set {
    Integers(HashSet<i64>),
    Texts(HashSet<String>),
}

impl InList {
    /// Nothing for a short list, one that has to be evaluated, or one of other types.
    pub fn of(list: &[Expr]) -> Option<InList> {
        if list.len() <= FEW {
            return None;
        }
        let constants: Vec<&ArrayRef> = list.iter().map(Expr::constant).collect::<Option<_>>()?;
        let present = || constants.iter().filter(|array| array.is_valid(0));
        let values = match constants.first()?.data_type() {
            DataType::Int32 => Set::Integers(present().map(|array| integer32(array, 0)).collect()),
            DataType::Int64 => Set::Integers(present().map(|array| integer64(array, 0)).collect()),
            DataType::Utf8 => Set::Texts(present().map(|array| text(array, 0).to_string()).collect()),
            _ => return None,
        };
        Some(InList { values, has_null: present().count() < constants.len() })
    }

    /// Whether the list has the values.
    pub fn has(&self, value: &Value, rows: usize) -> Value {
        let array = value.array();
        let answers: BooleanArray = match (&self.values, array.data_type()) {
            (Set::Integers(set), DataType::Int32) => {
                self.answer(value, rows, |row| set.contains(&integer32(array, row)))
            }
            (Set::Integers(set), _) => self.answer(value, rows, |row| set.contains(&integer64(array, row))),
            (Set::Texts(set), _) => self.answer(value, rows, |row| set.contains(text(array, row))),
        };
        Value::Column(Arc::new(answers))
    }

    fn answer(&self, value: &Value, rows: usize, found: impl Fn(usize) -> bool) -> BooleanArray {
        let answer = |row| {
            let index = value.index(row);
            if value.array().is_null(index) {
                return None;
            }
            if found(index) { Some(true) } else { (!self.has_null).then_some(false) }
        };
        (0..rows).map(answer).collect()
    }
}

fn integer32(array: &ArrayRef, index: usize) -> i64 {
    i64::from(array.as_primitive::<Int32Type>().value(index))
}

fn integer64(array: &ArrayRef, index: usize) -> i64 {
    array.as_primitive::<Int64Type>().value(index)
}

fn text(array: &ArrayRef, index: usize) -> &str {
    array.as_string::<i32>().value(index)
}
