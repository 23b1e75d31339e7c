//! Rows of values as bytes that compare as the rows do, for keys of groups and of orders.

use std::sync::Arc;

use crate::arrow::array::{ArrayRef, AsArray, Float64Array};
use crate::arrow::datatypes::{DataType, Float64Type};
use crate::arrow::row::{RowConverter, Rows, SortField, SortOptions};

use super::eval::value::sure;
use super::gather::SortKey;
use crate::types::Type;

/// Turns columns of these types into rows of bytes, and back.
pub struct Keys(RowConverter);

impl Keys {
    /// For keys that only have to be told apart.
    pub fn new(types: impl Iterator<Item = Type>) -> Keys {
        Keys(sure(RowConverter::new(types.map(|ty| SortField::new(ty.arrow())).collect())))
    }

    /// For keys that order rows.
    pub fn sorted(keys: &[SortKey]) -> Keys {
        let field = |key: &SortKey| {
            let options = SortOptions { descending: key.descending, nulls_first: key.nulls_first };
            SortField::new_with_options(key.ty.arrow(), options)
        };
        Keys(sure(RowConverter::new(keys.iter().map(field).collect())))
    }

    pub fn rows(&self, columns: &[ArrayRef]) -> Rows {
        let columns: Vec<ArrayRef> = columns.iter().map(one_zero).collect();
        sure(self.0.convert_columns(&columns))
    }

    /// Columns again, from bytes that `rows` of the same types made.
    pub fn columns<'a>(&self, rows: impl Iterator<Item = &'a [u8]>) -> Vec<ArrayRef> {
        let parser = self.0.parser();
        sure(self.0.convert_rows(rows.map(|bytes| parser.parse(bytes))))
    }
}

/// Doubles that SQL calls equal are the same bytes: there is one zero, and one value that is no number.
fn one_zero(column: &ArrayRef) -> ArrayRef {
    match column.data_type() {
        DataType::Float64 => {
            let one = |number: f64| if number.is_nan() { f64::NAN.abs() } else { number + 0.0 };
            let numbers: Float64Array = column.as_primitive::<Float64Type>().unary(one);
            Arc::new(numbers)
        }
        _ => column.clone(),
    }
}
