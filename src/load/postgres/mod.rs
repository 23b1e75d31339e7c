//! PostgreSQL: rows as bytes of a COPY out of the pool, sent by the load thread, one transaction for each flush.

mod binary;
mod connection;
mod encoder;
mod fault;
mod libpq;
mod loader;
mod names;
mod plan;
mod prologue;
mod sink;
mod table;
mod wire;

use std::sync::Arc;

use anyhow::Result;

use super::null::NullSink;
use super::{Opened, Setting, Sink};
use crate::exit::{ExitCode, fatal};
use crate::job::{Hooks, Mode, Secret};
use crate::types::OutputColumn;
use connection::Connection;
use encoder::PostgresEncoder;
use fault::Fault;
use plan::Plan;
use prologue::Steps;
use sink::{Server, Target};
use table::{Table, new_name};

/// What the job says of a table.
pub struct Order<'a> {
    pub url: &'a Secret,
    pub table: &'a str,
    pub mode: Mode,
    pub key: &'a [String],
    pub hooks: &'a Hooks,
}

/// Checks server, table and columns, and makes both halves of the sink.
pub fn open(order: Order, columns: &[OutputColumn], setting: &Setting) -> Result<Opened> {
    let server = Server { url: order.url.clone(), stop: setting.stop.clone() };
    let mut connection = server.connect()?;
    let existing = Table::find(&mut connection, order.table)?;
    let plan = match &existing {
        Some(table) => Plan::existing_table(table, columns)?,
        None => Plan::new_table(columns),
    };
    let name = match &existing {
        Some(table) => table.name.clone(),
        None => new_name(&mut connection, order.table)?,
    };
    lock(&mut connection, &name.sql())?;
    let steps = Steps::new(&mut connection, &name, existing.as_ref(), &plan, &order)?;
    let sink: Arc<str> = format!("postgresql:{}", name.table).into();
    let encoder = PostgresEncoder {
        cells: plan.cells,
        zone: setting.session.zone,
        form: plan.form,
        can_refuse: existing.is_some() || !order.hooks.before.is_empty(),
    };
    let target = Target::new(connection, sink.clone(), name.table, plan.form, steps);
    let target: Box<dyn Sink> = if setting.dry_run { Box::new(NullSink) } else { Box::new(target) };
    Ok(Opened { name: sink, encoder: Arc::new(encoder), sink: target, warnings: Vec::new() })
}

/// Keeps a second run off the table until the connection ends.
fn lock(connection: &mut Connection, table: &str) -> Result<()> {
    let sql = "select pg_try_advisory_lock(hashtext('gristmill'), hashtext($1))";
    let rows = connection.ask(sql, &[table]).map_err(|fault: Fault| fault.error("cannot lock the table"))?;
    match rows.into_iter().flatten().flatten().next().as_deref() {
        Some("f") => {
            Err(fatal(ExitCode::TryAgain, format!("another run loads table {table}; try again when it has ended")))
        }
        _ => Ok(()),
    }
}
