//! The value of each group's first row, NULL or not: what `distinct on` keeps.

use std::any::Any;

use super::column::{Accumulate, Pairs};
use super::key::Key;
use super::packing::Packing;
use crate::arrow::array::{ArrayRef, new_null_array};
use crate::batch::Failure;
use crate::transform::gather::Aggregate;
use crate::transform::keys::Packed;
use crate::types::Type;

/// Groups are numbered as they first appear, so that each new one has the place behind the others.
pub struct Firsts {
    values: Packed,
    argument: usize,
    packing: Packing,
    ty: Type,
}

impl Firsts {
    pub fn new(aggregate: &Aggregate) -> Firsts {
        Firsts {
            values: Packed::default(),
            argument: aggregate.argument.map_or(0, |(column, _)| column),
            packing: Packing::new(std::iter::once(aggregate.ty)),
            ty: aggregate.ty,
        }
    }

    /// Takes a value, if it is the group's first.
    fn offer(&mut self, group: u32, value: &[u8]) {
        if group as usize == self.values.count() {
            self.values.push(value);
        }
    }
}

impl Accumulate for Firsts {
    fn grow(&mut self, _: usize) {}

    fn update(&mut self, columns: &[ArrayRef], groups: &[u32]) {
        let packing = self.packing.clone();
        let mut rows = groups.iter();
        packing.each(std::slice::from_ref(&columns[self.argument]), groups.len(), |value| {
            rows.next().into_iter().for_each(|group| self.offer(*group, value));
        });
    }

    fn merge(&mut self, later: &dyn Accumulate, pairs: &Pairs) {
        let Some(later) = (later as &dyn Any).downcast_ref::<Firsts>() else { return };
        pairs.iter().for_each(|(from, to)| self.offer(*to, later.values.get(*from as usize)));
    }

    fn finish(&self, groups: &[u32]) -> (ArrayRef, Vec<Failure>) {
        let values = groups.iter().map(|group| Key::new(self.values.get(*group as usize)));
        let column = self.packing.columns(values).pop();
        (column.unwrap_or_else(|| new_null_array(&self.ty.arrow(), groups.len())), Vec::new())
    }

    fn memory(&self) -> usize {
        self.values.memory()
    }
}
