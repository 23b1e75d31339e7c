//! A lookup as it is held: columns of values, and their texts as they were read.

use crate::arrow::array::{Array, ArrayRef, StringArray};
use crate::job::Missing;
use crate::types::InputColumn;

/// All rows of a lookup. Nothing changes in it any more.
pub struct LookupTable {
    pub name: String,
    /// Where it was read from, for messages.
    pub origin: String,
    /// What rows of the origin are counted in: `line` or `row`.
    pub unit: &'static str,
    /// Of each row, in the origin.
    pub lines: Vec<u64>,
    pub columns: Vec<Column>,
    /// Of rows with the same key the first one counts.
    pub takes_first: bool,
    /// What a left join makes of a row without a match.
    pub missing: Missing,
}

/// One column of a lookup.
pub struct Column {
    pub column: InputColumn,
    /// As they were read; a column that is copied untouched comes out so.
    pub texts: StringArray,
    pub values: ArrayRef,
}

impl LookupTable {
    pub fn len(&self) -> usize {
        self.lines.len()
    }

    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// Where a row stands: `data/countries.csv, line 3`.
    pub fn place(&self, row: usize) -> String {
        format!("{}, {} {}", self.origin, self.unit, self.lines.get(row).copied().unwrap_or_default())
    }

    /// Bytes held, about. Values that are the texts themselves count once.
    pub fn memory(&self) -> usize {
        let texts = |column: &Column| column.texts.get_array_memory_size();
        let values = |column: &Column| match column.values.data_type() == column.texts.data_type() {
            true => 0,
            false => column.values.get_array_memory_size(),
        };
        let columns: usize = self.columns.iter().map(|column| texts(column) + values(column)).sum();
        columns + self.lines.capacity() * size_of::<u64>()
    }
}
