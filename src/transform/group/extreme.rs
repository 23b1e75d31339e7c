//! `min` and `max`: of each group one value, as bytes in the order of the values, and of a guessed one its text, which is put
//! out.

use std::any::Any;
use std::sync::Arc;

use super::column::{Accumulate, Pairs};
use crate::arrow::array::{Array, ArrayRef, AsArray, StringArray, new_null_array};
use crate::batch::Failure;
use crate::transform::gather::{Aggregate, Kind};
use crate::transform::keys::{Keys, grow_to};
use crate::types::Type;

pub struct Extreme {
    values: Vec<Best>,
    /// `max`, else `min`.
    largest: bool,
    argument: usize,
    ty: Type,
    keys: Keys,
    heap: usize,
    texts: Option<Texts>,
}

/// The texts of the values that win.
struct Texts {
    /// The column of the rows that has them.
    column: usize,
    of_group: Vec<Best>,
    /// In each group the row of the part at hand that wins there, until its text is read.
    rows: Vec<u32>,
}

/// No row of the part at hand.
const NO_ROW: u32 = u32::MAX;

impl Extreme {
    pub fn new(aggregate: &Aggregate) -> Extreme {
        Extreme {
            values: Vec::new(),
            largest: aggregate.kind == Kind::Max,
            argument: aggregate.argument.map_or(0, |(column, _)| column),
            ty: aggregate.ty,
            keys: Keys::new(std::iter::once(aggregate.ty)),
            heap: 0,
            texts: aggregate.text.as_ref().map(|(column, _)| Texts {
                column: *column,
                of_group: Vec::new(),
                rows: Vec::new(),
            }),
        }
    }

    /// Takes a value where it is better than the group's, and says whether it is.
    fn offer(&mut self, group: u32, value: &[u8]) -> bool {
        let best = &mut self.values[group as usize];
        let better = best.bytes().is_none_or(|best| if self.largest { value > best } else { value < best });
        if better {
            put(best, value, &mut self.heap);
        }
        better
    }
}

fn put(best: &mut Best, value: &[u8], heap: &mut usize) {
    *heap -= best.heap();
    *best = Best::new(value);
    *heap += best.heap();
}

impl Texts {
    /// The rows that win, in their order, and their groups.
    fn winners(&self) -> Vec<(u32, u32)> {
        let mut winners: Vec<(u32, u32)> =
            self.rows.iter().copied().zip(0..).filter(|(row, _)| *row != NO_ROW).collect();
        winners.sort_unstable();
        winners
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
        grow_to(&mut self.values, groups);
        if let Some(texts) = &mut self.texts {
            texts.of_group.resize_with(groups, Best::default);
        }
    }

    fn update(&mut self, columns: &[ArrayRef], groups: &[u32]) {
        let values = &columns[self.argument];
        let rows = self.keys.rows(std::slice::from_ref(values));
        if let Some(texts) = &mut self.texts {
            texts.rows = vec![NO_ROW; self.values.len()];
        }
        for (row, group) in groups.iter().enumerate().filter(|(row, _)| values.is_valid(*row)) {
            let wins = self.offer(*group, rows.row(row).data());
            if let (true, Some(texts)) = (wins, &mut self.texts) {
                texts.rows[*group as usize] = row as u32;
            }
        }
    }

    fn winners(&self) -> Option<(usize, Vec<u32>)> {
        let texts = self.texts.as_ref()?;
        Some((texts.column, texts.winners().into_iter().map(|(row, _)| row).collect()))
    }

    fn read(&mut self, read: &ArrayRef) {
        let Some((texts, read)) = self.texts.as_mut().zip(read.as_string_opt::<i32>()) else { return };
        for ((_, group), text) in texts.winners().into_iter().zip(read) {
            put(&mut texts.of_group[group as usize], text.unwrap_or_default().as_bytes(), &mut self.heap);
        }
        texts.rows = Vec::new();
    }

    fn merge(&mut self, later: &dyn Accumulate, pairs: &Pairs) {
        let Some(later) = (later as &dyn Any).downcast_ref::<Extreme>() else { return };
        for (from, to) in pairs {
            let Some(value) = later.values[*from as usize].bytes() else { continue };
            if !self.offer(*to, value) {
                continue;
            }
            if let Some((texts, later)) = self.texts.as_mut().zip(later.texts.as_ref()) {
                let text = later.of_group[*from as usize].bytes().unwrap_or_default();
                put(&mut texts.of_group[*to as usize], text, &mut self.heap);
            }
        }
    }

    fn finish(&self, groups: &[u32]) -> (ArrayRef, Vec<Failure>) {
        if let Some(texts) = &self.texts {
            let text =
                |group: &u32| Some(std::str::from_utf8(texts.of_group[*group as usize].bytes()?).unwrap_or_default());
            return (Arc::new(groups.iter().map(text).collect::<StringArray>()), Vec::new());
        }
        let null = self.keys.rows(&[new_null_array(&self.ty.arrow(), 1)]);
        let null = null.row(0);
        let bytes = |group: &u32| self.values[*group as usize].bytes().unwrap_or(null.data());
        let column = self.keys.columns(groups.iter().map(bytes)).pop();
        (column.unwrap_or_else(|| new_null_array(&self.ty.arrow(), groups.len())), Vec::new())
    }

    fn memory(&self) -> usize {
        let texts = self.texts.as_ref().map_or(0, |texts| texts.of_group.capacity());
        (self.values.capacity() + texts) * size_of::<Best>() + self.heap
    }
}
