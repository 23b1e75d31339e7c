//! SQLite: rows as typed arrays out of the pool, prepared inserts on the load thread.

mod created;
mod database;
mod declared;
mod direct;
mod encoder;
mod fault;
mod insert;
mod locks;
mod names;
mod plan;
mod staged;
mod table;

use std::fs;
use std::path::Path;
use std::sync::Arc;

use anyhow::Result;

use super::null::NullSink;
use super::place::{cannot_create, check_file, display_name, follow_links};
use super::{Opened, Setting, Sink};
use crate::job::Mode;
use crate::types::OutputColumn;
use database::Database;
use direct::Direct;
use encoder::SqliteEncoder;
use insert::Insert;
use locks::Locks;
use names::quote;
use plan::Plan;
use staged::Staged;
use table::Table;

/// What the job says of a SQLite table.
pub struct Order<'a> {
    pub path: &'a Path,
    pub table: &'a str,
    pub mode: Mode,
}

/// Checks database, table and columns, and makes both halves of the sink.
pub fn open(order: Order, columns: &[OutputColumn], setting: &Setting) -> Result<Opened> {
    let path = follow_links(order.path)?;
    check_file(&path)?;
    let found = fs::metadata(&path);
    if found.as_ref().is_ok_and(|found| !found.is_file()) {
        return Err(cannot_create(&path, "it is not a file that can hold a database"));
    }
    // Before the database is read: the run that holds it may keep readers out.
    let locks = (!setting.dry_run).then(|| Locks::acquire(&path, order.table, order.mode)).transpose()?;
    // A dry run must not create the file, and without one there is no table to look at.
    let wanted = found.is_ok() || !setting.dry_run;
    let database = wanted.then(|| Database::open(&path, setting)).transpose()?;
    let existing = database.as_ref().map_or(Ok(None), |database| Table::find(database, order.table))?;
    let plan = match &existing {
        Some(table) => Plan::existing_table(table, columns)?,
        None => Plan::new_table(columns),
    };
    let name: Arc<str> = display_name(&path).into();
    let encoder =
        SqliteEncoder { cells: plan.cells.clone(), zone: setting.session.zone, can_refuse: existing.is_some() };
    let warnings = plan.warnings.clone();
    let sink: Box<dyn Sink> = match database {
        Some(database) => open_sink(&order, Target { locks, name: name.clone(), existing, plan }, database, setting)?,
        None => plan.create_sql(order.table).map(|_| Box::new(NullSink))?,
    };
    Ok(Opened { name, encoder: Arc::new(encoder), sink, warnings })
}

/// What `open` has found out.
struct Target {
    locks: Option<Locks>,
    name: Arc<str>,
    existing: Option<Table>,
    plan: Plan,
}

fn open_sink(order: &Order, target: Target, database: Database, setting: &Setting) -> Result<Box<dyn Sink>> {
    let table = target.existing.as_ref().map_or(order.table, |table| &table.name).to_owned();
    let staging = staged::staging(&table);
    let create = match (&target.existing, order.mode) {
        (Some(existing), Mode::Replace) => Some(staged::create_like(existing)?),
        (Some(existing), Mode::Truncate) => {
            existing.check_truncate(&database)?;
            Some(format!("delete from {}", quote(&table)))
        }
        (Some(_), Mode::Append) => None,
        (None, Mode::Replace) => Some(target.plan.create_sql(&staging)?),
        (None, _) => Some(target.plan.create_sql(&table)?),
    };
    if setting.dry_run {
        return Ok(Box::new(NullSink));
    }
    let columns = &target.plan.columns;
    Ok(match (order.mode, create) {
        (Mode::Replace, Some(create)) => Box::new(Staged {
            insert: Insert::new(target.name, &staging, &table, columns),
            _locks: target.locks,
            database,
            target: table,
            existing: target.existing,
            create,
            begun: false,
            published: false,
        }),
        (_, prologue) => {
            let insert = Insert::new(target.name, &table, &table, columns);
            Box::new(Direct { database, insert, prologue, begun: false, _locks: target.locks })
        }
    })
}

#[cfg(test)]
mod tests;
