//! One aggregate over many groups: a state for each, filled from columns of arguments.

use std::any::Any;

use super::extreme::Extreme;
use super::firsts::Firsts;
use super::state::{Count, DoubleSum, State, Texts, Truth, WholeSum, spreads};
use super::unique::Unique;
use crate::arrow::array::{Array, ArrayRef, AsArray};
use crate::batch::Failure;
use crate::transform::exact::Moments;
use crate::transform::gather::{Aggregate, Kind};
use crate::transform::keys::{Keys, grow_to};
use crate::types::Type;

/// Groups of a part of the rows, and the groups that they are in the whole: pairs of numbers.
pub type Pairs = [(u32, u32)];

/// The states of one aggregate.
pub trait Accumulate: Any + Send + Sync {
    /// Makes room for so many groups.
    fn grow(&mut self, groups: usize);
    /// Takes the values of rows, of each the group.
    fn update(&mut self, columns: &[ArrayRef], groups: &[u32]);
    /// Where the values that win are put out as they were read: the column of their texts, and their rows in order.
    fn winners(&self) -> Option<(usize, Vec<u32>)> {
        None
    }
    /// Takes the texts of these rows.
    fn read(&mut self, _texts: &ArrayRef) {}
    /// Takes the groups of a later part of the rows. It is of the same aggregate.
    fn merge(&mut self, later: &dyn Accumulate, pairs: &Pairs);
    /// All rows have come: whatever `finish` wants in order is put in order once.
    fn settle(&mut self) {}
    /// The values of these groups, and those of them that have none because of their size.
    fn finish(&self, groups: &[u32]) -> (ArrayRef, Vec<Failure>);
    /// Bytes held, about.
    fn memory(&self) -> usize;
}

/// Empty states of an aggregate.
pub fn accumulator(aggregate: &Aggregate) -> Box<dyn Accumulate> {
    if aggregate.distinct && !matches!(aggregate.kind, Kind::Min | Kind::Max | Kind::And | Kind::Or) {
        return Box::new(Unique::new(aggregate));
    }
    plain(aggregate)
}

/// The same, where each value counts as often as it comes.
pub fn plain(aggregate: &Aggregate) -> Box<dyn Accumulate> {
    let argument = aggregate.argument.map(|(column, _)| column);
    let from = aggregate.argument.map_or(Type::BigInt, |(_, ty)| ty);
    let (ty, scale) = (aggregate.ty, if let Type::Decimal { scale, .. } = from { scale } else { 0 });
    match (&aggregate.kind, from) {
        (Kind::Count, _) => column::<Count>(argument, |states| {
            (std::sync::Arc::new(states.map(|state| state.0).collect::<crate::arrow::array::Int64Array>()), Vec::new())
        }),
        (Kind::Sum, Type::Double) => column::<DoubleSum>(argument, |states| (DoubleSum::sums(states), Vec::new())),
        (Kind::Average, Type::Double) => column::<DoubleSum>(argument, |states| (DoubleSum::means(states), Vec::new())),
        (Kind::Sum, _) => column::<WholeSum>(argument, move |states| WholeSum::sums(states, ty)),
        (Kind::Average, _) => column::<WholeSum>(argument, move |states| WholeSum::means(states, ty, scale)),
        (Kind::Spread(spread), _) => {
            let spread = *spread;
            column::<Moments>(argument, move |states| (spreads(states, spread), Vec::new()))
        }
        (Kind::And, _) => column::<Truth<false>>(argument, |states| (Truth::truths(states), Vec::new())),
        (Kind::Or, _) => column::<Truth<true>>(argument, |states| (Truth::truths(states), Vec::new())),
        (Kind::Texts(separator), _) => Box::new(TextColumn::new(aggregate, separator)),
        (Kind::Min | Kind::Max, _) => Box::new(Extreme::new(aggregate)),
        (Kind::First, _) => Box::new(Firsts::new(aggregate)),
    }
}

type Finish<S> = Box<dyn Fn(&mut dyn Iterator<Item = &S>) -> (ArrayRef, Vec<Failure>) + Send + Sync>;

/// States of one type.
struct Column<S> {
    states: Vec<S>,
    /// `None`: every row counts.
    argument: Option<usize>,
    heap: usize,
    finish: Finish<S>,
}

fn column<S: State>(
    argument: Option<usize>,
    finish: impl Fn(&mut dyn Iterator<Item = &S>) -> (ArrayRef, Vec<Failure>) + Send + Sync + 'static,
) -> Box<dyn Accumulate> {
    Box::new(Column { states: Vec::new(), argument, heap: 0, finish: Box::new(finish) })
}

impl<S: State> Accumulate for Column<S> {
    fn grow(&mut self, groups: usize) {
        grow_to(&mut self.states, groups);
    }

    fn update(&mut self, columns: &[ArrayRef], groups: &[u32]) {
        match self.argument.and_then(|column| columns.get(column)) {
            Some(values) => S::add(&mut self.states, values, groups),
            None => S::add_rows(&mut self.states, groups),
        }
        self.heap = self.states.iter().map(S::heap).sum();
    }

    fn merge(&mut self, later: &dyn Accumulate, pairs: &Pairs) {
        let Some(later) = (later as &dyn Any).downcast_ref::<Column<S>>() else { return };
        for (from, to) in pairs {
            let state = &mut self.states[*to as usize];
            let before = state.heap();
            state.merge(&later.states[*from as usize]);
            self.heap += state.heap() - before.min(state.heap());
        }
    }

    fn finish(&self, groups: &[u32]) -> (ArrayRef, Vec<Failure>) {
        (self.finish)(&mut groups.iter().map(|group| &self.states[*group as usize]))
    }

    fn memory(&self) -> usize {
        self.states.capacity() * size_of::<S>() + self.heap
    }
}

/// `string_agg`.
struct TextColumn {
    states: Vec<Texts>,
    argument: usize,
    order: Vec<usize>,
    keys: Keys,
    separator: String,
    heap: usize,
}

impl TextColumn {
    fn new(aggregate: &Aggregate, separator: &str) -> TextColumn {
        TextColumn {
            states: Vec::new(),
            argument: aggregate.argument.map_or(0, |(column, _)| column),
            order: aggregate.order.iter().map(|key| key.column).collect(),
            keys: Keys::sorted(&aggregate.order),
            separator: separator.to_owned(),
            heap: 0,
        }
    }

    /// Changes one group's texts, and counts what they come to.
    fn change(&mut self, group: u32, change: impl FnOnce(&mut Texts)) {
        let texts = &mut self.states[group as usize];
        let before = texts.heap(&self.separator);
        change(texts);
        self.heap += texts.heap(&self.separator) - before;
    }
}

impl Accumulate for TextColumn {
    fn grow(&mut self, groups: usize) {
        grow_to(&mut self.states, groups);
    }

    fn update(&mut self, columns: &[ArrayRef], groups: &[u32]) {
        let texts = columns[self.argument].as_string::<i32>();
        let order: Vec<ArrayRef> = self.order.iter().map(|column| columns[*column].clone()).collect();
        let order = (!order.is_empty()).then(|| self.keys.rows(&order));
        for (row, group) in groups.iter().enumerate().filter(|(row, _)| texts.is_valid(*row)) {
            let key = order.as_ref().map(|order| order.row(row));
            let key = key.as_ref().map_or(&[][..], |key| key.data());
            self.change(*group, |state| state.push(key, texts.value(row).as_bytes()));
        }
    }

    fn merge(&mut self, later: &dyn Accumulate, pairs: &Pairs) {
        let Some(later) = (later as &dyn Any).downcast_ref::<TextColumn>() else { return };
        for (from, to) in pairs {
            self.change(*to, |state| state.append(&later.states[*from as usize]));
        }
    }

    fn finish(&self, groups: &[u32]) -> (ArrayRef, Vec<Failure>) {
        let states = groups.iter().map(|group| &self.states[*group as usize]);
        Texts::joined(states, &self.separator)
    }

    fn memory(&self) -> usize {
        self.states.capacity() * size_of::<Texts>() + self.heap
    }
}
