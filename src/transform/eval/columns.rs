//! What has been read of the input columns so far, so that a column is parsed once for a chunk.

use std::collections::HashMap;

use crate::arrow::array::ArrayRef;

use crate::batch::{Computed, Failure, Records, Selection};
use crate::transform::pick::pick;
use crate::types::{Type, Typing};

/// The readings of the columns of one chunk.
#[derive(Default)]
pub struct Columns {
    typed: HashMap<usize, Reading>,
    texts: HashMap<usize, Reading>,
}

struct Reading {
    rows: Selection,
    parsed: Computed,
}

impl Columns {
    /// The values of a column in `rows`, and the failures among them.
    pub fn typed(
        &mut self,
        records: &dyn Records,
        column: usize,
        typing: &Typing,
        rows: &Selection,
    ) -> (ArrayRef, Vec<Failure>) {
        read(&mut self.typed, records, column, typing, rows)
    }

    /// The text of a column, whatever its type.
    pub fn text(&mut self, records: &dyn Records, column: usize, rows: &Selection) -> ArrayRef {
        read(&mut self.texts, records, column, &Typing::from(Type::Text), rows).0
    }
}

/// From an earlier reading that covers `rows`, else by parsing them.
fn read(
    readings: &mut HashMap<usize, Reading>,
    records: &dyn Records,
    column: usize,
    typing: &Typing,
    rows: &Selection,
) -> (ArrayRef, Vec<Failure>) {
    if let Some(found) = readings.get(&column).and_then(|reading| reading.part(rows)) {
        return found;
    }
    let parsed = records.parse(column, typing, rows);
    let result = (parsed.array.clone(), parsed.failures.clone());
    readings.insert(column, Reading { rows: rows.clone(), parsed });
    result
}

impl Reading {
    /// The values in `rows`, where this reading has them all.
    fn part(&self, rows: &Selection) -> Option<(ArrayRef, Vec<Failure>)> {
        let indexes = indexes(&self.rows, rows)?;
        if indexes.len() == self.rows.len() {
            return Some((self.parsed.array.clone(), self.parsed.failures.clone()));
        }
        let failures = self.parsed.failures.iter();
        let failures = failures.filter_map(|failure| {
            let index = indexes.binary_search(&(failure.index as u32)).ok()?;
            Some(Failure { index, message: failure.message.clone() })
        });
        let failures = failures.collect();
        Some((pick(&self.parsed.array, indexes), failures))
    }
}

/// Where the rows of `part` stand in `whole`, where it has them all.
pub fn indexes(whole: &Selection, part: &Selection) -> Option<Vec<u32>> {
    if part.len() > whole.len() {
        return None;
    }
    if let Selection::All(_) = whole {
        return Some(part.iter().map(|row| row as u32).collect());
    }
    let mut candidates = whole.iter().enumerate();
    let find = |row| candidates.find(|(_, candidate)| *candidate >= row).filter(|(_, found)| *found == row);
    part.iter().map(find).map(|found| found.map(|(index, _)| index as u32)).collect()
}
