//! The groups of the rows of one pool job: keys, and a state of each aggregate for each.

use std::ops::Range;

use super::column::{Accumulate, accumulator};
use super::key::Key;
use super::key_table::KeyTable;
use super::packing::Packing;
use super::rows::{Coded, Rows};
use crate::transform::gather::GroupPlan;

/// Rows after which it shows whether they have keys in common.
const TRIED: usize = 1024;

/// A key may have several groups here, where looking for the first was not worth it. Once all rows are in, keys and hashes
/// stand in the order of their partitions, so that a merge reads what belongs together.
pub struct PartGroups {
    table: KeyTable,
    hashes: Vec<u64>,
    aggregates: Vec<Box<dyn Accumulate>>,
    /// Rows that entered.
    pub rows: usize,
    /// The number of each group, in the order of their partitions, and where each partition's begin.
    by_partition: Vec<u32>,
    starts: Vec<usize>,
}

impl PartGroups {
    /// Groups rows by the columns that come first.
    pub fn of(plan: &GroupPlan, rows: &Rows) -> PartGroups {
        let mut groups = PartGroups {
            table: KeyTable::default(),
            hashes: Vec::new(),
            aggregates: plan.aggregates.iter().map(accumulator).collect(),
            rows: rows.count(),
            by_partition: Vec::new(),
            starts: Vec::new(),
        };
        let numbers = groups.number(plan, rows);
        let count = groups.count();
        let columns = rows.arguments(plan);
        for aggregate in &mut groups.aggregates {
            aggregate.grow(count);
            aggregate.update(&columns, &numbers);
            if let Some((column, winners)) = aggregate.winners() {
                aggregate.read(&rows.column(column, &winners));
            }
        }
        groups.divide(plan.partitions());
        groups
    }

    /// The group of each row.
    fn number(&mut self, plan: &GroupPlan, rows: &Rows) -> Vec<u32> {
        let keys = plan.keys.len();
        if keys == 0 {
            (0..rows.count().min(1)).for_each(|_| self.insert(&[]));
            return vec![0; rows.count()];
        }
        let packing = Packing::new(plan.keys.iter().copied());
        if let Some(Coded { groups, firsts }) = rows.codes(keys) {
            packing.each(&rows.keys(keys, Some(&firsts)), firsts.len(), |key| self.insert(key));
            return groups;
        }
        let mut groups = Vec::with_capacity(rows.count());
        packing.each(&rows.keys(keys, None), rows.count(), |key| {
            let group =
                if groups.len() < TRIED || !self.is_sparse(groups.len()) { self.add(key) } else { self.append(key) };
            groups.push(group);
        });
        groups
    }

    fn insert(&mut self, key: &[u8]) {
        self.add(key);
    }

    /// Sorts the groups into partitions, in each of which they stay in order.
    fn divide(&mut self, partitions: usize) {
        let mut starts = vec![0; partitions + 1];
        self.hashes.iter().for_each(|hash| starts[partition_of(*hash, partitions) + 1] += 1);
        (0..partitions).for_each(|partition| starts[partition + 1] += starts[partition]);
        let mut next = starts.clone();
        self.by_partition = vec![0; self.hashes.len()];
        for (group, hash) in (0..).zip(&self.hashes) {
            let place = &mut next[partition_of(*hash, partitions)];
            self.by_partition[*place] = group;
            *place += 1;
        }
        self.hashes = self.by_partition.iter().map(|group| self.hashes[*group as usize]).collect();
        self.table.arrange(&self.by_partition);
        self.starts = starts;
    }

    /// Where the groups of one partition stand.
    pub fn of_partition(&self, partition: usize) -> Range<usize> {
        self.starts[partition]..self.starts[partition + 1]
    }

    /// Nearly every row so far is a group of its own, so looking for the others is left to the merge.
    fn is_sparse(&self, rows: usize) -> bool {
        self.count() * 8 > rows * 7
    }

    fn append(&mut self, key: &[u8]) -> u32 {
        let key = Key::new(key);
        self.hashes.push(key.hash());
        self.table.append(key)
    }

    fn add(&mut self, key: &[u8]) -> u32 {
        let key = Key::new(key);
        let hash = key.hash();
        let (number, new) = self.table.insert(key, hash);
        if new {
            self.hashes.push(hash);
        }
        number
    }

    pub fn count(&self) -> usize {
        self.table.count()
    }

    /// The number of the group that stands at a place.
    pub fn number_at(&self, place: usize) -> u32 {
        self.by_partition[place]
    }

    pub fn key_at(&self, place: usize) -> Key<'_> {
        self.table.key(place)
    }

    pub fn hashes(&self, places: Range<usize>) -> &[u64] {
        &self.hashes[places]
    }

    /// Bytes held, about.
    pub fn memory(&self) -> usize {
        let states: usize = self.aggregates.iter().map(|aggregate| aggregate.memory()).sum();
        self.table.memory() + self.hashes.capacity() * (size_of::<u64>() + size_of::<u32>()) + states
    }

    pub fn aggregates(&self) -> &[Box<dyn Accumulate>] {
        &self.aggregates
    }
}

/// By the upper bits, which the table inside a partition does not use.
fn partition_of(hash: u64, partitions: usize) -> usize {
    (hash >> 40) as usize % partitions
}
