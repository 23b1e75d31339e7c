//! Aggregates in which each value counts once for a group.

use std::any::Any;
use std::sync::Arc;

use super::column::{Accumulate, Pairs, plain};
use super::key::Key;
use super::key_table::KeyTable;
use super::packing::Packing;
use crate::arrow::array::{Array, ArrayRef, Int64Array};
use crate::batch::Failure;
use crate::cancel::point_at;
use crate::transform::gather::{Aggregate, Kind, SortKey};

/// Values that are read back at once: a group may have any number.
const VALUES_AT_ONCE: usize = 1 << 13;

/// The values of each group, behind the group's number; the aggregate itself is computed at the end.
pub struct Unique {
    seen: KeyTable,
    packing: Packing,
    /// The column of the values, and where that is the text of what they are ordered by, this too: equal where the text is.
    columns: Vec<usize>,
    /// The aggregate, over these columns.
    inner: Aggregate,
    groups: usize,
    /// At the end, the entries in the order of their groups, and where each group's begin.
    by_group: Vec<u32>,
    starts: Vec<u32>,
}

impl Unique {
    pub fn new(aggregate: &Aggregate) -> Unique {
        let (argument, ty) = aggregate.argument.unwrap_or((0, aggregate.ty));
        let typed = aggregate.order.iter().find(|key| key.column != argument);
        let place = |key: &SortKey| usize::from(key.column != argument);
        let order = aggregate.order.iter().map(|key| SortKey { column: place(key), ..key.clone() }).collect();
        let inner = Aggregate { argument: Some((0, ty)), order, ..Aggregate::of(aggregate.kind.clone(), aggregate.ty) };
        let packing = Packing::new(std::iter::once(ty).chain(typed.map(|key| key.ty)));
        let columns = std::iter::once(argument).chain(typed.map(|key| key.column)).collect();
        let (by_group, starts) = (Vec::new(), Vec::new());
        Unique { seen: KeyTable::default(), packing, columns, inner, groups: 0, by_group, starts }
    }

    fn insert(&mut self, group: u32, value: &[u8], key: &mut Vec<u8>) {
        key.clear();
        key.extend_from_slice(&group.to_le_bytes());
        key.extend_from_slice(value);
        let key = Key::new(key);
        self.seen.insert(key, key.hash());
    }

    /// The entries of one group, as they first came.
    fn of_group(&self, group: u32) -> &[u32] {
        let end = |group: usize| self.starts.get(group).map_or(0, |start| *start as usize);
        self.by_group.get(end(group as usize)..end(group as usize + 1)).unwrap_or_default()
    }

    /// The values of some entries.
    fn values(&self, entries: &[(u32, u32)]) -> Vec<ArrayRef> {
        let keys: Vec<Key> = entries.iter().map(|(_, number)| self.seen.key(*number as usize)).collect();
        let values = keys.iter().filter_map(entry).map(|(_, value)| Key::new(value));
        self.packing.columns(values)
    }
}

/// The group and the value of an entry.
fn entry<'a>(key: &'a Key) -> Option<(u32, &'a [u8])> {
    let (group, value) = key.bytes().split_first_chunk()?;
    Some((u32::from_le_bytes(*group), value))
}

impl Accumulate for Unique {
    fn grow(&mut self, groups: usize) {
        self.groups = groups;
    }

    fn update(&mut self, columns: &[ArrayRef], groups: &[u32]) {
        let columns: Vec<ArrayRef> = self.columns.iter().map(|column| columns[*column].clone()).collect();
        let Some(values) = columns.first() else { return };
        let (mut key, mut rows) = (Vec::new(), groups.iter().enumerate());
        let packing = self.packing.clone();
        packing.each(&columns, groups.len(), |value| {
            if let Some((_, group)) = rows.next().filter(|(row, _)| values.is_valid(*row)) {
                self.insert(*group, value, &mut key);
            }
        });
    }

    fn merge(&mut self, later: &dyn Accumulate, pairs: &Pairs) {
        let Some(later) = (later as &dyn Any).downcast_ref::<Unique>() else { return };
        let mut places = vec![u32::MAX; later.groups];
        pairs.iter().for_each(|(from, to)| places[*from as usize] = *to);
        let mut key = Vec::new();
        for (number, entry) in later.seen.iter().enumerate() {
            point_at(number);
            let Some((group, value)) = self::entry(&entry) else { continue };
            match places[group as usize] {
                u32::MAX => {}
                place => self.insert(place, value, &mut key),
            }
        }
    }

    fn settle(&mut self) {
        self.seen.settle();
        let mut starts = vec![0; self.groups + 1];
        let group = |entry: Key| self::entry(&entry).map_or(0, |(group, _)| group as usize);
        self.seen.iter().for_each(|entry| starts[group(entry) + 1] += 1);
        (0..self.groups).for_each(|group| starts[group + 1] += starts[group]);
        let mut next = starts.clone();
        self.by_group = vec![0; self.seen.count()];
        for (number, entry) in (0..).zip(self.seen.iter()) {
            let place = &mut next[group(entry)];
            self.by_group[*place as usize] = number;
            *place += 1;
        }
        self.starts = starts;
    }

    fn finish(&self, groups: &[u32]) -> (ArrayRef, Vec<Failure>) {
        if self.inner.kind == Kind::Count {
            let counts = groups.iter().map(|group| self.of_group(*group).len() as i64);
            return (Arc::new(Int64Array::from_iter_values(counts)), Vec::new());
        }
        let mut inner = plain(&self.inner);
        inner.grow(groups.len());
        let mut entries = (0..).zip(groups).flat_map(|(place, group)| {
            let entries = self.of_group(*group).iter();
            entries.map(move |number| (place, *number))
        });
        loop {
            let some: Vec<(u32, u32)> = entries.by_ref().take(VALUES_AT_ONCE).collect();
            if some.is_empty() {
                break;
            }
            let owners: Vec<u32> = some.iter().map(|(place, _)| *place).collect();
            inner.update(&self.values(&some), &owners);
        }
        let all: Vec<u32> = (0..groups.len() as u32).collect();
        inner.finish(&all)
    }

    fn memory(&self) -> usize {
        self.seen.memory() + (self.by_group.capacity() + self.starts.capacity()) * size_of::<u32>()
    }
}
