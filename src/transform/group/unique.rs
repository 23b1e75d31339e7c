//! Aggregates in which each value counts once for a group.

use std::any::Any;

use super::column::{Accumulate, Pairs, plain};
use super::key::Key;
use super::packing::Packing;
use super::table::KeyTable;
use crate::arrow::array::{Array, ArrayRef, new_null_array};
use crate::batch::Failure;
use crate::transform::gather::{Aggregate, Kind, SortKey};
use crate::types::Type;

/// The values of each group, behind the group's number; the aggregate itself is computed at the end.
pub struct Unique {
    seen: KeyTable,
    packing: Packing,
    argument: usize,
    ty: Type,
    /// The aggregate, over one column: the values.
    inner: Aggregate,
    groups: usize,
}

impl Unique {
    pub fn new(aggregate: &Aggregate) -> Unique {
        let (argument, ty) = aggregate.argument.unwrap_or((0, aggregate.ty));
        let order = aggregate.order.iter().map(|key| SortKey { column: 0, ..key.clone() }).collect();
        let kind: Kind = aggregate.kind.clone();
        let inner = Aggregate { kind, argument: Some((0, ty)), distinct: false, order, ty: aggregate.ty };
        let packing = Packing::new(std::iter::once(ty));
        Unique { seen: KeyTable::default(), packing, argument, ty, inner, groups: 0 }
    }

    fn insert(&mut self, group: u32, value: &[u8], key: &mut Vec<u8>) {
        key.clear();
        key.extend_from_slice(&group.to_le_bytes());
        key.extend_from_slice(value);
        let key = Key::new(key);
        self.seen.insert(key, key.hash());
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
        let values = &columns[self.argument];
        let (mut key, mut rows) = (Vec::new(), groups.iter().enumerate());
        let packing = self.packing.clone();
        packing.each(std::slice::from_ref(values), groups.len(), |value| {
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
        for entry in later.seen.iter() {
            let Some((group, value)) = self::entry(&entry) else { continue };
            match places[group as usize] {
                u32::MAX => {}
                place => self.insert(place, value, &mut key),
            }
        }
    }

    fn finish(&self, groups: &[u32]) -> (ArrayRef, Vec<Failure>) {
        let mut places = vec![u32::MAX; self.groups];
        groups.iter().zip(0..).for_each(|(group, place)| places[*group as usize] = place);
        let entries: Vec<Key> = self.seen.iter().collect();
        let wanted = |(group, value)| Some((places[group as usize], value)).filter(|(place, _)| *place != u32::MAX);
        let (owners, values): (Vec<u32>, Vec<&[u8]>) = entries.iter().filter_map(entry).filter_map(wanted).unzip();
        let column = self.packing.columns(values.into_iter().map(Key::new)).pop();
        let column = column.unwrap_or_else(|| new_null_array(&self.ty.arrow(), 0));
        let mut inner = plain(&self.inner);
        inner.grow(groups.len());
        inner.update(&[column], &owners);
        let all: Vec<u32> = (0..groups.len() as u32).collect();
        inner.finish(&all)
    }

    fn memory(&self) -> usize {
        self.seen.memory()
    }
}
