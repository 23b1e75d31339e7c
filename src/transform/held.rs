//! Rows being gathered: the part of one pool job, and what all parts come to.

use std::sync::Arc;

use super::gather::{Gather, GroupPlan, RowIds, TopPlan};
use super::group::{AllGroups, Cursor, PartGroups, Rows};
use super::top::{Bar, First, Top};
use crate::arrow::array::ArrayRef;
use crate::batch::{Batch, Failure, Records};

/// What a pool job needs to gather its own rows.
#[derive(Clone)]
pub enum Gatherer {
    Group(Arc<GroupPlan>),
    Top(Arc<TopPlan>, Arc<Bar>),
}

/// The rows of one pool job, gathered.
pub enum Part {
    Groups(PartGroups),
    First(First),
}

/// Everything gathered so far, in the order of the input.
pub enum Held {
    Groups(AllGroups),
    Top(Top),
}

impl Gatherer {
    pub fn new(gather: Gather) -> Gatherer {
        match gather {
            Gather::Group(plan) => Gatherer::Group(Arc::new(plan)),
            Gather::Top(plan) => Gatherer::Top(Arc::new(plan), Arc::default()),
        }
    }

    /// So many rows are all that is wanted: whatever follows them need not be read.
    pub fn limit(&self) -> Option<u64> {
        match self {
            Gatherer::Top(plan, _) if plan.keys.is_empty() || plan.limit == Some(0) => plan.limit,
            Gatherer::Top(..) | Gatherer::Group(_) => None,
        }
    }

    /// The rows that a select has kept of some records; what is kept of their columns is moved out.
    pub fn part(&self, records: &dyn Records, batch: &mut Batch) -> Part {
        match self {
            Gatherer::Group(plan) => Part::Groups(PartGroups::of(plan, &Rows { records, batch })),
            Gatherer::Top(plan, bar) => {
                let columns = Rows { records, batch }.all();
                batch.columns.clear();
                Part::First(First::of(plan, bar, columns, batch.kept.len()))
            }
        }
    }

    /// Nothing gathered yet.
    pub fn held(&self) -> Held {
        match self {
            Gatherer::Group(plan) => Held::Groups(AllGroups::new(plan)),
            Gatherer::Top(plan, bar) => Held::Top(Top::new(plan, bar)),
        }
    }
}

impl Part {
    /// Rows that entered it.
    pub fn rows(&self) -> usize {
        match self {
            Part::Groups(groups) => groups.rows,
            Part::First(first) => first.entered,
        }
    }

    /// Of these, how many went into groups.
    pub fn aggregated(&self) -> usize {
        match self {
            Part::Groups(groups) => groups.rows,
            Part::First(_) => 0,
        }
    }

    /// Bytes held, about.
    pub fn memory(&self) -> usize {
        match self {
            Part::Groups(groups) => groups.memory(),
            Part::First(first) => first.memory(),
        }
    }

    /// Forgets all but the first rows, where a limit of the input's rows is reached.
    pub fn truncate(&mut self, rows: usize) {
        if let Part::First(first) = self {
            first.truncate(rows);
        }
    }
}

impl Held {
    /// Takes a later part; a little that waits is merged here.
    pub fn take(&mut self, part: Part) {
        match (self, part) {
            (Held::Groups(groups), Part::Groups(part)) => groups.take(part),
            (Held::Top(top), Part::First(first)) => top.take(first),
            (Held::Groups(_), Part::First(_)) | (Held::Top(_), Part::Groups(_)) => {}
        }
    }

    /// So many parts wait that merging them is worth the pool's while.
    pub fn is_due(&self) -> bool {
        matches!(self, Held::Groups(groups) if groups.is_due())
    }

    /// Merges the parts that wait, on the threads of the pool that this is called in; gives up where they come to more than
    /// `limit` bytes.
    pub fn merge(&mut self, limit: usize) {
        if let Held::Groups(groups) = self {
            groups.merge(limit);
        }
    }

    /// All parts have been taken: whatever waits is merged, and the order settled.
    pub fn finish(&mut self, limit: usize) {
        match self {
            Held::Groups(groups) => groups.finish(limit),
            Held::Top(top) => top.finish(),
        }
    }

    /// Groups or rows held.
    pub fn count(&self) -> usize {
        match self {
            Held::Groups(groups) => groups.count(),
            Held::Top(top) => top.kept(),
        }
    }

    /// What `count` counts, as messages name it.
    pub fn what(&self) -> &'static str {
        match self {
            Held::Groups(_) => "groups",
            Held::Top(_) => "rows to be ordered",
        }
    }

    /// What to do where they are too many.
    pub fn remedy(&self) -> &'static str {
        match self {
            Held::Groups(_) => "group by fewer different values, or filter rows before",
            Held::Top(_) => "let the query keep fewer rows",
        }
    }

    /// Groups, each of which is a row of the result.
    pub fn groups(&self) -> usize {
        match self {
            Held::Groups(groups) => groups.count(),
            Held::Top(_) => 0,
        }
    }

    /// Rows that entered and are not in the result, at the end.
    pub fn left_out(&self) -> u64 {
        match self {
            Held::Groups(_) => 0,
            Held::Top(top) => top.entered - top.ordered() as u64,
        }
    }

    /// Rows of the result, at the end.
    pub fn rows(&self) -> usize {
        match self {
            Held::Groups(groups) => groups.count(),
            Held::Top(top) => top.ordered(),
        }
    }

    /// Bytes held, about.
    pub fn memory(&self) -> usize {
        match self {
            Held::Groups(groups) => groups.memory(),
            Held::Top(top) => top.memory(),
        }
    }

    /// The next rows of the result, in order; none at its end.
    pub fn next(&self, cursor: &mut Cursor, count: usize) -> RowIds {
        match self {
            Held::Groups(groups) => groups.next(cursor, count),
            Held::Top(top) => {
                let ids = top.order(cursor.passed, count);
                cursor.passed += ids.len();
                ids
            }
        }
    }

    /// Their columns, and for each the rows that have no value.
    pub fn columns(&self, ids: &RowIds) -> Vec<(ArrayRef, Vec<Failure>)> {
        match self {
            Held::Groups(groups) => groups.columns(ids),
            Held::Top(top) => top.columns(ids).into_iter().map(|column| (column, Vec::new())).collect(),
        }
    }
}
