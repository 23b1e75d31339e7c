//! Those groups whose keys hash to one value: what one thread merges by itself.

use super::column::{Accumulate, accumulator};
use super::key::Key;
use super::key_table::{KeyTable, TOUCHED};
use super::part::PartGroups;
use crate::arrow::array::ArrayRef;
use crate::batch::Failure;
use crate::cancel;
use crate::transform::gather::GroupPlan;
use crate::transform::keys::grow_for;

pub struct Partition {
    index: usize,
    table: KeyTable,
    /// When each group first appeared; ascending.
    first: Vec<u64>,
    aggregates: Vec<Box<dyn Accumulate>>,
}

impl Partition {
    pub fn new(plan: &GroupPlan, index: usize) -> Partition {
        let aggregates = plan.aggregates.iter().map(accumulator).collect();
        Partition { index, table: KeyTable::default(), first: Vec::new(), aggregates }
    }

    /// Takes its groups of some parts, which come with the number of their first group.
    pub fn merge(&mut self, parts: &[(u64, PartGroups)]) {
        for (first, part) in parts {
            let pairs = self.merge_keys(*first, part);
            let groups = self.count();
            for (aggregate, later) in self.aggregates.iter_mut().zip(part.aggregates()) {
                cancel::point();
                aggregate.grow(groups);
                aggregate.merge(later.as_ref(), &pairs);
            }
        }
    }

    /// Its groups of one part, and the numbers that they have here.
    fn merge_keys(&mut self, first: u64, part: &PartGroups) -> Vec<(u32, u32)> {
        let mine = part.of_partition(self.index);
        let mut pairs = Vec::with_capacity(mine.len());
        for start in mine.clone().step_by(TOUCHED) {
            cancel::point();
            let some = start..mine.end.min(start + TOUCHED);
            let hashes = part.hashes(some.clone());
            self.table.touch(hashes);
            for (place, hash) in some.zip(hashes) {
                let number = part.number_at(place);
                pairs.push((number, self.add(part.key_at(place), *hash, first + u64::from(number))));
            }
        }
        pairs
    }

    fn add(&mut self, key: Key, hash: u64, first: u64) -> u32 {
        let (number, new) = self.table.insert(key, hash);
        if new {
            grow_for(&mut self.first, 1);
            self.first.push(first);
        }
        number
    }

    /// The one group of all rows, if there is none yet.
    pub fn be_one_group(&mut self) {
        if self.count() == 0 {
            let nothing = Key::new(&[]);
            self.add(nothing, nothing.hash(), 0);
            self.aggregates.iter_mut().for_each(|aggregate| aggregate.grow(1));
        }
    }

    /// All parts have been taken.
    pub fn settle(&mut self) {
        self.table.settle();
        self.aggregates.iter_mut().for_each(|aggregate| aggregate.settle());
    }

    pub fn count(&self) -> usize {
        self.table.count()
    }

    pub fn key(&self, group: usize) -> Key<'_> {
        self.table.key(group)
    }

    /// When a group first appeared.
    pub fn first(&self, group: usize) -> Option<u64> {
        self.first.get(group).copied()
    }

    /// The values of one aggregate for some groups.
    pub fn finish(&self, aggregate: usize, groups: &[u32]) -> (ArrayRef, Vec<Failure>) {
        self.aggregates[aggregate].finish(groups)
    }

    /// Bytes held, about.
    pub fn memory(&self) -> usize {
        let states: usize = self.aggregates.iter().map(|aggregate| aggregate.memory()).sum();
        self.table.memory() + self.first.capacity() * size_of::<u64>() + states
    }
}
