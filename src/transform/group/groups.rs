//! The groups of some rows: keys, and a state of each aggregate for each.

use super::column::{Accumulate, accumulator};
use super::table::{KeyTable, hash};
use crate::arrow::array::ArrayRef;
use crate::transform::gather::GroupPlan;
use crate::transform::keys::Keys;

pub struct Groups {
    table: KeyTable,
    /// Of each group.
    hashes: Vec<u64>,
    aggregates: Vec<Box<dyn Accumulate>>,
    /// Rows that entered.
    pub rows: usize,
}

impl Groups {
    /// Groups rows by the columns that come first.
    pub fn of(plan: &GroupPlan, columns: &[ArrayRef], rows: usize) -> Groups {
        let mut groups = Groups {
            table: KeyTable::default(),
            hashes: Vec::new(),
            aggregates: plan.aggregates.iter().map(accumulator).collect(),
            rows,
        };
        let numbers = groups.number(plan, columns, rows);
        let count = groups.len();
        for aggregate in &mut groups.aggregates {
            aggregate.grow(count);
            aggregate.update(columns, &numbers);
        }
        groups
    }

    /// The group of each row.
    fn number(&mut self, plan: &GroupPlan, columns: &[ArrayRef], rows: usize) -> Vec<u32> {
        if plan.keys.is_empty() {
            (0..rows.min(1)).for_each(|_| self.insert(&[]));
            return vec![0; rows];
        }
        let keys = Keys::new(plan.keys.iter().copied()).rows(columns.get(..plan.keys.len()).unwrap_or_default());
        keys.iter().map(|key| self.add(key.data())).collect()
    }

    fn insert(&mut self, key: &[u8]) {
        self.add(key);
    }

    fn add(&mut self, key: &[u8]) -> u32 {
        let hash = hash(key);
        let (number, new) = self.table.insert(key, hash);
        if new {
            self.hashes.push(hash);
        }
        number
    }

    pub fn len(&self) -> usize {
        self.table.len()
    }

    pub fn key(&self, group: usize) -> &[u8] {
        self.table.key(group)
    }

    pub fn hash(&self, group: usize) -> u64 {
        self.hashes[group]
    }

    pub fn aggregates(&self) -> &[Box<dyn Accumulate>] {
        &self.aggregates
    }
}
