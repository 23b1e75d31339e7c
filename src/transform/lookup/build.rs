//! From a lookup and what its rows are found by to a join: the keys of all its rows are computed, and must differ.

use std::ops::Range;
use std::sync::Arc;

use anyhow::Result;

use super::index::{Duplicate, Index};
use super::join::Join;
use super::lookup_table::LookupTable;
use super::partners::Partners;
use crate::arrow::array::{ArrayRef, UInt32Array};
use crate::batch::Selection;
use crate::exit::{ExitCode, fatal};
use crate::job::{Key, Missing};
use crate::transform::eval::{Evaluation, Matches, Nothing, TextBudget};
use crate::transform::plan::{Expr, Node};
use crate::types::{InputColumn, Session};

/// Bytes of text that the keys of all rows may take while they are computed.
const MOST_KEYS: usize = 256 << 20;

/// One equality of a join, bound in one type.
pub struct Equality {
    /// Computed of the rows that are joined to.
    pub row: Expr,
    /// Computed of the lookup's columns alone.
    pub lookup: Expr,
    /// Of the lookup's side, for messages.
    pub name: String,
}

/// The lookup's columns count from `first` in `inputs`.
pub fn join(
    table: &Arc<LookupTable>,
    first: usize,
    equalities: Vec<Equality>,
    missing: Missing,
    inputs: &[InputColumn],
    session: &Session,
) -> Result<Join> {
    let types = equalities.iter().map(|equality| equality.lookup.ty).collect();
    let (mut keys, mut lookup_keys, mut names) = (Vec::new(), Vec::new(), Vec::new());
    for Equality { row, lookup, name } in equalities {
        keys.push(row);
        lookup_keys.push(lookup);
        names.push(name);
    }
    let index = Arc::new(Index::empty());
    let by_text = keys.iter().any(|key| matches!(key.node, Node::RawText(_)));
    let partners = (!table.is_empty()).then(|| Arc::new(Partners::new(&table.name, &names, by_text)));
    let mut join = Join { table: Arc::clone(table), first, keys, names, index, missing, partners };
    let columns = columns(&join, &lookup_keys, inputs, session)?;
    let (index, duplicate) = Index::new(types, &columns);
    join.index = Arc::new(index);
    match duplicate {
        Some(duplicate) if !table.takes_first => Err(refused(&join, &columns, duplicate, session)),
        _ => Ok(join),
    }
}

/// The keys of all rows of the lookup.
fn columns(join: &Join, keys: &[Expr], inputs: &[InputColumn], session: &Session) -> Result<Vec<ArrayRef>> {
    let compute = |rows: Range<u32>| computed(join, keys, rows, inputs, session);
    let rows = join.table.len() as u32;
    if let Some(columns) = compute(0..rows)? {
        return Ok(columns);
    }
    // One key may ask for more than there is: its row is named.
    (0..rows).try_for_each(|row| compute(row..row + 1).map(drop))?;
    let (name, most) = (&join.table.name, MOST_KEYS >> 20);
    let message =
        format!("lookup {name}: the keys computed of its rows take more than {most} MiB; join by shorter ones");
    Err(fatal(ExitCode::Config, message))
}

/// The keys of some rows; none where they are too much together.
fn computed(
    join: &Join,
    keys: &[Expr],
    rows: Range<u32>,
    inputs: &[InputColumn],
    session: &Session,
) -> Result<Option<Vec<ArrayRef>>> {
    let nothing = Nothing::new(rows.len());
    let mut evaluation = Evaluation::new(&nothing, inputs, session);
    evaluation.joins = std::slice::from_ref(join);
    evaluation.matches = Matches::known(UInt32Array::from_iter_values(rows.clone()));
    evaluation.text = TextBudget::within(MOST_KEYS);
    let mut columns = Vec::with_capacity(keys.len());
    for key in keys {
        let value = evaluation.value(key, &Selection::All(rows.len()));
        columns.push(evaluation.spread(&value, rows.len()));
    }
    if evaluation.text.is_exceeded() {
        return Ok(None);
    }
    match evaluation.refusals.into_vec().first() {
        Some(refused) => {
            let (name, place) = (&join.table.name, join.table.place(rows.start as usize + refused.row));
            let message = format!("lookup {name}: {place}: the key cannot be computed: {}", refused.message);
            Err(fatal(ExitCode::Data, message))
        }
        None => Ok(Some(columns)),
    }
}

fn refused(join: &Join, columns: &[ArrayRef], duplicate: Duplicate, session: &Session) -> anyhow::Error {
    let LookupTable { name, origin, unit, lines, .. } = join.table.as_ref();
    let line = |row: usize| lines.get(row).copied().unwrap_or_default();
    let (first, second) = (line(duplicate.first), line(duplicate.second));
    let key = join.key(columns, duplicate.first, session).unwrap_or_default();
    let remedy = Key::from("lookup").child(name).child("duplicates");
    fatal(
        ExitCode::Data,
        format!(
            "lookup {name}: {origin}, {unit}s {first} and {second} have the same key, {key}; leave one out, or take \
             the first of them: {remedy} = \"first\""
        ),
    )
}
