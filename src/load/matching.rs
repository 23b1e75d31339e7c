//! Columns of the query and columns of a table: what sinks into tables have in common.

use anyhow::Result;

use super::quote::quote;
use crate::exit::{ExitCode, fatal};

/// The columns of a table, among those that are filled, which `load.key` names.
pub fn key(columns: &[String], wanted: &[String]) -> Result<Vec<String>> {
    let exact = |wanted: &String| columns.iter().find(|column| *column == wanted);
    let folded = |wanted: &String| columns.iter().find(|column| column.to_lowercase() == wanted.to_lowercase());
    let find = |wanted: &String| exact(wanted).or_else(|| folded(wanted));
    let lacking = |wanted| format!("load.key names column {wanted}, which the query does not select");
    let found =
        wanted.iter().map(|wanted| find(wanted).cloned().ok_or_else(|| fatal(ExitCode::Config, lacking(wanted))));
    found.collect()
}

/// What an upsert sets where the key stands already; nothing where the key is all there is.
pub fn sets(columns: &[String], key: &[String]) -> Vec<String> {
    let others = columns.iter().filter(|column| !key.contains(column));
    others.map(|column| format!("{0} = excluded.{0}", quote(column))).collect()
}
