//! PostgreSQL: rows as bytes of a COPY out of the pool, sent by the load thread, one transaction for each flush.
//!
//! At second zero `open` reaches the `server` that the `url` names, tries `before_load` (`trial`), and looks at the
//! table, where it exists, and at what stands in the way (`rights`, `obstacles`); of these come the `plan` of the
//! columns and the statements around the rows (`prologue`). A flush is then followed so: its rows were made into bytes
//! by the `encoder`, in the pool. `sink` takes it, with rows that were `kept` of earlier ones, to a `transaction`,
//! which begins with `opening` and is tried again in a new `session` until the server has confirmed it, or the run's
//! note in the database (`state`) tells that it has arrived. In it the `loader` sends all rows at once. Where the
//! server refuses some, `search` finds out which; where the table has `own_keys`, `rounds` put the rows in an order in
//! which each finds the one that it refers to. All of them speak over a `connection`, which waits for `libpq`; `fault`
//! says whether the rows or the server are to blame.

mod server;
mod url;
mod hosts;
mod login;
mod connection;
mod talk;
mod watch;
mod libpq;
mod fault;
mod names;
mod existing_table;
mod rights;
mod obstacles;
mod trial;
mod control;
mod wire;
mod plan;
mod prologue;
mod replace;
mod upsert;
mod encoder;
mod binary;
mod sink;
mod kept;
mod progress;
mod transaction;
mod opening;
mod shape;
mod session;
mod state;
mod loader;
mod search;
mod copy_context;
mod own_keys;
mod rounds;
mod agenda;
mod links;
mod sift;

use std::sync::Arc;

use anyhow::Result;
use chrono_tz::Tz;

use super::made::{Made, made};
use super::null::NullSink;
use super::{Opened, Setting, Sink};
use crate::job::{Breaker, Hooks, Mode, Retry, Secret};
use crate::load::retry::Policy;
use crate::types::OutputColumn;
use connection::Connection;
use encoder::PostgresEncoder;
use existing_table::{Table, new_name};
use fault::{Fault, words};
use kept::Kept;
use loader::Loader;
use names::{Name, Wanted, kept};
use plan::Plan;
use progress::Progress;
use prologue::{DURABLE, Steps};
use server::Server;
use session::{Session, begin};
use shape::Shape;
use sink::Target;
use state::State;
use transaction::Check;
use trial::Tried;

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
    let table = Wanted::parse(table).map_or_else(|_| table.to_owned(), |wanted| wanted.table);
    format!("postgresql:{table}")
}

/// Checks server, table and columns, and makes both halves of the sink.
pub fn open(order: Order, columns: &[OutputColumn], setting: &Setting) -> Result<Opened> {
    let key: Vec<String> = order.key.iter().map(|column| kept(column).to_owned()).collect();
    let order = Order { key: &key, ..order };
    let wanted = Wanted::parse(order.table)?;
    let policy = Policy::new(order.retry, order.breaker);
    let patient = order.patient && !setting.dry_run;
    let mut server = Server::new(order.url.clone(), setting.stop.clone(), policy);
    let ready =
        server.at_second_zero(patient, |connection| Ready::new(connection, &wanted, &order, columns, setting))?;
    let Ready { connection, seen, settings, state, warnings } = ready;
    let Seen { name, plan, guessed, steps, shape, can_refuse, is_unlogged: _ } = seen;
    let sink: Arc<str> = format!("postgresql:{}", name.table).into();
    let encoder = PostgresEncoder { cells: plan.cells, zone: setting.session.zone, form: plan.form, can_refuse };
    let sink_half: Box<dyn Sink> = match setting.dry_run {
        true => Box::new(NullSink),
        false => {
            let Steps { relation, copy, merge, same, around } = steps;
            let (columns, form) = (plan.columns.clone(), plan.form);
            let loader = Loader { sink: sink.clone(), table: name.clone(), relation, copy, merge, columns, same, form };
            let session = Session::new(server, connection, name.sql().into(), settings);
            let check = Check { columns: plan.columns, shape };
            let kept = Kept::new(setting.memory_limit);
            Box::new(Target { session, loader, around, check, state, kept, progress: Progress::default() })
        }
    };
    Ok(Opened { name: sink, encoder: Arc::new(encoder), sink: sink_half, warnings, guessed })
}

/// What is known of the target before the first row, and the session that it was found out in.
struct Ready {
    connection: Connection,
    seen: Seen,
    /// What every session is set to.
    settings: Vec<String>,
    state: Option<State>,
    warnings: Vec<String>,
}

impl Ready {
    fn new(
        mut connection: Connection,
        wanted: &Wanted,
        order: &Order,
        columns: &[OutputColumn],
        setting: &Setting,
    ) -> Result<Ready> {
        let mut settings = vec![DURABLE.into(), reading(setting.session.zone)];
        settings.extend((order.mode == Mode::Upsert).then(|| FRESH.to_owned()));
        let set = settings.iter().try_for_each(|sql: &String| connection.run(sql).map(drop));
        set.map_err(|fault| fault.error("cannot begin a session"))?;
        let before = &order.hooks.before;
        let look = |connection: &mut Connection| Seen::new(connection, wanted, order, columns);
        let (mut seen, tried) = match before.is_empty() && order.mode != Mode::Upsert {
            true => (look(&mut connection)?, Tried::default()),
            false => trial::inside(&mut connection, before, look)?,
        };
        let (alone, together) = before.split_at_checked(tried.alone).unwrap_or((before, &[]));
        (seen.steps.around.alone, seen.steps.around.before) = (alone.to_vec(), together.to_vec());
        let (mut state, mut warnings) = (None, tried.warnings);
        if !setting.dry_run {
            begin(&mut connection, &seen.name.sql())?;
            let is_unlogged = seen.is_unlogged && order.mode != Mode::Replace;
            state = state_of(&mut connection, &seen.name, is_unlogged, &mut warnings)?;
        }
        Ok(Ready { connection, seen, settings, state, warnings })
    }
}

/// The table, as it will be when the first row comes.
struct Seen {
    name: Name,
    plan: Plan,
    /// What became of guesses, where the table is made.
    guessed: Option<String>,
    steps: Steps,
    /// Of a table that is there; of one that we make, it is what comes of that.
    shape: Option<Shape>,
    can_refuse: bool,
    is_unlogged: bool,
}

impl Seen {
    fn new(connection: &mut Connection, wanted: &Wanted, order: &Order, columns: &[OutputColumn]) -> Result<Seen> {
        let existing = Table::find(connection, wanted)?;
        let (plan, guessed) = match &existing {
            Some(table) => (Plan::existing_table(table, columns)?, None),
            None => {
                let Made { columns, guessed } = made(&name(order.table), columns, order.key);
                (Plan::new_table(&columns), guessed)
            }
        };
        let name = match &existing {
            Some(table) => table.name.clone(),
            None => new_name(connection, wanted)?,
        };
        rights::check(connection, &name, existing.as_ref(), &plan, order)?;
        let steps = Steps::new(connection, &name, existing.as_ref(), &plan, order)?;
        let each = steps.around.each.iter().try_for_each(|sql| connection.run(sql).map(drop));
        each.map_err(|fault| fault.error(&format!("cannot prepare table {}", name.table)))?;
        // A primary key refuses NULL.
        let plain = existing.is_none() && order.mode != Mode::Upsert;
        let can_refuse = !plain || !existing_table::takes_all(connection, plan.columns.len())?;
        let shape = existing.as_ref().map(|table| table.shape(&plan.columns));
        let is_unlogged = existing.is_some_and(|table| table.kind.is_unlogged);
        Ok(Seen { name, plan, guessed, steps, shape, can_refuse, is_unlogged })
    }
}

/// Another load's, that a pooler's session may still hold.
const FRESH: &str = "drop table if exists pg_temp.gristmill_incoming";

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
