//! Opens the sinks of all `[[load]]` sections, and finds which of them take rows in the same form.

use std::sync::Arc;

use anyhow::{Error, Result};

use crate::exit::{ExitCode, fatal};
use crate::job::{Job, Load, Target, WhenFull};
use crate::load::{self, Setting};
use crate::pipeline::{Destination, Form, Role};
use crate::stop::{Stop, Stopped};
use crate::types::{OutputColumn, Session};

use super::notes::Notes;

/// All sinks of a job, their targets checked.
#[derive(Default)]
pub struct Sinks {
    pub sinks: Vec<Destination>,
    /// Each is encoded once.
    pub forms: Vec<Form>,
    pub notes: Notes,
}

/// Opens them in job order; where one cannot be opened, those before it leave nothing behind.
pub fn open(job: &Job, columns: &[OutputColumn], session: Session, dry_run: bool, stop: &Stop) -> Result<Sinks> {
    let (loads, threads) = (&job.load, job.run.threads);
    let mut sinks = Sinks::default();
    for (index, load) in loads.iter().enumerate() {
        // What may drop rows may also have to give up alone.
        let flag = if load.when_full == WhenFull::Drop { stop.part() } else { stop.flag() };
        let memory_limit = job.run.memory_limit;
        let setting = Setting { session, dry_run, threads, memory_limit, stop: flag.clone() };
        check_width(load, columns.len(), job.run.memory_limit)?;
        let opened = load::open(load, columns, &setting).map_err(|error| {
            let twin = loads.iter().take(index).find(|earlier| may_share_table(earlier, load));
            twin.filter(|_| ExitCode::of(&error) == ExitCode::TryAgain)
                .map_or_else(|| told(load, error), |twin| of_one_table(twin, load))
        });
        // A check is there to tell what a run would have to do without.
        let opened = if dry_run { opened } else { load::or_absent(load, opened) }?;
        let role = Role {
            name: opened.name.clone(),
            required: load.required,
            is_database: load.target.is_database(),
            counters: Arc::default(),
            hurry: (load.when_full == WhenFull::Drop).then(|| flag.clone()),
        };
        // What stands for an absent target shares with none, for databases never do.
        let like = loads.iter().take(index).position(|earlier| earlier.target.encodes_like(&load.target));
        let shared = like.and_then(|like| sinks.sinks.get(like)).map(|earlier| earlier.form);
        let form = shared.unwrap_or_else(|| {
            let unwanted = Arc::default();
            sinks.forms.push(Form { encoder: opened.encoder, sink: opened.name, unwanted });
            sinks.forms.len() - 1
        });
        sinks.notes.warnings.extend(opened.warnings);
        sinks.notes.made.extend(opened.guessed);
        let (batch, when_full) = (load.batch, load.when_full);
        let unwanted =
            skippable(loads, load).then(|| sinks.forms.get(form).map(|form| form.unwanted.clone())).flatten();
        sinks.sinks.push(Destination {
            role,
            sink: opened.sink,
            done: None,
            form,
            unwanted,
            batch,
            when_full,
            stop: flag,
        });
    }
    Ok(sinks)
}

/// A target of very many columns may take more than there is memory for.
fn check_width(load: &Load, columns: usize, memory_limit: usize) -> Result<()> {
    let (bytes, limit) = (columns * load::column_bytes(&load.target), memory_limit);
    if bytes <= limit {
        return Ok(());
    }
    let (bytes, limit) = (bytes.div_ceil(1 << 20), limit.div_ceil(1 << 20));
    let message = format!(
        "a Parquet file of {columns} columns takes about {bytes} MiB, more than run.memory_limit of {limit} MiB; raise it with \
         --memory-limit, or write fewer columns"
    );
    Err(told(load, fatal(ExitCode::Config, message)))
}

/// Whether rows that the sink drops need not be encoded, for nobody else takes them so.
fn skippable(loads: &[Load], load: &Load) -> bool {
    let alike = loads.iter().filter(|other| other.target.encodes_like(&load.target)).count();
    load.when_full == WhenFull::Drop && load.target != Target::Null && alike <= 1
}

/// Whether both load a PostgreSQL table that may be one under two names: with or without its schema, in any case.
fn may_share_table(one: &Load, other: &Load) -> bool {
    let (Target::Postgres { url, table: one }, Target::Postgres { url: other_url, table: other }) =
        (&one.target, &other.target)
    else {
        return false;
    };
    let parts = |table: &str| table.to_lowercase().replace('"', "").rsplit('.').map(str::to_owned).collect::<Vec<_>>();
    url == other_url && parts(one).iter().zip(&parts(other)).all(|(one, other)| one == other)
}

/// A section has found the table taken by one before it, and no later run would find it free.
fn of_one_table(twin: &Load, load: &Load) -> Error {
    let (to, twin_to) = (load.moved("load.to"), twin.moved("load.to"));
    fatal(ExitCode::Config, format!("{to}: its table is also that of {twin_to}; write to another table"))
}

/// An error that names the keys of its own section.
fn told(load: &Load, error: Error) -> Error {
    match error.is::<Stopped>() {
        true => error,
        false => fatal(ExitCode::of(&error), load.moved(&format!("{error:#}"))),
    }
}
