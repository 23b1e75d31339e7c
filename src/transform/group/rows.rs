//! The rows that a pool job groups: text that is only a key stays where it stands in the records.

use std::sync::Arc;

use super::codes::Codes;
use crate::arrow::array::{ArrayRef, StringArray};
use crate::batch::{Batch, Column, Records, Selection};
use crate::transform::gather::GroupPlan;
use crate::transform::pick::pick;
use crate::types::{Type, Typing};

/// Combinations of codes that a table is made for.
const MOST_COMBINATIONS: usize = 1 << 16;

/// A batch, and the records that its fields stand in.
pub struct Rows<'a> {
    pub records: &'a dyn Records,
    pub batch: &'a Batch,
}

/// Rows told apart by codes.
pub struct Coded {
    /// The group of each row, counted in order of first appearance.
    pub groups: Vec<u32>,
    /// The first row of each group.
    pub firsts: Vec<u32>,
}

impl Rows<'_> {
    pub fn count(&self) -> usize {
        self.batch.kept.len()
    }

    /// The groups of the rows by their first `keys` columns, where few different values stand in each.
    pub fn codes(&self, keys: usize) -> Option<Coded> {
        let (mut ids, mut combinations) = (Vec::new(), 1);
        for column in self.batch.columns.iter().take(keys) {
            let Codes { of_row, count } = match column {
                Column::Field(field) => Codes::of_texts(self.records, *field, &self.batch.kept)?,
                Column::Texts(texts) => Codes::of_values(&array(texts))?,
                Column::Values(array) => Codes::of_values(array)?,
            };
            combinations *= count.max(1);
            if combinations > MOST_COMBINATIONS {
                return None;
            }
            match ids.is_empty() {
                true => ids = of_row,
                false => ids.iter_mut().zip(of_row).for_each(|(id, code)| *id = *id * count as u32 + code),
            }
        }
        Some(number(ids, combinations))
    }

    /// The columns of the keys, of some rows or of all, for packing: texts that are whole numbers as these.
    pub fn keys(&self, keys: usize, rows: Option<&[u32]>) -> Vec<ArrayRef> {
        let key = |column: &Column| self.whole_numbers(column, rows).unwrap_or_else(|| self.values(column, rows));
        self.batch.columns.iter().take(keys).map(key).collect()
    }

    /// The numbers that all texts of a field are the canonical forms of.
    fn whole_numbers(&self, column: &Column, rows: Option<&[u32]>) -> Option<ArrayRef> {
        let Column::Field(field) = column else { return None };
        self.records.whole_numbers(*field, &self.selection(rows))
    }

    /// All columns.
    pub fn all(&self) -> Vec<ArrayRef> {
        self.batch.columns.iter().map(|column| self.values(column, None)).collect()
    }

    /// A column of some rows, in order.
    pub fn column(&self, column: usize, rows: &[u32]) -> ArrayRef {
        let values = |column| self.values(column, Some(rows));
        self.batch.columns.get(column).map_or_else(|| array(&StringArray::new_null(rows.len())), values)
    }

    /// All columns, for aggregates to find theirs in; those that none asks for hold nothing.
    pub fn arguments(&self, plan: &GroupPlan) -> Vec<ArrayRef> {
        let asked = |column: usize| plan.aggregates.iter().any(|aggregate| aggregate.asks_for(column));
        let columns = self.batch.columns.iter().enumerate();
        let rows = |column| if asked(column) { None } else { Some([].as_slice()) };
        columns.map(|(index, column)| self.values(column, rows(index))).collect()
    }

    /// The values of a column in some of the kept rows, or in all.
    fn values(&self, column: &Column, rows: Option<&[u32]>) -> ArrayRef {
        match (column, rows) {
            (Column::Texts(texts), None) => array(texts),
            (Column::Texts(texts), Some(rows)) => pick(&array(texts), rows.to_vec()),
            (Column::Values(array), None) => array.clone(),
            (Column::Values(array), Some(rows)) => pick(array, rows.to_vec()),
            (Column::Field(field), rows) => {
                self.records.parse(*field, &Typing::from(Type::Text), &self.selection(rows)).array
            }
        }
    }

    /// Some of the kept rows, or all, as the records count them.
    fn selection(&self, rows: Option<&[u32]>) -> Selection {
        let kept = &self.batch.kept;
        rows.map_or_else(|| kept.clone(), |rows| kept.pick(rows.iter().map(|row| *row as usize)))
    }
}

fn array(texts: &StringArray) -> ArrayRef {
    Arc::new(texts.clone())
}

/// Numbers combinations in order of first appearance.
fn number(mut ids: Vec<u32>, combinations: usize) -> Coded {
    const NEW: u32 = u32::MAX;
    let mut numbers = vec![NEW; combinations];
    let mut firsts = Vec::new();
    for (row, id) in (0..).zip(&mut ids) {
        let number = &mut numbers[*id as usize];
        if *number == NEW {
            *number = firsts.len() as u32;
            firsts.push(row);
        }
        *id = *number;
    }
    Coded { groups: ids, firsts }
}
