//! Small readings of a `Value`.

use std::sync::Arc;

use crate::arrow::array::{Array, ArrayRef, AsArray, BooleanArray};
use crate::arrow::buffer::{BooleanBuffer, NullBuffer};
use crate::arrow::compute;

use crate::transform::function::Value;
use crate::transform::pick::{pick, sure};

/// The booleans of an argument that the binder made boolean.
pub fn booleans(value: &Value) -> &BooleanArray {
    value.array().as_boolean()
}

pub fn is_true(array: &BooleanArray, index: usize) -> bool {
    array.is_valid(index) && array.value(index)
}

pub fn true_indexes(array: &BooleanArray) -> impl Iterator<Item = usize> {
    let bits = match array.nulls() {
        Some(nulls) => array.values() & nulls.inner(),
        None => array.values().clone(),
    };
    let indexes: Vec<usize> = bits.set_indices().collect();
    indexes.into_iter()
}

/// A value for each row, also of a constant.
pub fn column(value: &Value, rows: usize) -> ArrayRef {
    match value {
        Value::Column(array) => array.clone(),
        Value::Constant(array) => pick(array, vec![0; rows]),
    }
}

/// The values at some indexes of the rows at hand.
pub fn take(value: &Value, indexes: &[u32]) -> Value {
    match value {
        Value::Constant(array) => Value::Constant(array.clone()),
        Value::Column(array) if array.len() == indexes.len() => Value::Column(array.clone()),
        Value::Column(array) => Value::Column(pick(array, indexes.to_vec())),
    }
}

/// NULL where `valid` says so, and where the array has none.
pub fn clear(array: &ArrayRef, valid: &NullBuffer) -> ArrayRef {
    if array.nulls().is_some_and(|nulls| nulls.contains(valid)) {
        return array.clone();
    }
    let invalid = BooleanArray::new(!valid.inner(), None);
    sure(compute::nullif(array.as_ref(), &invalid))
}

/// A column or constant of booleans, as its origin was.
pub fn like(origin: &Value, bits: BooleanBuffer, nulls: Option<NullBuffer>) -> Value {
    let array: ArrayRef = Arc::new(BooleanArray::new(bits, nulls));
    match origin {
        Value::Column(_) => Value::Column(array),
        Value::Constant(_) => Value::Constant(array),
    }
}
