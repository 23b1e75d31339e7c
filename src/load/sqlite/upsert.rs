//! `upsert`: what becomes of a row whose key stands in the table already. The last row of a key wins, for SQLite takes the
//! rows of a statement one after the other.

use super::existing_table::Table;
use super::plan::Plan;
use crate::load::matching::sets;
use crate::load::quote::{quote, quoted};

/// The end of an insert; empty where the plan has no key.
pub fn on_conflict(plan: &Plan) -> String {
    let Some(first) = plan.key.first() else { return String::new() };
    let mut sets = sets(&plan.columns, &plan.key);
    if sets.is_empty() {
        // A row that changes nothing is loaded all the same, and is counted only where something is set.
        sets.push(format!("{0} = excluded.{0}", quote(first)));
    }
    format!(" on conflict ({}) do update set {}", quoted(&plan.key), sets.join(", "))
}

/// Whether rows `one` and `other` of a query have the same key.
pub fn same_key(key: &[String], one: &str, other: &str) -> String {
    let same = |name: &String| format!("{one}.{0} = {other}.{0}", quote(name));
    key.iter().map(same).collect::<Vec<_>>().join(" and ")
}

/// The cells that may not be NULL, because they make up the primary key: SQLite would put a number in the place of one
/// NULL and let another pass.
pub fn never_null(columns: &[String], key: &[String], existing: Option<&Table>) -> Vec<(usize, String)> {
    let primary = |name: &String| existing.is_none_or(|table| table.primary.contains(name));
    if !key.iter().all(primary) {
        return Vec::new();
    }
    let cells = columns.iter().cloned().enumerate();
    cells.filter(|(_, name)| key.contains(name)).collect()
}
