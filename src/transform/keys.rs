//! Rows of values as bytes that compare as the rows do, for keys of groups and of orders.

use std::sync::Arc;

use crate::arrow::array::{ArrayRef, AsArray, Float64Array};
use crate::arrow::datatypes::{DataType, Float64Type};
use crate::arrow::row::{RowConverter, Rows, SortField, SortOptions};

use super::gather::SortKey;
use super::pick::sure;
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

/// Keys as bytes, one after the other: nothing is allocated for a single one.
#[derive(Default)]
pub struct Packed {
    bytes: Vec<u8>,
    /// Where each key ends in `bytes`.
    ends: Vec<usize>,
}

impl Packed {
    pub fn push(&mut self, key: &[u8]) {
        grow_for(&mut self.bytes, key.len());
        self.bytes.extend_from_slice(key);
        grow_for(&mut self.ends, 1);
        self.ends.push(self.bytes.len());
    }

    pub fn count(&self) -> usize {
        self.ends.len()
    }

    #[inline]
    pub fn get(&self, index: usize) -> &[u8] {
        let start = index.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        let end = self.ends.get(index).copied().unwrap_or(start);
        self.bytes.get(start..end).unwrap_or_default()
    }

    /// Memory held.
    pub fn memory(&self) -> usize {
        self.bytes.capacity() + self.ends.capacity() * size_of::<usize>()
    }
}

/// Makes room by a quarter of what there is, where doubling would leave half of a large memory unused.
pub fn grow_for<T>(items: &mut Vec<T>, more: usize) {
    const LARGE: usize = 1 << 14;
    if items.len() >= LARGE && items.capacity() - items.len() < more {
        items.reserve_exact(more.max(items.len() / 4));
    }
}

/// Fills up with defaults, in that way.
pub fn grow_to<T: Default>(items: &mut Vec<T>, count: usize) {
    let more = count.saturating_sub(items.len());
    grow_for(items, more);
    items.resize_with(count, T::default);
}

/// Doubles that SQL calls equal as one: there is one zero, and one value that is no number.
pub fn one_double(number: f64) -> f64 {
    if number.is_nan() { f64::NAN.abs() } else { number + 0.0 }
}

/// Doubles that SQL calls equal are the same bytes.
fn one_zero(column: &ArrayRef) -> ArrayRef {
    match column.data_type() {
        DataType::Float64 => {
            let numbers: Float64Array = column.as_primitive::<Float64Type>().unary(one_double);
            Arc::new(numbers)
        }
        _ => column.clone(),
    }
}
