//! Columns of lookups: the match of each row is found once for a chunk and join, and only for rows that need it.

use std::collections::HashMap;
use std::sync::Arc;

use crate::arrow::array::{Array, ArrayRef, AsArray, BooleanArray, StringArray, UInt32Array, new_null_array};
use crate::arrow::buffer::BooleanBuffer;
use crate::arrow::compute;

use super::Evaluation;
use super::columns::indexes;
use crate::batch::{ErrorType, Selection};
use crate::job::Missing;
use crate::transform::function::Value;
use crate::transform::lookup::{Column, Join};
use crate::transform::pick::{pick, sure};
use crate::transform::plan::Node;

/// The matches found so far, by join.
#[derive(Default)]
pub struct Matches(HashMap<usize, Found>);

struct Found {
    rows: Selection,
    matches: UInt32Array,
}

impl Matches {
    /// Of the first join it is known which row each has.
    pub fn known(matches: UInt32Array) -> Matches {
        let found = Found { rows: Selection::All(matches.len()), matches };
        Matches(HashMap::from([(0, found)]))
    }

    fn find(&self, join: usize, rows: &Selection) -> Option<UInt32Array> {
        let Found { rows: whole, matches } = self.0.get(&join)?;
        if whole == rows {
            return Some(matches.clone());
        }
        let matches: ArrayRef = Arc::new(matches.clone());
        Some(pick(&matches, indexes(whole, rows)?).as_primitive().clone())
    }
}

impl<'a> Evaluation<'a> {
    /// The join that a column comes from, and which of the lookup's columns it is.
    pub fn joined(&self, column: usize) -> Option<(usize, &'a Column)> {
        let joins = self.joins;
        let join = joins.iter().rposition(|join| join.first <= column)?;
        let Join { table, first, .. } = joins.get(join)?;
        Some((join, table.columns.get(column - first)?))
    }

    /// The values of a lookup's column.
    pub fn lookup(&mut self, join: usize, column: &Column, rows: &Selection) -> ArrayRef {
        let matches = self.matches(join, rows);
        if column.values.data_type() == column.texts.data_type() && !self.has_room(&column.texts, &matches) {
            return new_null_array(column.values.data_type(), rows.len());
        }
        sure(compute::take(column.values.as_ref(), &matches, None))
    }

    /// The texts of a lookup's column, as they were read.
    pub fn lookup_texts(&mut self, join: usize, column: &Column, rows: &Selection) -> StringArray {
        let matches = self.matches(join, rows);
        if !self.has_room(&column.texts, &matches) {
            return StringArray::new_null(rows.len());
        }
        sure(compute::take(&column.texts, &matches, None)).as_string().clone()
    }

    /// Whether the texts of these rows are within what may be held at once: one long text may be that of every row.
    fn has_room(&mut self, texts: &StringArray, matches: &UInt32Array) -> bool {
        let length = |row: u32| texts.value_length(row as usize) as usize;
        self.text.allows(matches.iter().flatten().map(length).sum())
    }

    /// Whether each row has a match. One that has none may be refused for it.
    pub fn matched(&mut self, join: usize, rows: &Selection) -> Value {
        let matches = self.matches(join, rows);
        let is_refused = self.joins.get(join).is_some_and(|join| join.missing == Missing::Reject);
        if is_refused && matches.null_count() > 0 {
            let unmatched = (0..matches.len()).filter(|index| matches.is_null(*index));
            self.refuse_unmatched(join, &rows.pick(unmatched));
        }
        let found =
            matches.nulls().map_or_else(|| BooleanBuffer::new_set(matches.len()), |nulls| nulls.inner().clone());
        Value::Column(Arc::new(BooleanArray::new(found, None)))
    }

    fn refuse_unmatched(&mut self, join: usize, rows: &Selection) {
        let keys = self.keys(join, rows);
        let Some(join) = self.joins.get(join) else { return };
        let column = match join.keys.as_slice() {
            [key] => match key.node {
                Node::Column(column) | Node::RawText(column) => self.inputs.get(column),
                _ => None,
            },
            _ => None,
        };
        for (index, row) in rows.iter().enumerate() {
            let message = join.refusal(&keys, index, self.session);
            self.refusals.add(row, ErrorType::Expression, column.map(|column| column.name.as_str()), &message);
        }
    }

    fn matches(&mut self, join: usize, rows: &Selection) -> UInt32Array {
        if let Some(found) = self.matches.find(join, rows) {
            return found;
        }
        let keys = self.keys(join, rows);
        let matches = match self.joins.get(join) {
            Some(join) => join.index.matches(&keys),
            None => UInt32Array::new_null(rows.len()),
        };
        if let Some(partners) = self.joins.get(join).and_then(|join| join.partners.as_ref()) {
            partners.note(&matches);
        }
        self.matches.0.insert(join, Found { rows: rows.clone(), matches: matches.clone() });
        matches
    }

    /// What is computed of rows to find their matches.
    fn keys(&mut self, join: usize, rows: &Selection) -> Vec<ArrayRef> {
        let keys = self.joins.get(join).map(|join| join.keys.as_slice()).unwrap_or_default();
        let mut columns = Vec::with_capacity(keys.len());
        for key in keys {
            let value = self.value(key, rows);
            columns.push(self.spread(&value, rows.len()));
        }
        columns
    }
}
