//! PostgreSQL: rows as bytes of a COPY out of the pool, sent by the load thread, one transaction for each flush.

mod binary;
mod connection;
mod encoder;
mod fault;
mod hosts;
mod libpq;
mod loader;
mod names;
mod obstacles;
mod place;
mod plan;
mod progress;
mod prologue;
mod replace;
mod rights;
mod search;
mod server;
mod session;
mod sink;
mod state;
mod table;
mod talk;
mod upsert;
mod url;
mod watch;
mod wire;

use std::sync::Arc;

use anyhow::Result;
use chrono_tz::Tz;

use super::null::NullSink;
use super::{Opened, Setting, Sink};
use crate::job::{Breaker, Hooks, Mode, Retry, Secret};
use crate::load::retry::Policy;
use crate::types::OutputColumn;
use connection::Connection;
use encoder::PostgresEncoder;
use fault::{Fault, words};
use loader::Loader;
use names::{Name, kept};
use plan::Plan;
use progress::Progress;
use prologue::Steps;
use server::Server;
use session::{Session, begin};
use sink::Target;
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
    /// A server that is away at the start is waited for.
    pub patient: bool,
}

/// How a table is named to the person; its schema is left out.
pub fn name(table: &str) -> String {
    format!("postgresql:{}", table.rsplit_once('.').map_or(table, |(_, table)| table))
}

/// Checks server, table and columns, and makes both halves of the sink.
pub fn open(order: Order, columns: &[OutputColumn], setting: &Setting) -> Result<Opened> {
    let key: Vec<String> = order.key.iter().map(|column| kept(column).to_owned()).collect();
    let order = Order { key: &key, ..order };
    let policy = Policy::new(order.retry, order.breaker);
    let patient = order.patient && !setting.dry_run;
    let mut server = Server { url: order.url.clone(), stop: setting.stop.clone(), policy };
    let ready = server.at_second_zero(patient, |connection| Ready::new(connection, &order, columns, setting))?;
    let Ready { connection, name, plan, steps, can_refuse, state, warnings } = ready;
    let sink: Arc<str> = format!("postgresql:{}", name.table).into();
    let encoder = PostgresEncoder { cells: plan.cells, zone: setting.session.zone, form: plan.form, can_refuse };
    let sink_half: Box<dyn Sink> = match setting.dry_run {
        true => Box::new(NullSink),
        false => {
            let Steps { session, relation, copy, merge, around } = steps;
            let (table, form) = (name.table.clone(), plan.form);
            let loader = Loader { sink: sink.clone(), table, relation, copy, merge, form };
            let session = Session::new(server, connection, name.sql().into(), session);
            Box::new(Target { session, loader, around, state, progress: Progress::default() })
        }
    };
    Ok(Opened { name: sink, encoder: Arc::new(encoder), sink: sink_half, warnings })
}

/// What is known of the target before the first row, and the session that it was found out in.
struct Ready {
    connection: Connection,
    name: Name,
    plan: Plan,
    steps: Steps,
    can_refuse: bool,
    state: Option<State>,
    warnings: Vec<String>,
}

impl Ready {
    fn new(mut connection: Connection, order: &Order, columns: &[OutputColumn], setting: &Setting) -> Result<Ready> {
        let existing = Table::find(&mut connection, order.table)?;
        let plan = match &existing {
            Some(table) => Plan::existing_table(table, columns)?,
            None => Plan::new_table(columns),
        };
        let name = match &existing {
            Some(table) => table.name.clone(),
            None => new_name(&mut connection, order.table)?,
        };
        let mut steps = Steps::new(&mut connection, &name, existing.as_ref(), &plan, order)?;
        steps.session.push(reading(setting.session.zone));
        if order.mode == Mode::Upsert {
            // The session may take another role yet, and nobody else sees that table.
            steps.session.push("grant all on pg_temp.gristmill_incoming to public".into());
        }
        rights::check(&mut connection, &name, existing.as_ref(), &plan, order)?;
        let plain = existing.is_none() && order.hooks.before.is_empty();
        let can_refuse = !plain || !table::takes_all(&mut connection, plan.columns.len())?;
        let (mut state, mut warnings) = (None, Vec::new());
        if !setting.dry_run {
            begin(&mut connection, &name.sql(), &steps.session)?;
            let is_unlogged =
                existing.as_ref().is_some_and(|table| table.kind.is_unlogged) && order.mode != Mode::Replace;
            state = state_of(&mut connection, &name, is_unlogged, &mut warnings)?;
        }
        Ok(Ready { connection, name, plan, steps, can_refuse, state, warnings })
    }
}

/// What the server reads from text, it reads as we would, wherever it stands.
fn reading(zone: Tz) -> String {
    format!("set timezone = '{}'; set datestyle = 'ISO, MDY'", zone.name())
}

/// Where the run notes its progress; a warning where it may not.
fn state_of(
    connection: &mut Connection,
    name: &Name,
    is_unlogged: bool,
    warnings: &mut Vec<String>,
) -> Result<Option<State>> {
    match State::open(connection, name, is_unlogged) {
        Ok(state) => Ok(Some(state)),
        Err(Fault::Refused(complaint)) => {
            warnings.push(format!(
                "table gristmill_state cannot be kept in schema {}: {}; should the connection break while a batch is \
                 committed, the run ends with 69",
                name.schema,
                words(&complaint)
            ));
            Ok(None)
        }
        Err(fault) => Err(fault.error("cannot open table gristmill_state")),
    }
}
