//! A lookup joined to the rows of a select: each row has at most one match, for keys are unique.

use std::sync::Arc;

use super::index::Index;
use super::lookup_table::LookupTable;
use super::partners::Partners;
use crate::arrow::array::{Array, ArrayRef};
use crate::format::value::to_text;
use crate::job::Missing;
use crate::transform::plan::Expr;
use crate::types::Session;

/// One join, bound.
#[derive(Clone)]
pub struct Join {
    pub table: Arc<LookupTable>,
    /// Where its columns begin among those that the select reads.
    pub first: usize,
    /// What is computed of a row to find its match.
    pub keys: Vec<Expr>,
    /// What it is compared with, as the query writes it, for messages.
    pub names: Vec<String>,
    pub index: Arc<Index>,
    /// What becomes of a row without a match; an inner join drops it.
    pub missing: Missing,
    /// Whether any row has a match; `None` where the lookup has no row itself.
    pub partners: Option<Arc<Partners>>,
}

impl Join {
    /// Why a row is refused that has no match.
    pub fn refusal(&self, keys: &[ArrayRef], row: usize, session: &Session) -> String {
        let (table, key) = (&self.table.name, self.key(keys, row, session));
        match key {
            Some(key) => format!("lookup {table} has no row with {key}"),
            None => format!("the key is NULL, which no row of lookup {table} has"),
        }
    }

    /// `iso2 = "DE" and kind = "A"`; `None` where a part is NULL.
    pub fn key(&self, keys: &[ArrayRef], row: usize, session: &Session) -> Option<String> {
        let part = |((name, expr), column): ((&String, &Expr), &ArrayRef)| {
            let text = to_text(&column.slice(row, 1), expr.ty, session.zone);
            text.is_valid(0).then(|| format!("{name} = {:?}", text.value(0)))
        };
        let parts: Option<Vec<String>> = self.names.iter().zip(&self.keys).zip(keys).map(part).collect();
        parts.map(|parts| parts.join(" and "))
    }
}
