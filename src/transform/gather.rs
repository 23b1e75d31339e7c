//! What happens between two selects of a query: rows are gathered, into groups or the first of an order, before the
//! second one sees any.

use crate::types::{Type, Typing};

/// How the rows of one select become those of the next.
pub enum Gather {
    Group(GroupPlan),
    Top(TopPlan),
}

/// Rows that are held, by where they stand: which partition or part, and which row of it.
pub type RowIds = Vec<(u32, u32)>;

/// Rows to groups: a group's row is its keys and then its aggregates.
pub struct GroupPlan {
    /// Types of the keys, which are the first columns of the rows gathered; none: all rows are one group.
    pub keys: Vec<Type>,
    pub aggregates: Vec<Aggregate>,
}

/// Partitions that groups are divided into by the hash of their keys; a fixed number, so that the answer cannot depend on
/// the machine.
const PARTITIONS: usize = 32;

impl GroupPlan {
    /// How many partitions the groups are divided into.
    pub fn partitions(&self) -> usize {
        if self.keys.is_empty() { 1 } else { PARTITIONS }
    }
}

/// One aggregate of a group. NULL arguments do not count.
pub struct Aggregate {
    pub kind: Kind,
    /// The column of the argument, and its type; `None` for `count(*)`.
    pub argument: Option<(usize, Type)>,
    /// The column of the argument's text, and its typing, where that is a guess: what comes of it is the text of the value
    /// that wins.
    pub text: Option<(usize, Typing)>,
    /// Each value counts once.
    pub distinct: bool,
    /// The order in which values are put together.
    pub order: Vec<SortKey>,
    /// Of the result.
    pub ty: Type,
}

impl Aggregate {
    /// Over all rows, until more is said of it.
    pub fn of(kind: Kind, ty: Type) -> Aggregate {
        Aggregate { kind, argument: None, text: None, distinct: false, order: Vec::new(), ty }
    }

    /// Whether it is computed of this column.
    pub fn asks_for(&self, column: usize) -> bool {
        self.argument.is_some_and(|(argument, _)| argument == column)
            || self.order.iter().any(|key| key.column == column)
    }
}

/// What is computed of a group's values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    Count,
    Sum,
    Average,
    Spread(Spread),
    Min,
    Max,
    And,
    Or,
    /// `string_agg` with what stands between the texts.
    Texts(String),
    /// The value of the group's first row, NULL or not.
    First,
}

/// Measures of how far values lie apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spread {
    DeviationOfSample,
    DeviationOfAll,
    VarianceOfSample,
    VarianceOfAll,
}

/// All rows to the first `limit` of an order; rows that are equal stay in the order they came in.
pub struct TopPlan {
    pub keys: Vec<SortKey>,
    pub limit: Option<u64>,
    /// Columns of a row that go on; those after them are for sorting only.
    pub width: usize,
}

/// One term of `order by`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SortKey {
    /// In the rows gathered.
    pub column: usize,
    pub ty: Type,
    pub descending: bool,
    pub nulls_first: bool,
}
