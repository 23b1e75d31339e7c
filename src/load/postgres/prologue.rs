//! The statements around the rows: what a mode needs before the first row, with each flush, and at the end.

use anyhow::Result;

use super::Order;
use super::connection::Connection;
use super::encoder::Form;
use super::names::Name;
use super::plan::Plan;
use super::table::Table;
use crate::exit::{ExitCode, fatal};
use crate::job::Mode;
use crate::load::matching;
use crate::load::quote::{quote, quoted};

/// The statements of a load.
pub struct Steps {
    /// On every connection.
    pub session: Vec<String>,
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
        let mut steps = Steps { session: Vec::new(), copy: copy(name, &columns, plan.form), merge: None, around };
        match (order.mode, existing) {
            (Mode::Append, Some(_)) => {}
            (Mode::Append | Mode::Truncate, None) => steps.around.first.push(plan.create_sql(name)),
            (Mode::Truncate, Some(table)) => {
                check_truncate(connection, table, "name another table, or use append")?;
                steps.around.first.push(format!("truncate table {}", name.sql()));
            }
            (Mode::Replace, existing) => steps.replace(connection, name, existing, plan)?,
            (Mode::Upsert, Some(_)) => steps.upsert(name, plan, order.key)?,
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

    /// The rows wait in a table like the other one, which takes them over in one transaction and so keeps whatever hangs
    /// on it: indexes, keys, grants, triggers, views.
    fn replace(
        &mut self,
        connection: &mut Connection,
        name: &Name,
        existing: Option<&Table>,
        plan: &Plan,
    ) -> Result<()> {
        let (staging, columns, around) = (name.staging(), quoted(&plan.columns), &mut self.around);
        let drop = format!("drop table if exists {}", staging.sql());
        around.first.push(drop.clone());
        around.cleanup = Some(drop);
        self.copy = copy(&staging, &columns, plan.form);
        let Some(table) = existing else {
            around.first.push(plan.create_sql(&staging));
            around.publish.push(format!("alter table {} rename to {}", staging.sql(), quote(&name.table)));
            return Ok(());
        };
        check_truncate(connection, table, "use mode truncate after dropping that key, or upsert")?;
        around.first.push(format!("create table {} (like {} including all)", staging.sql(), name.sql()));
        let keys = table.foreign_keys(connection)?;
        around.first.extend(keys.iter().map(|key| format!("alter table {} add {key}", staging.sql())));
        around.publish.push(format!("truncate table {}", name.sql()));
        around.publish.push(format!("insert into {} ({columns}) select {columns} from {}", name.sql(), staging.sql()));
        around.publish.push(format!("drop table {}", staging.sql()));
        Ok(())
    }

    /// The last row of a key wins, within a flush and between flushes.
    fn upsert(&mut self, name: &Name, plan: &Plan, key: &[String]) -> Result<()> {
        let keys = matching::key(&plan.columns, key)?;
        let columns = quoted(&plan.columns);
        let incoming = quote("gristmill_incoming");
        let sets = matching::sets(&plan.columns, &keys);
        let action = if sets.is_empty() { "nothing".into() } else { format!("update set {}", sets.join(", ")) };
        let keys = quoted(&keys);
        self.session.push(format!(
            "create temporary table if not exists {incoming} on commit delete rows as select {columns} from {} limit 0",
            name.sql()
        ));
        self.copy = format!("copy pg_temp.{incoming} ({columns}) from stdin{}", options(plan.form));
        self.merge = Some(format!(
            "insert into {} ({columns}) select distinct on ({keys}) {columns} from pg_temp.{incoming} \
             order by {keys}, ctid desc on conflict ({keys}) do {action}; delete from pg_temp.{incoming}; ",
            name.sql()
        ));
        Ok(())
    }
}

fn copy(name: &Name, columns: &str, form: Form) -> String {
    format!("copy {} ({columns}) from stdin{}", name.sql(), options(form))
}

fn options(form: Form) -> &'static str {
    match form {
        Form::Binary => " (format binary)",
        Form::Text => "",
    }
}

fn check_truncate(connection: &mut Connection, table: &Table, remedy: &str) -> Result<()> {
    match table.referenced_by(connection)? {
        None => Ok(()),
        Some((other, key)) => Err(fatal(
            ExitCode::Config,
            format!("table {} cannot be emptied: key {key} of table {other} leads to it; {remedy}", table.name.table),
        )),
    }
}
