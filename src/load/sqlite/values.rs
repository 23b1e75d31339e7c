//! A column of a batch as SQLite takes its values.

use anyhow::{Context as _, Result};
use rusqlite::types::{ToSqlOutput, ValueRef};

use crate::arrow::array::{Array, ArrayRef, AsArray, Float64Array, Int64Array, StringArray};
use crate::arrow::datatypes::{Float64Type, Int64Type};

/// One column, its kind looked up once for all rows.
pub enum Values {
    Integer(Int64Array),
    Double(Float64Array),
    Text(StringArray),
}

impl Values {
    /// Shares the array.
    pub fn of(array: &ArrayRef) -> Result<Values> {
        if let Some(texts) = array.as_string_opt() {
            Ok(Values::Text(texts.clone()))
        } else if let Some(integers) = array.as_primitive_opt::<Int64Type>() {
            Ok(Values::Integer(integers.clone()))
        } else {
            let doubles = array.as_primitive_opt::<Float64Type>();
            Ok(Values::Double(doubles.with_context(|| format!("SQLite stores no {}", array.data_type()))?.clone()))
        }
    }

    pub fn is_null(&self, row: usize) -> bool {
        match self {
            Values::Integer(array) => array.is_null(row),
            Values::Double(array) => array.is_null(row),
            Values::Text(array) => array.is_null(row),
        }
    }

    /// The value of a row.
    pub fn at(&self, row: usize) -> ToSqlOutput<'_> {
        ToSqlOutput::Borrowed(match self {
            Values::Integer(array) if array.is_valid(row) => ValueRef::Integer(array.value(row)),
            Values::Text(array) if array.is_valid(row) => ValueRef::Text(array.value(row).as_bytes()),
            // Of a NaN SQLite makes NULL, but by then none is left.
            Values::Double(array) if array.is_valid(row) => ValueRef::Real(array.value(row)),
            _ => ValueRef::Null,
        })
    }
}
