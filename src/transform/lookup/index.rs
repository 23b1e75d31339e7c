//! From a key to the one row of a lookup that has it.

use crate::arrow::array::{Array, ArrayRef, AsArray, UInt32Array};
use crate::arrow::buffer::NullBuffer;
use crate::cancel::point_at;
use crate::transform::group::{Key, KeyTable, Packing};
use crate::types::Type;

/// The keys of a lookup's rows, each once.
pub struct Index {
    types: Vec<Type>,
    table: KeyTable,
    /// The row of each key.
    rows: Vec<u32>,
}

/// Two rows with the same key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Duplicate {
    pub first: usize,
    pub second: usize,
}

impl Index {
    /// No key at all.
    pub fn empty() -> Index {
        Index { types: Vec::new(), table: KeyTable::default(), rows: Vec::new() }
    }

    /// The first row of each key, and the first two rows that have the same. A key with a NULL in it is none.
    pub fn new(types: Vec<Type>, columns: &[ArrayRef]) -> (Index, Option<Duplicate>) {
        let (mut table, mut rows, mut duplicate) = (KeyTable::default(), Vec::new(), None);
        each_key(&types, columns, |row, key| {
            point_at(row);
            let Some(key) = key else { return };
            let (number, new) = table.insert(key, key.hash());
            if new {
                rows.push(row as u32);
            } else if duplicate.is_none() {
                duplicate = rows.get(number as usize).map(|first| Duplicate { first: *first as usize, second: row });
            }
        });
        (Index { types, table, rows }, duplicate)
    }

    /// The row that each key has, NULL where there is none.
    pub fn matches(&self, columns: &[ArrayRef]) -> UInt32Array {
        let mut matches = Vec::with_capacity(columns.first().map_or(0, Array::len));
        each_key(&self.types, columns, |_, key| {
            let number = key.and_then(|key| self.table.find(key, key.hash()));
            matches.push(number.and_then(|number| self.rows.get(number as usize)).copied());
        });
        UInt32Array::from(matches)
    }

    /// Bytes held, about.
    pub fn memory(&self) -> usize {
        self.table.memory() + self.rows.capacity() * size_of::<u32>()
    }
}

/// Calls back with every row and its key, `None` where a part of it is NULL.
fn each_key(types: &[Type], columns: &[ArrayRef], mut with: impl FnMut(usize, Option<Key>)) {
    // A text is its own bytes, which spares it a copy.
    if let ([Type::Text], [texts]) = (types, columns) {
        let texts = texts.as_string::<i32>();
        return texts.iter().enumerate().for_each(|(row, text)| with(row, text.map(|text| Key::new(text.as_bytes()))));
    }
    let nulls = columns
        .iter()
        .fold(None, |nulls: Option<NullBuffer>, column| NullBuffer::union(nulls.as_ref(), column.nulls()));
    let is_whole = |row: usize| nulls.as_ref().is_none_or(|nulls| nulls.is_valid(row));
    let mut row = 0;
    Packing::new(types.iter().copied()).each(columns, columns.first().map_or(0, Array::len), |key| {
        with(row, is_whole(row).then(|| Key::new(key)));
        row += 1;
    });
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::arrow::array::{Int64Array, StringArray};

    fn texts(texts: &[Option<&str>]) -> ArrayRef {
        Arc::new(StringArray::from(texts.to_vec()))
    }

    #[test]
    fn a_key_finds_its_row() {
        let (index, duplicate) = Index::new(vec![Type::Text], &[texts(&[Some("a"), None, Some(""), Some("b")])]);
        assert_eq!(duplicate, None);
        let found = index.matches(&[texts(&[Some("b"), Some("c"), None, Some(""), Some("a")])]);
        assert_eq!(found, UInt32Array::from(vec![Some(3), None, None, Some(2), Some(0)]));
    }

    #[test]
    fn a_key_of_two_columns_needs_both() {
        let numbers = |numbers: &[Option<i64>]| -> ArrayRef { Arc::new(Int64Array::from(numbers.to_vec())) };
        let keys = [texts(&[Some("a"), Some("a"), None]), numbers(&[Some(1), Some(2), Some(1)])];
        let (index, _) = Index::new(vec![Type::Text, Type::BigInt], &keys);
        let wanted = [texts(&[Some("a"), Some("a"), None, Some("b")]), numbers(&[Some(2), None, Some(1), Some(1)])];
        assert_eq!(index.matches(&wanted), UInt32Array::from(vec![Some(1), None, None, None]));
    }

    #[test]
    fn the_first_of_equal_keys_counts() {
        let (index, duplicate) = Index::new(vec![Type::Text], &[texts(&[None, Some("a"), None, Some("a"), Some("a")])]);
        assert_eq!(duplicate, Some(Duplicate { first: 1, second: 3 }));
        assert_eq!(index.matches(&[texts(&[Some("a")])]), UInt32Array::from(vec![Some(1)]));
    }
}
