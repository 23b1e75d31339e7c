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
mod server;
mod sink;
mod state;
mod table;
mod wire;

use std::sync::Arc;

use anyhow::Result;

use super::null::NullSink;
use super::{Opened, Setting, Sink};
use crate::exit::{ExitCode, fatal};
use crate::job::{Breaker, Hooks, Mode, Retry, Secret};
use crate::load::retry::Policy;
use crate::types::OutputColumn;
use connection::Connection;
use encoder::PostgresEncoder;
use loader::Loader;
use names::Name;
use plan::Plan;
use prologue::Steps;
use server::Server;
use sink::{Progress, Target, lock};
use state::State;
use table::{Table, new_name};

/// What the job says of a table.
pub struct Order<'a> {
    pub url: &'a Secret,
    pub table: &'a str,
    pub mode: Mode,
    pub key: &'a [String],
    pub hooks: &'a Hooks,
    pub retry: Retry,
    pub breaker: Breaker,
}

/// Checks server, table and columns, and makes both halves of the sink.
pub fn open(order: Order, columns: &[OutputColumn], setting: &Setting) -> Result<Opened> {
    let policy = Policy::new(order.retry, order.breaker);
    let mut server = Server { url: order.url.clone(), stop: setting.stop.clone(), policy };
    let mut connection = server.first_connection(!setting.dry_run)?;
    let existing = Table::find(&mut connection, order.table)?;
    let plan = match &existing {
        Some(table) => Plan::existing_table(table, columns)?,
        None => Plan::new_table(columns),
    };
    let name = match &existing {
        Some(table) => table.name.clone(),
        None => new_name(&mut connection, order.table)?,
    };
    let steps = Steps::new(&mut connection, &name, existing.as_ref(), &plan, &order)?;
    let sink: Arc<str> = format!("postgresql:{}", name.table).into();
    let can_refuse = existing.is_some() || !order.hooks.before.is_empty();
    let loader = Loader {
        sink: sink.clone(),
        table: name.table.clone(),
        copy: steps.copy.clone(),
        merge: steps.merge.clone(),
        form: plan.form,
    };
    let encoder = PostgresEncoder { cells: plan.cells, zone: setting.session.zone, form: plan.form, can_refuse };
    let opened = |sink_half: Box<dyn Sink>, warnings| Opened {
        name: sink.clone(),
        encoder: Arc::new(encoder),
        sink: sink_half,
        warnings,
    };
    if setting.dry_run {
        return Ok(opened(Box::new(NullSink), Vec::new()));
    }
    let lock: Arc<str> = name.sql().into();
    begin_session(&mut connection, &lock, &steps)?;
    let (state, warnings) = state(&mut connection, &name);
    let progress = Progress::default();
    let target = Target { server, connection: Some(connection), loader, steps, state, lock, progress };
    Ok(opened(Box::new(target), warnings))
}

fn begin_session(connection: &mut Connection, table: &str, steps: &Steps) -> Result<()> {
    if !lock(connection, table).map_err(|fault| fault.error("cannot lock the table"))? {
        let message = format!("another run loads table {table}; try again when it has ended");
        return Err(fatal(ExitCode::TryAgain, message));
    }
    let prepared = steps.session.iter().try_for_each(|sql| connection.run(sql).map(drop));
    prepared.map_err(|fault| fault.error(&format!("cannot prepare table {table}")))
}

/// Where the run notes its progress; a warning where it may not.
fn state(connection: &mut Connection, name: &Name) -> (Option<State>, Vec<String>) {
    match State::open(connection, name) {
        Ok(state) => (Some(state), Vec::new()),
        Err(fault) => {
            let warning = format!(
                "table gristmill_state cannot be kept in schema {}: {}; should the connection break while a batch is \
                 committed, the run ends with 69",
                name.schema,
                fault.words()
            );
            (None, vec![warning])
        }
    }
}
