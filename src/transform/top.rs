//! The first rows of an order, or of the input: a pool job keeps the best rows of its own part, and of these the best are
//! kept of all parts.

use std::sync::{Arc, Mutex, PoisonError};

use super::gather::{RowIds, TopPlan};
use super::keys::{Keys, Packed};
use super::pick::{pick, sure};
use crate::arrow::array::{Array, ArrayRef, new_empty_array};
use crate::arrow::compute::interleave;
use crate::cancel::point_at;

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
    /// Rows that are kept.
    kept: usize,
    /// Rows that the part has.
    pub entered: usize,
}

impl First {
    /// The rows that may be among the first of all.
    pub fn of(plan: &TopPlan, bar: &Bar, columns: Vec<ArrayRef>, rows: usize) -> First {
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
        drop(by);
        let carried = columns.into_iter().take(plan.width);
        let mut columns: Vec<ArrayRef> = match picked.len() == rows {
            true => carried.collect(),
            false => carried.map(|column| pick(&column, picked.clone())).collect(),
        };
        // Arrays are built with room to grow, and these are kept.
        columns.iter_mut().for_each(|column| column.shrink_to_fit());
        First { keys, columns, kept: picked.len(), entered: rows }
    }

    /// Forgets all but the first rows of the input; there are no keys.
    pub fn truncate(&mut self, rows: usize) {
        self.kept = rows.min(self.kept);
        self.columns.iter_mut().for_each(|column| *column = column.slice(0, self.kept));
        self.entered = rows;
    }

    pub fn kept(&self) -> usize {
        self.kept
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
    order: RowIds,
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
        let mut picked = self.ids();
        best(&mut picked, limit, |id| (self.key(*id), *id));
        let mut keys = Packed::default();
        picked.iter().for_each(|id| keys.push(self.key(*id)));
        if let Some(worst) = (0..keys.count()).map(|index| keys.get(index)).max().filter(|_| keys.count() == limit) {
            self.bar.set(worst);
        }
        let part = First { keys, columns: self.take_columns(&picked), kept: picked.len(), entered: 0 };
        (self.rows, self.memory) = (part.kept(), part.memory());
        self.parts = vec![part];
    }

    /// The columns of some rows; each is let go of in the parts before the next is picked, so that no two are held twice.
    fn take_columns(&mut self, ids: &RowIds) -> Vec<ArrayRef> {
        let ids = wide(ids);
        let mut taken = Vec::new();
        for column in 0..self.width() {
            taken.push(self.column(column, &ids));
            for values in self.parts.iter_mut().filter_map(|part| part.columns.get_mut(column)) {
                *values = new_empty_array(values.data_type());
            }
        }
        taken
    }

    /// Settles the order.
    pub fn finish(&mut self) {
        let mut order = self.ids();
        if !self.plan.keys.is_empty() {
            let mut compared = 0;
            order.sort_unstable_by(|one, other| {
                compared += 1;
                point_at(compared);
                (self.key(*one), one).cmp(&(self.key(*other), other))
            });
        }
        order.truncate(self.plan.limit.map_or(usize::MAX, |limit| limit as usize));
        self.order = order;
    }

    fn ids(&self) -> RowIds {
        let ids = |(part, first): (u32, &First)| (0..first.kept() as u32).map(move |row| (part, row));
        (0..).zip(&self.parts).flat_map(ids).collect()
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
    pub fn order(&self, from: usize, count: usize) -> RowIds {
        self.order.iter().skip(from).take(count).copied().collect()
    }

    pub fn ordered(&self) -> usize {
        self.order.len()
    }

    /// The columns of some rows.
    pub fn columns(&self, ids: &RowIds) -> Vec<ArrayRef> {
        let ids = wide(ids);
        (0..self.width()).map(|column| self.column(column, &ids)).collect()
    }

    fn column(&self, column: usize, ids: &[(usize, usize)]) -> ArrayRef {
        let parts: Vec<&dyn Array> = self.parts.iter().map(|part| part.columns[column].as_ref()).collect();
        sure(interleave(&parts, ids))
    }

    fn width(&self) -> usize {
        self.parts.first().map_or(0, |part| part.columns.len())
    }
}

fn wide(ids: &RowIds) -> Vec<(usize, usize)> {
    ids.iter().map(|(part, row)| (*part as usize, *row as usize)).collect()
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arrow::array::{AsArray, Int64Array, StringArray};
    use crate::arrow::datatypes::Int64Type;
    use crate::transform::gather::SortKey;
    use crate::types::Type;

    fn plan(limit: Option<u64>, descending: bool) -> Arc<TopPlan> {
        let keys = vec![SortKey { column: 1, ty: Type::BigInt, descending, nulls_first: descending }];
        Arc::new(TopPlan { keys, limit, width: 1 })
    }

    /// The names of the first rows, the input cut into parts of so many rows.
    fn first(plan: &Arc<TopPlan>, keys: &[Option<i64>], size: usize) -> Vec<String> {
        let bar = Arc::default();
        let mut top = Top::new(plan, &bar);
        let names: ArrayRef = Arc::new(StringArray::from_iter_values((0..keys.len()).map(|row| row.to_string())));
        let keys: ArrayRef = Arc::new(Int64Array::from(keys.to_vec()));
        for start in (0..keys.len()).step_by(size) {
            let rows = size.min(keys.len() - start);
            top.take(First::of(plan, &bar, vec![names.slice(start, rows), keys.slice(start, rows)], rows));
        }
        top.finish();
        assert_eq!(top.entered, keys.len() as u64);
        let columns = top.columns(&top.order(0, usize::MAX));
        columns.iter().flat_map(|column| column.as_string::<i32>().iter().flatten().map(str::to_owned)).collect()
    }

    /// Like keys stay in the order of the input, wherever that is cut.
    #[test]
    fn the_first_rows_do_not_depend_on_the_parts() {
        let keys: Vec<Option<i64>> = (0..400).map(|row: i64| Some(row * 7 % 13).filter(|key| *key != 5)).collect();
        for limit in [Some(1), Some(3), Some(31), Some(100), Some(399), Some(400), Some(u64::MAX), None] {
            for descending in [false, true] {
                let plan = plan(limit, descending);
                let mut order: Vec<usize> = (0..keys.len()).collect();
                // NULL is larger than everything.
                let rank = |row: &usize| keys[*row].unwrap_or(i64::MAX) * if descending { -1 } else { 1 };
                order.sort_by_key(rank);
                order.truncate(limit.map_or(usize::MAX, |limit| limit as usize));
                let expected: Vec<String> = order.iter().map(usize::to_string).collect();
                for size in [1, 7, 50, 400] {
                    assert_eq!(first(&plan, &keys, size), expected, "{limit:?} {descending} {size}");
                }
            }
        }
    }

    #[test]
    fn no_more_rows_are_held_than_half_as_many_again() {
        let plan = plan(Some(10), true);
        let bar = Arc::default();
        let mut top = Top::new(&plan, &bar);
        for key in 0..1000 {
            let column: ArrayRef = Arc::new(Int64Array::from(vec![key; 3]));
            top.take(First::of(&plan, &bar, vec![column.clone(), column], 3));
            assert!(top.kept() <= 10 + 5 + SLACK as usize);
        }
        top.finish();
        let columns = top.columns(&top.order(0, 4));
        assert_eq!(columns[0].as_primitive::<Int64Type>().values(), &[999, 999, 999, 998]);
        assert_eq!(top.ordered(), 10);
    }

    /// What lies at the bar is too late, and counts as entered all the same.
    #[test]
    fn rows_that_come_too_late_are_not_even_kept() {
        let (plan, bar) = (plan(Some(1), false), Bar::default());
        let column: ArrayRef = Arc::new(Int64Array::from(vec![4, 5, 3]));
        let key = |value: i64| {
            let column: ArrayRef = Arc::new(Int64Array::from(vec![value]));
            Keys::sorted(&plan.keys).rows(&[column]).row(0).data().to_vec()
        };
        bar.set(&key(3));
        let part = First::of(&plan, &bar, vec![column.clone(), column.clone()], 3);
        assert_eq!((part.kept(), part.entered), (0, 3));
        bar.set(&key(4));
        assert_eq!(First::of(&plan, &bar, vec![column.clone(), column], 3).kept(), 1);
    }
}
