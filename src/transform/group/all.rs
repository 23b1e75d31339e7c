//! All groups of a run, in partitions by the hash of their keys: each partition is merged by one job at a time, and none
//! needs another.

use std::sync::Arc;

use rayon::prelude::*;

use super::packing::Packing;
use super::part::PartGroups;
use super::partition::Partition;
use crate::arrow::array::{Array, ArrayRef};
use crate::arrow::compute::interleave;
use crate::batch::Failure;
use crate::transform::gather::{GroupPlan, RowIds};
use crate::transform::pick::sure;

/// Parts that wait until they are merged together.
const MOST_PARTS: usize = 16;
/// Groups that are merged sooner by one thread than by handing them round.
const FEW_GROUPS: usize = 2048;
/// Of so many groups that there are, one waits.
const WORTH: usize = 8;

/// There are no more than so many partitions.
const MOST_PARTITIONS: u64 = 1 << 6;
/// A partition has no more groups.
const NO_HEAD: u64 = u64::MAX;

/// Everything grouped so far.
pub struct AllGroups {
    plan: Arc<GroupPlan>,
    partitions: Vec<Partition>,
    /// Parts of the rows to be merged next, in the order of the input, with the number that the first group of each has.
    waiting: Vec<(u64, PartGroups)>,
    waiting_groups: usize,
    waiting_memory: usize,
    /// Groups of all parts, which numbers the groups of the next.
    passed: u64,
    packing: Packing,
}

/// How far the groups have been handed out.
#[derive(Default)]
pub struct Cursor {
    /// The next group of each partition, and when it first appeared.
    next: Vec<usize>,
    heads: Vec<u64>,
    pub passed: usize,
}

impl AllGroups {
    pub fn new(plan: &Arc<GroupPlan>) -> AllGroups {
        AllGroups {
            partitions: (0..plan.partitions()).map(|index| Partition::new(plan, index)).collect(),
            waiting: Vec::new(),
            waiting_groups: 0,
            waiting_memory: 0,
            passed: 0,
            packing: Packing::new(plan.keys.iter().copied()),
            plan: Arc::clone(plan),
        }
    }

    /// Takes the groups of a later part, to be merged when enough wait.
    pub fn take(&mut self, part: PartGroups) {
        let first = self.passed;
        self.passed += part.count() as u64;
        self.waiting_groups += part.count();
        self.waiting_memory += part.memory();
        self.waiting.push((first, part));
        if self.waiting.len() >= MOST_PARTS && self.waiting_groups <= FEW_GROUPS {
            self.merge_here();
        }
    }

    /// The parts that wait have so many groups that merging them is work for several threads, and enough beside those that
    /// there are: each merge walks through all of these.
    pub fn is_due(&self) -> bool {
        let enough = FEW_GROUPS.max(self.merged_groups() / WORTH);
        self.waiting.len() >= MOST_PARTS && self.waiting_groups > enough
    }

    /// Merges the parts that wait, partition by partition on the threads of the pool that this is called in. Where that may
    /// come to more than `limit` bytes, one after the other, to stop as soon as it does; what then still waits is of no use.
    pub fn merge(&mut self, limit: usize) {
        let AllGroups { partitions, waiting, .. } = self;
        let memory = |partitions: &[Partition]| partitions.iter().map(Partition::memory).sum::<usize>();
        if memory(partitions) + self.waiting_memory <= limit / 2 {
            partitions.par_iter_mut().for_each(|partition| partition.merge(waiting));
            return self.merged();
        }
        for part in waiting.drain(..) {
            partitions.par_iter_mut().for_each(|partition| partition.merge(std::slice::from_ref(&part)));
            if memory(partitions) > limit {
                break;
            }
        }
        self.merged();
    }

    fn merge_here(&mut self) {
        let AllGroups { partitions, waiting, .. } = self;
        partitions.iter_mut().for_each(|partition| partition.merge(waiting));
        self.merged();
    }

    fn merged(&mut self) {
        self.waiting.clear();
        (self.waiting_groups, self.waiting_memory) = (0, 0);
    }

    /// Merges what waits. Without keys all rows are one group, which there is also without any row.
    pub fn finish(&mut self, limit: usize) {
        self.merge(limit);
        if self.plan.keys.is_empty() {
            self.partitions.iter_mut().for_each(Partition::be_one_group);
        }
        self.partitions.par_iter_mut().for_each(Partition::settle);
    }

    /// Groups; those of parts that wait may be counted twice.
    pub fn count(&self) -> usize {
        self.merged_groups() + self.waiting_groups
    }

    fn merged_groups(&self) -> usize {
        self.partitions.iter().map(Partition::count).sum()
    }

    /// Bytes held, about.
    pub fn memory(&self) -> usize {
        self.partitions.iter().map(Partition::memory).sum::<usize>() + self.waiting_memory
    }

    /// Where the next groups stand, partition and number, in the order in which they first appeared.
    pub fn next(&self, cursor: &mut Cursor, count: usize) -> RowIds {
        if cursor.heads.is_empty() {
            cursor.next = vec![0; self.partitions.len()];
            cursor.heads = (0..self.partitions.len()).map(|partition| self.head(partition, 0)).collect();
        }
        let mut ids = Vec::with_capacity(count);
        while ids.len() < count {
            let Some(partition) =
                cursor.heads.iter().min().filter(|head| **head != NO_HEAD).map(|head| head % MOST_PARTITIONS)
            else {
                break;
            };
            let partition = partition as usize;
            ids.push((partition as u32, cursor.next[partition] as u32));
            cursor.next[partition] += 1;
            cursor.heads[partition] = self.head(partition, cursor.next[partition]);
        }
        ids
    }

    /// When a partition's group first appeared, and the partition, in one number.
    fn head(&self, partition: usize, group: usize) -> u64 {
        self.partitions[partition].first(group).map_or(NO_HEAD, |first| first * MOST_PARTITIONS + partition as u64)
    }

    /// Keys and aggregates of some groups, and for each column the groups that have no value.
    pub fn columns(&self, ids: &RowIds) -> Vec<(ArrayRef, Vec<Failure>)> {
        let key = |(partition, group): &(u32, u32)| self.partitions[*partition as usize].key(*group as usize);
        let keys = match self.plan.keys.is_empty() {
            true => Vec::new(),
            false => self.packing.columns(ids.iter().map(key)),
        };
        let keys = keys.into_iter().map(|column| (column, Vec::new()));
        keys.chain((0..self.plan.aggregates.len()).map(|index| self.aggregate(index, ids))).collect()
    }

    /// Each partition finishes its own groups, and their values are put in order.
    fn aggregate(&self, index: usize, ids: &RowIds) -> (ArrayRef, Vec<Failure>) {
        let mut groups: Vec<Vec<u32>> = vec![Vec::new(); self.partitions.len()];
        let mut ordered = Vec::with_capacity(ids.len());
        for (partition, group) in ids {
            let groups = &mut groups[*partition as usize];
            ordered.push((*partition as usize, groups.len()));
            groups.push(*group);
        }
        let finished: Vec<_> =
            self.partitions.iter().zip(&groups).map(|(partition, groups)| partition.finish(index, groups)).collect();
        let arrays: Vec<&dyn Array> = finished.iter().map(|(array, _)| array.as_ref()).collect();
        let array = sure(interleave(&arrays, &ordered));
        let failed = |(place, (partition, at)): (usize, &(usize, usize))| {
            let failure = finished[*partition].1.iter().find(|failure| failure.index == *at)?;
            Some(Failure { index: place, message: failure.message.clone() })
        };
        let failures = match finished.iter().all(|(_, failures)| failures.is_empty()) {
            true => Vec::new(),
            false => ordered.iter().enumerate().filter_map(failed).collect(),
        };
        (array, failures)
    }
}
