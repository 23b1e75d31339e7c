//! The statements around the rows: what a mode needs before the first row, with each flush, and at the end.

use anyhow::Result;

use super::Order;
use super::connection::Connection;
use super::encoder::Form;
use super::existing_table::Table;
use super::names::Name;
use super::obstacles::check_emptying;
use super::plan::Plan;
use crate::job::Mode;
use crate::load::quote::quoted;

/// The statements of a load.
pub struct Steps {
    /// The table that the rows go to at first.
    pub relation: Name,
    pub copy: String,
    /// Behind each COPY, ended by a semicolon.
    pub merge: Option<String>,
    /// What is the same for rows of which the last one is put over the others.
    pub same: Option<String>,
    pub around: Around,
}

/// Those before and after the rows, in the order in which they are run.
#[derive(Default)]
pub struct Around {
    /// The user's own that must stand alone, and those before them: each by itself, just before the first transaction.
    pub alone: Vec<String>,
    /// The user's own, at the beginning of the first transaction, which is that of the first flush that loads a row, or that
    /// of the end where none came.
    pub before: Vec<String>,
    /// Behind those.
    pub first: Vec<String>,
    /// In each transaction that rows go by.
    pub each: Vec<String>,
    /// Old rows are gone with the first transaction.
    pub empties: bool,
    /// In one transaction that publishes the load.
    pub publish: Vec<String>,
    /// The user's own, each by itself, after that.
    pub after: Vec<String>,
    /// What takes back the traces of a load that has failed.
    pub cleanup: Option<String>,
}

/// What is confirmed is to survive a crash of the server.
pub const DURABLE: &str =
    "select set_config('synchronous_commit', 'on', false) where current_setting('synchronous_commit') = 'off'";

impl Steps {
    pub fn new(
        connection: &mut Connection,
        name: &Name,
        existing: Option<&Table>,
        plan: &Plan,
        order: &Order,
    ) -> Result<Steps> {
        let columns = quoted(&plan.columns);
        let around = Around { after: order.hooks.after.clone(), ..Around::default() };
        let relation = name.clone();
        let mut steps = Steps { relation, copy: copy(name, &columns, plan.form), merge: None, same: None, around };
        match (order.mode, existing) {
            (Mode::Append, Some(_)) => {}
            (Mode::Append | Mode::Truncate, None) => steps.around.first.push(plan.create_sql(name, &[])),
            (Mode::Truncate, Some(table)) => {
                check_emptying(connection, table, "name another table, or use append")?;
                steps.around.first.push(format!("truncate table {}", name.sql()));
                steps.around.empties = true;
            }
            (Mode::Replace, existing) => steps.replace(connection, name, existing, plan)?,
            (Mode::Upsert, existing) => steps.upsert(connection, name, existing, plan, order.key)?,
        }
        Ok(steps)
    }
}

pub fn copy(name: &Name, columns: &str, form: Form) -> String {
    format!("copy {} ({columns}) from stdin{}", name.sql(), form.options())
}
