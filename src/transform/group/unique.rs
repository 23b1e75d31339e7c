//! Aggregates in which each value counts once for a group.

use std::any::Any;

use super::column::{Accumulate, Pairs, plain};
use super::table::{KeyTable, hash};
use crate::arrow::array::{Array, ArrayRef, new_null_array};
use crate::batch::Failure;
use crate::transform::gather::{Aggregate, Kind, SortKey};
use crate::transform::keys::Keys;
use crate::types::Type;

/// The values of each group, behind the group's number; the aggregate itself is computed at the end.
pub struct Unique {
    seen: KeyTable,
    keys: Keys,
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
        let keys = Keys::new(std::iter::once(ty));
        Unique { seen: KeyTable::default(), keys, argument, ty, inner, groups: 0 }
    }

    fn insert(&mut self, group: u32, value: &[u8], key: &mut Vec<u8>) {
        key.clear();
        key.extend_from_slice(&group.to_le_bytes());
        key.extend_from_slice(value);
        self.seen.insert(key, hash(key));
    }
}

/// The group and the value of an entry.
fn entry(key: &[u8]) -> Option<(u32, &[u8])> {
    let (group, value) = key.split_first_chunk()?;
    Some((u32::from_le_bytes(*group), value))
}

impl Accumulate for Unique {
    fn grow(&mut self, groups: usize) {
        self.groups = groups;
    }

    fn update(&mut self, columns: &[ArrayRef], groups: &[u32]) {
        let values = &columns[self.argument];
        let rows = self.keys.rows(std::slice::from_ref(values));
        let mut key = Vec::new();
        for (row, group) in groups.iter().enumerate().filter(|(row, _)| values.is_valid(*row)) {
            self.insert(*group, rows.row(row).data(), &mut key);
        }
    }

    fn merge(&mut self, later: &dyn Accumulate, pairs: &Pairs) {
        let Some(later) = (later as &dyn Any).downcast_ref::<Unique>() else { return };
        let mut places = vec![u32::MAX; later.groups];
        pairs.iter().for_each(|(from, to)| places[*from as usize] = *to);
        let mut key = Vec::new();
        for (group, value) in later.seen.iter().filter_map(entry) {
            match places[group as usize] {
                u32::MAX => {}
                place => self.insert(place, value, &mut key),
            }
        }
    }

    fn finish(&self, groups: &[u32]) -> (ArrayRef, Vec<Failure>) {
        let mut places = vec![u32::MAX; self.groups];
        groups.iter().zip(0..).for_each(|(group, place)| places[*group as usize] = place);
        let wanted = |(group, value)| Some((places[group as usize], value)).filter(|(place, _)| *place != u32::MAX);
        let (owners, values): (Vec<u32>, Vec<&[u8]>) = self.seen.iter().filter_map(entry).filter_map(wanted).unzip();
        let column = self.keys.columns(values.into_iter()).pop();
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
