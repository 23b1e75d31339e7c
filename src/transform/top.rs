//! The first rows of an order, or of the input: a pool job keeps the best rows of its own part, and of these the best are
//! kept of all parts.

use std::sync::{Arc, Mutex, PoisonError};

use super::eval::value::{pick, sure};
use super::gather::TopPlan;
use super::gathered::Places;
use super::keys::{Keys, Packed};
use crate::arrow::array::{Array, ArrayRef};
use crate::arrow::compute::interleave;

/// Rows that are kept beyond the limit before the worst are let go, besides half as many as the limit.
const SLACK: u64 = 16;

/// What a row has to come before to be among the first, as far as is known: learnt from earlier parts of the input, so a
/// row that equals it is too late.
#[derive(Default)]
pub struct Bar(Mutex<Option<Arc<[u8]>>>);

impl Bar {
    fn get(&self) -> Option<Arc<[u8]>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn set(&self, key: &[u8]) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(key.into());
    }
}

/// The best rows of one part of the input, in input order.
pub struct First {
    keys: Packed,
    columns: Vec<ArrayRef>,
    /// Rows that the part has.
    pub entered: usize,
}

impl First {
    /// The rows that may be among the first of all.
    pub fn of(plan: &TopPlan, bar: &Bar, columns: &[ArrayRef], rows: usize) -> First {
        let limit = plan.limit.map_or(rows, |limit| rows.min(limit as usize));
        let by: Vec<ArrayRef> = plan.keys.iter().filter_map(|key| columns.get(key.column).cloned()).collect();
        let mut keys = Packed::default();
        let picked: Vec<u32> = if plan.keys.is_empty() {
            (0..limit as u32).collect()
        } else {
            let all = Keys::sorted(&plan.keys).rows(&by);
            let bar = bar.get();
            let below = |row: &u32| bar.as_deref().is_none_or(|bar| all.row(*row as usize).data() < bar);
            let mut picked: Vec<u32> = (0..rows as u32).filter(below).collect();
            best(&mut picked, limit, |row| (all.row(*row as usize), *row));
            picked.iter().for_each(|row| keys.push(all.row(*row as usize).data()));
            picked
        };
        let carried = columns.iter().take(plan.width);
        let columns = match picked.len() == rows {
            true => carried.cloned().collect(),
            false => carried.map(|column| pick(column, picked.clone())).collect(),
        };
        First { keys, columns, entered: rows }
    }

    /// Forgets all but the first rows of the input; there are no keys.
    pub fn truncate(&mut self, rows: usize) {
        self.columns.iter_mut().for_each(|column| *column = column.slice(0, rows.min(column.len())));
        self.entered = rows;
    }

    pub fn kept(&self) -> usize {
        self.columns.first().map_or(0, |column| column.len())
    }

    pub fn memory(&self) -> usize {
        self.keys.memory() + self.columns.iter().map(|column| column.get_array_memory_size()).sum::<usize>()
    }
}

/// The best rows of all parts so far.
pub struct Top {
    plan: Arc<TopPlan>,
    bar: Arc<Bar>,
    parts: Vec<First>,
    rows: usize,
    memory: usize,
    /// Rows of all parts.
    pub entered: u64,
    /// At the end, the rows in their order.
    order: Places,
}

impl Top {
    pub fn new(plan: &Arc<TopPlan>, bar: &Arc<Bar>) -> Top {
        let (plan, bar) = (Arc::clone(plan), Arc::clone(bar));
        Top { plan, bar, parts: Vec::new(), rows: 0, memory: 0, entered: 0, order: Vec::new() }
    }

    /// Takes the rows of a later part.
    pub fn take(&mut self, part: First) {
        self.entered += part.entered as u64;
        if part.kept() == 0 {
            return;
        }
        self.rows += part.kept();
        self.memory += part.memory();
        self.parts.push(part);
        if self.plan.limit.is_some_and(|limit| self.rows as u64 > limit.saturating_add(limit / 2 + SLACK)) {
            self.prune();
        }
    }

    /// Lets all but the best rows go.
    fn prune(&mut self) {
        let limit = self.plan.limit.map_or(self.rows, |limit| limit as usize);
        let mut picked = self.places();
        best(&mut picked, limit, |place| (self.key(*place), *place));
        let mut keys = Packed::default();
        picked.iter().for_each(|place| keys.push(self.key(*place)));
        if let Some(worst) = (0..keys.count()).map(|index| keys.get(index)).max().filter(|_| keys.count() == limit) {
            self.bar.set(worst);
        }
        let part = First { keys, columns: self.columns(&picked), entered: 0 };
        (self.rows, self.memory) = (part.kept(), part.memory());
        self.parts = vec![part];
    }

    /// Settles the order.
    pub fn finish(&mut self) {
        let mut order = self.places();
        if !self.plan.keys.is_empty() {
            order.sort_unstable_by(|one, other| (self.key(*one), one).cmp(&(self.key(*other), other)));
        }
        order.truncate(self.plan.limit.map_or(usize::MAX, |limit| limit as usize));
        self.order = order;
    }

    fn places(&self) -> Places {
        let places = |(part, first): (u32, &First)| (0..first.kept() as u32).map(move |row| (part, row));
        (0..).zip(&self.parts).flat_map(places).collect()
    }

    fn key(&self, (part, row): (u32, u32)) -> &[u8] {
        self.parts.get(part as usize).map_or(&[], |part| part.keys.get(row as usize))
    }

    pub fn kept(&self) -> usize {
        self.rows
    }

    pub fn memory(&self) -> usize {
        self.memory + self.order.capacity() * size_of::<(u32, u32)>()
    }

    /// Some of the ordered rows.
    pub fn order(&self, from: usize, count: usize) -> Places {
        self.order.iter().skip(from).take(count).copied().collect()
    }

    pub fn ordered(&self) -> usize {
        self.order.len()
    }

    /// The columns of some rows.
    pub fn columns(&self, places: &Places) -> Vec<ArrayRef> {
        let places: Vec<(usize, usize)> = places.iter().map(|(part, row)| (*part as usize, *row as usize)).collect();
        let column = |column: usize| {
            let parts: Vec<&dyn Array> = self.parts.iter().map(|part| part.columns[column].as_ref()).collect();
            sure(interleave(&parts, &places))
        };
        (0..self.parts.first().map_or(0, |part| part.columns.len())).map(column).collect()
    }
}

/// Keeps the `limit` least, in the order they stand in.
fn best<T: Copy + Ord, K: Ord>(rows: &mut Vec<T>, limit: usize, key: impl Fn(&T) -> K) {
    if limit < rows.len() {
        if limit > 0 {
            rows.select_nth_unstable_by(limit - 1, |one, other| key(one).cmp(&key(other)));
        }
        rows.truncate(limit);
        rows.sort_unstable();
    }
}
