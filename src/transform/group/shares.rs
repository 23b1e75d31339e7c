//! All groups of a run, in shares by the hash of their keys: each share is merged by one job at a time, and none needs
//! another.

use super::column::{Accumulate, accumulator};
use super::groups::Groups;
use super::table::KeyTable;
use crate::transform::gather::GroupPlan;

/// Shares; a fixed number, so that the answer cannot depend on the machine.
const SHARES: usize = 32;

/// Everything grouped so far.
pub struct Shares {
    pub shares: Vec<Share>,
    /// Groups of all parts merged, which numbers the groups of the next part.
    passed: u64,
}

/// Those groups whose keys hash to one value.
pub struct Share {
    index: usize,
    table: KeyTable,
    /// When each group first appeared; ascending.
    first: Vec<u64>,
    aggregates: Vec<Box<dyn Accumulate>>,
}

/// Parts of the rows, in the order of the input, with the number that the first group of each has.
pub type Parts<'a> = [(u64, &'a Groups)];

impl Shares {
    pub fn new(plan: &GroupPlan) -> Shares {
        let share = |index| Share {
            index,
            table: KeyTable::default(),
            first: Vec::new(),
            aggregates: plan.aggregates.iter().map(accumulator).collect(),
        };
        let mut shares = Shares { shares: (0..SHARES).map(share).collect(), passed: 0 };
        if plan.keys.is_empty() {
            shares.shares.truncate(1);
        }
        shares
    }

    /// Numbers the parts that are merged next.
    pub fn number<'a>(&mut self, parts: impl Iterator<Item = &'a Groups>) -> Vec<(u64, &'a Groups)> {
        let number = |part: &'a Groups| {
            let first = self.passed;
            self.passed += part.len() as u64;
            (first, part)
        };
        parts.map(number).collect()
    }

    pub fn len(&self) -> usize {
        self.shares.iter().map(|share| share.table.len()).sum()
    }

    /// Bytes held, about.
    pub fn memory(&self) -> usize {
        self.shares.iter().map(Share::memory).sum()
    }

    /// All rows are one group, which there is also without any row.
    pub fn whole(&mut self) {
        if let [only] = self.shares.as_mut_slice()
            && only.table.len() == 0
        {
            only.add(&[], super::table::hash(&[]), 0);
            only.aggregates.iter_mut().for_each(|aggregate| aggregate.grow(1));
        }
    }

    /// Where the groups stand, share and number, in the order in which they first appeared.
    pub fn in_order(&self) -> impl Iterator<Item = (u32, u32)> + '_ {
        let mut next = vec![0_usize; self.shares.len()];
        std::iter::from_fn(move || {
            let heads = self.shares.iter().zip(&next).enumerate();
            let heads = heads.filter_map(|(share, (groups, at))| Some((*groups.first.get(*at)?, share)));
            let (_, share) = heads.min()?;
            let number = next[share] as u32;
            next[share] += 1;
            Some((share as u32, number))
        })
    }
}

impl Share {
    /// Takes its groups of some parts.
    pub fn merge(&mut self, parts: &Parts, shares: usize) {
        for (first, part) in parts {
            let mine = |group: &usize| share_of(part.hash(*group), shares) == self.index;
            let mine: Vec<usize> = (0..part.len()).filter(mine).collect();
            let pairs: Vec<(u32, u32)> = mine
                .into_iter()
                .map(|group| (group as u32, self.add(part.key(group), part.hash(group), first + group as u64)))
                .collect();
            let groups = self.table.len();
            for (aggregate, later) in self.aggregates.iter_mut().zip(part.aggregates()) {
                aggregate.grow(groups);
                aggregate.merge(later.as_ref(), &pairs);
            }
        }
    }

    fn add(&mut self, key: &[u8], hash: u64, first: u64) -> u32 {
        let (number, new) = self.table.insert(key, hash);
        if new {
            self.first.push(first);
        }
        number
    }

    pub fn key(&self, group: usize) -> &[u8] {
        self.table.key(group)
    }

    pub fn aggregates(&self) -> &[Box<dyn Accumulate>] {
        &self.aggregates
    }

    fn memory(&self) -> usize {
        let states: usize = self.aggregates.iter().map(|aggregate| aggregate.memory()).sum();
        self.table.memory() + self.first.capacity() * size_of::<u64>() + states
    }
}

/// By the upper bits, which the table inside a share does not use.
fn share_of(hash: u64, shares: usize) -> usize {
    (hash >> 40) as usize % shares
}
