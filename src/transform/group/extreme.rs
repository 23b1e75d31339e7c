//! `min`, `max`, and the value of a group's first row: of each group one value, as bytes.

use std::any::Any;

use super::column::{Accumulate, Pairs};
use crate::arrow::array::{Array, ArrayRef, new_null_array};
use crate::batch::Failure;
use crate::transform::gather::{Aggregate, Kind};
use crate::transform::keys::Keys;
use crate::types::Type;

pub struct Extreme {
    values: Vec<Option<Box<[u8]>>>,
    kind: Kind,
    argument: usize,
    ty: Type,
    keys: Keys,
    heap: usize,
}

impl Extreme {
    pub fn new(aggregate: &Aggregate) -> Extreme {
        Extreme {
            values: Vec::new(),
            kind: aggregate.kind.clone(),
            argument: aggregate.argument.map_or(0, |(column, _)| column),
            ty: aggregate.ty,
            keys: Keys::new(std::iter::once(aggregate.ty)),
            heap: 0,
        }
    }

    /// Takes a value where it is better than the group's.
    fn offer(&mut self, group: u32, value: &[u8]) {
        let best = &mut self.values[group as usize];
        let better = match (best.as_deref(), &self.kind) {
            (None, _) => true,
            (Some(best), Kind::Min) => value < best,
            (Some(best), Kind::Max) => value > best,
            (Some(_), _) => false,
        };
        if better {
            self.heap += value.len();
            self.heap -= best.as_ref().map_or(0, |best| best.len());
            *best = Some(value.into());
        }
    }
}

impl Accumulate for Extreme {
    fn grow(&mut self, groups: usize) {
        self.values.resize_with(groups, || None);
    }

    fn update(&mut self, columns: &[ArrayRef], groups: &[u32]) {
        let values = &columns[self.argument];
        let rows = self.keys.rows(std::slice::from_ref(values));
        // The first row counts also where it is NULL.
        let first = self.kind == Kind::First;
        for (row, group) in groups.iter().enumerate() {
            if first || values.is_valid(row) {
                self.offer(*group, rows.row(row).data());
            }
        }
    }

    fn merge(&mut self, later: &dyn Accumulate, pairs: &Pairs) {
        let Some(later) = (later as &dyn Any).downcast_ref::<Extreme>() else { return };
        for (from, to) in pairs {
            if let Some(value) = &later.values[*from as usize] {
                self.offer(*to, value);
            }
        }
    }

    fn finish(&self, groups: &[u32]) -> (ArrayRef, Vec<Failure>) {
        let null = self.keys.rows(&[new_null_array(&self.ty.arrow(), 1)]);
        let null = null.row(0);
        let bytes = |group: &u32| self.values[*group as usize].as_deref().unwrap_or(null.data());
        let column = self.keys.columns(groups.iter().map(bytes)).pop();
        (column.unwrap_or_else(|| new_null_array(&self.ty.arrow(), groups.len())), Vec::new())
    }

    fn memory(&self) -> usize {
        self.values.capacity() * size_of::<Option<Box<[u8]>>>() + self.heap
    }
}
