//! `min` and `max`: of each group one value, as bytes in the order of the values.

use std::any::Any;

use super::column::{Accumulate, Pairs};
use crate::arrow::array::{Array, ArrayRef, new_null_array};
use crate::batch::Failure;
use crate::transform::gather::{Aggregate, Kind};
use crate::transform::keys::Keys;
use crate::types::Type;

pub struct Extreme {
    values: Vec<Best>,
    /// `max`, else `min`.
    largest: bool,
    argument: usize,
    ty: Type,
    keys: Keys,
    heap: usize,
}

impl Extreme {
    pub fn new(aggregate: &Aggregate) -> Extreme {
        Extreme {
            values: Vec::new(),
            largest: aggregate.kind == Kind::Max,
            argument: aggregate.argument.map_or(0, |(column, _)| column),
            ty: aggregate.ty,
            keys: Keys::new(std::iter::once(aggregate.ty)),
            heap: 0,
        }
    }

    /// Takes a value where it is better than the group's.
    fn offer(&mut self, group: u32, value: &[u8]) {
        let best = &mut self.values[group as usize];
        let better = best.bytes().is_none_or(|best| if self.largest { value > best } else { value < best });
        if better {
            self.heap -= best.heap();
            *best = Best::new(value);
            self.heap += best.heap();
        }
    }
}

/// Bytes that stand in the value itself: all that numbers, times and short texts need.
const SHORT: usize = 22;

/// The best value of a group so far.
#[derive(Default)]
enum Best {
    #[default]
    Nothing,
    Short {
        length: u8,
        bytes: [u8; SHORT],
    },
    Long(Box<[u8]>),
}

impl Best {
    fn new(value: &[u8]) -> Best {
        let mut bytes = [0; SHORT];
        match bytes.get_mut(..value.len()) {
            Some(place) => place.copy_from_slice(value),
            None => return Best::Long(value.into()),
        }
        Best::Short { length: value.len() as u8, bytes }
    }

    fn bytes(&self) -> Option<&[u8]> {
        match self {
            Best::Nothing => None,
            Best::Short { length, bytes } => bytes.get(..usize::from(*length)),
            Best::Long(bytes) => Some(bytes),
        }
    }

    /// Memory beside the value itself, with what an allocation costs.
    fn heap(&self) -> usize {
        match self {
            Best::Long(bytes) => (bytes.len() + size_of::<usize>()).next_multiple_of(16),
            Best::Nothing | Best::Short { .. } => 0,
        }
    }
}

impl Accumulate for Extreme {
    fn grow(&mut self, groups: usize) {
        self.values.resize_with(groups, Best::default);
    }

    fn update(&mut self, columns: &[ArrayRef], groups: &[u32]) {
        let values = &columns[self.argument];
        let rows = self.keys.rows(std::slice::from_ref(values));
        for (row, group) in groups.iter().enumerate().filter(|(row, _)| values.is_valid(*row)) {
            self.offer(*group, rows.row(row).data());
        }
    }

    fn merge(&mut self, later: &dyn Accumulate, pairs: &Pairs) {
        let Some(later) = (later as &dyn Any).downcast_ref::<Extreme>() else { return };
        for (from, to) in pairs {
            if let Some(value) = later.values[*from as usize].bytes() {
                self.offer(*to, value);
            }
        }
    }

    fn finish(&self, groups: &[u32]) -> (ArrayRef, Vec<Failure>) {
        let null = self.keys.rows(&[new_null_array(&self.ty.arrow(), 1)]);
        let null = null.row(0);
        let bytes = |group: &u32| self.values[*group as usize].bytes().unwrap_or(null.data());
        let column = self.keys.columns(groups.iter().map(bytes)).pop();
        (column.unwrap_or_else(|| new_null_array(&self.ty.arrow(), groups.len())), Vec::new())
    }

    fn memory(&self) -> usize {
        self.values.capacity() * size_of::<Best>() + self.heap
    }
}
