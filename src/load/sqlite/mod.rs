//! SQLite: rows as typed arrays out of the pool, which a statement on the load thread reads as a virtual table.
//!
//! At second zero `open` takes the table's `lock_file`, opens the `database`, or one of our own making (`created`), and
//! settles from the existing table and the types that it has `declared` the `plan` of the columns. A flush is then
//! followed so: its rows were made into arrays by the `encoder`, in the pool, which refuses what a column cannot hold
//! (`holds`). The sink is one of two: `direct` loads all flushes in one transaction, `staged` commits them to a table
//! that takes the other's place at the end (`swap`). Both `insert` a flush by one statement that reads it as a virtual
//! table (`feed`), and where the table refuses some of its rows, row by row. Rows whose key finds no row yet (`keys`)
//! are `kept`, and `settle` puts them in when no more come; `cycles` are put in together, and what is left is
//! `dangling`.

mod database;
mod lock_file;
mod created;
mod handed;
mod fault;
mod names;
mod existing_table;
mod declared;
mod affinity;
mod target;
mod plan;
mod sequence;
mod encoder;
mod holds;
mod not_finite;
mod values;
mod direct;
mod emptying;
mod upsert;
mod staged;
mod swap;
mod insert;
mod feed;
mod keys;
mod deferred;
mod kept;
mod settle;
mod cycles;
mod dangling;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Result;

use super::made::{Made, made};
use super::null::NullSink;
use super::{Opened, Setting, Sink};
use crate::job::Mode;
use crate::paths::{cannot_create, check_file, display_name, follow_links};
use crate::types::OutputColumn;
use database::Database;
use direct::Direct;
use encoder::SqliteEncoder;
use existing_table::Table;
use lock_file::lock_table;
use names::check_free;
use not_finite::NotFinite;
use plan::Plan;
use staged::Staged;
use target::Target;

/// What the job says of a SQLite table.
pub struct Order<'a> {
    pub path: &'a Path,
    pub table: &'a str,
    pub mode: Mode,
    /// The columns that tell the rows of an upsert apart.
    pub key: &'a [String],
}

/// Checks database, table and columns, and makes both halves of the sink.
pub fn open(order: Order, columns: &[OutputColumn], setting: &Setting) -> Result<Opened> {
    check_free(order.table)?;
    let path = checked_place(order.path)?;
    // Before the database is read: the run that holds it may keep readers out.
    let lock = (!setting.dry_run).then(|| lock_table(&path, order.table)).transpose()?;
    // A dry run must not create the file, and without one there is no table to look at.
    let wanted = path.exists() || !setting.dry_run;
    let database = wanted.then(|| Database::open(&path, order.table, setting)).transpose()?;
    let existing = database.as_ref().map_or(Ok(None), |database| Table::find(database, order.table))?;
    let name: Arc<str> = display_name(&path).into();
    let (plan, guessed) = match &existing {
        Some(table) => (Plan::existing_table(table, columns)?, None),
        None => {
            let Made { columns, guessed } = made(&name, columns, order.key);
            (Plan::new_table(&columns), guessed)
        }
    };
    let plan = plan.with_key(order.key, existing.as_ref())?;
    let can_refuse = existing.is_some() || !order.key.is_empty();
    let encoder = Arc::new(encoder(&plan, can_refuse, setting));
    let warnings = plan.warnings.clone();
    let sink: Box<dyn Sink> = match database {
        Some(database) => {
            let table = existing.as_ref().map_or(order.table, |table| &table.name).to_owned();
            let target = Target { sink: name.clone(), name: table, existing, plan, database, lock };
            open_sink(target, order.mode, setting.dry_run)?
        }
        None => plan.create_sql(order.table).map(|_| Box::new(NullSink))?,
    };
    Ok(Opened { name, encoder, sink, warnings, guessed })
}

/// Where the database stands or is to stand.
fn checked_place(path: &Path) -> Result<PathBuf> {
    let path = follow_links(path)?;
    check_file(&path)?;
    if path.exists() && !path.is_file() {
        return Err(cannot_create(&path, "it is not a file that can hold a database"));
    }
    Ok(path)
}

fn encoder(plan: &Plan, can_refuse: bool, setting: &Setting) -> SqliteEncoder {
    let not_finite = NotFinite::new(&plan.columns);
    SqliteEncoder { cells: plan.cells.clone(), zone: setting.session.zone, can_refuse, not_finite }
}

/// The sink for the mode, tried out. A dry run goes as far.
fn open_sink(target: Target, mode: Mode, dry_run: bool) -> Result<Box<dyn Sink>> {
    let sink: Box<dyn Sink> = match mode {
        Mode::Replace => Box::new(Staged::open(target)?),
        Mode::Append | Mode::Truncate | Mode::Upsert => Box::new(Direct::open(target, mode)?),
    };
    Ok(if dry_run { Box::new(NullSink) } else { sink })
}

#[cfg(test)]
mod tests;
