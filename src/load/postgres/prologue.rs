//! The statements around the rows: what a mode needs before the first row, with each flush, and at the end.

use anyhow::Result;

use super::Order;
use super::connection::Connection;
use super::encoder::Form;
use super::names::Name;
use super::obstacles::check_emptying;
use super::plan::Plan;
use super::table::Table;
use crate::exit::{ExitCode, fatal};
use crate::job::Mode;
use crate::load::quote::quoted;

/// The statements of a load.
pub struct Steps {
    /// On every connection.
    pub session: Vec<String>,
    /// The table that the rows go to at first.
    pub relation: String,
    pub copy: String,
    /// Behind each COPY, ended by a semicolon.
    pub merge: Option<String>,
    pub around: Around,
}

/// Those before and after the rows, in the order in which they are run.
#[derive(Default)]
pub struct Around {
    /// The user's own, each by itself, before the first row.
    pub before: Vec<String>,
    /// In the transaction of the first flush, or of the end where there is no row.
    pub first: Vec<String>,
    /// In one transaction that publishes the load.
    pub publish: Vec<String>,
    /// The user's own, each by itself, after that.
    pub after: Vec<String>,
    /// What takes back the traces of a load that has failed.
    pub cleanup: Option<String>,
}

/// What is confirmed is to survive a crash of the server.
const DURABLE: &str =
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
        let (before, after) = (order.hooks.before.clone(), order.hooks.after.clone());
        let around = Around { before, after, ..Around::default() };
        let (session, relation) = (vec![DURABLE.into()], name.table.clone());
        let mut steps = Steps { session, relation, copy: copy(name, &columns, plan.form), merge: None, around };
        match (order.mode, existing) {
            (Mode::Append, Some(_)) => {}
            (Mode::Append | Mode::Truncate, None) => steps.around.first.push(plan.create_sql(name)),
            (Mode::Truncate, Some(table)) => {
                check_emptying(connection, table, "name another table, or use append")?;
                steps.around.first.push(format!("truncate table {}", name.sql()));
            }
            (Mode::Replace, existing) => steps.replace(connection, name, existing, plan)?,
            (Mode::Upsert, Some(table)) => steps.upsert(connection, table, plan, order.key)?,
            (Mode::Upsert, None) => {
                let message = format!(
                    "there is no table {}, and only one with a unique key can be upserted into; create it first",
                    name.table
                );
                return Err(fatal(ExitCode::Config, message));
            }
        }
        Ok(steps)
    }
}

pub fn copy(name: &Name, columns: &str, form: Form) -> String {
    format!("copy {} ({columns}) from stdin{}", name.sql(), options(form))
}

pub fn options(form: Form) -> &'static str {
    match form {
        Form::Binary => " (format binary)",
        Form::Text => "",
    }
}
