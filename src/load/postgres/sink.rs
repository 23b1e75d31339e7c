//! The writing half: each flush is a transaction of its own, and nothing is open between them. A flush is kept until its
//! COMMIT is confirmed, so it can be sent again to a server that went away.

use std::sync::Arc;

use anyhow::Result;

use super::connection::{Connection, first};
use super::fault::Fault;
use super::loader::{Failed, Loader};
use super::prologue::Steps;
use super::server::Server;
use super::state::State;
use crate::batch::Reject;
use crate::exit::{ExitCode, fatal};
use crate::load::{Account, Part, Sink, Tried};

pub struct Target {
    pub server: Server,
    /// None after a failure.
    pub connection: Option<Connection>,
    pub loader: Loader,
    pub steps: Steps,
    /// None where the table for it could not be made.
    pub state: Option<State>,
    /// What keeps a second run off.
    pub lock: Arc<str>,
    pub progress: Progress,
}

/// How far a load has come.
#[derive(Default)]
pub struct Progress {
    /// The user's statements have been run.
    prepared: bool,
    /// The first transaction is committed.
    begun: bool,
    transactions: u64,
    bytes: u64,
    published: bool,
}

impl Target {
    /// What the user wants done before the first row.
    fn prepare_table(&mut self) -> Result<()> {
        if self.progress.prepared {
            return Ok(());
        }
        self.progress.prepared = true;
        let what = format!("before_load failed for table {}", self.loader.table);
        self.each(self.steps.before.clone(), &what)
    }

    fn each(&mut self, statements: Vec<String>, what: &str) -> Result<()> {
        for sql in statements {
            self.connected().and_then(|connection| connection.run(&sql)).map_err(|fault| fault.error(what))?;
        }
        Ok(())
    }

    /// One transaction with what it must begin with; tried again until the server has confirmed it, or the time is over.
    fn transaction<T>(
        &mut self,
        what: &str,
        mut work: impl FnMut(&mut Connection, &Loader) -> Result<T, Failed>,
    ) -> Result<T> {
        self.progress.transactions += 1;
        let mut unsure = None;
        loop {
            match self.attempt(&mut unsure, &mut work) {
                Ok(done) => {
                    self.server.policy.succeeded();
                    self.progress.begun = true;
                    return Ok(done);
                }
                Err(Failed::Other(error)) => return Err(error),
                Err(Failed::Fault(fault)) if unsure.is_some() && self.state.is_none() => {
                    let message = format!("{:#}; whether the last batch has arrived is not known", fault.error(what));
                    return Err(fatal(ExitCode::Unavailable, message));
                }
                Err(Failed::Fault(fault)) if fault.is_passing() => {
                    self.connection = None;
                    self.server.wait_after(fault, what)?;
                }
                Err(Failed::Fault(fault)) => return Err(fault.error(what)),
            }
        }
    }

    /// `unsure`: what a COMMIT brings whose answer was lost.
    fn attempt<T>(
        &mut self,
        unsure: &mut Option<T>,
        work: &mut impl FnMut(&mut Connection, &Loader) -> Result<T, Failed>,
    ) -> Result<T, Failed> {
        self.connected()?;
        let Target { connection, state, loader, steps, progress, .. } = self;
        let Some(connection) = connection.as_mut() else { return Err(Fault::Lost(String::new()).into()) };
        if let (Some(state), true) = (&state, unsure.is_some()) {
            let arrived = state.has(connection, progress.transactions)?;
            if let (Some(done), true) = (unsure.take(), arrived) {
                return Ok(done);
            }
        }
        connection.run("begin")?;
        let first = steps.first.iter().filter(|_| !progress.begun);
        first.into_iter().try_for_each(|sql| connection.run(sql).map(drop))?;
        let done = work(connection, loader)?;
        if let Some(state) = state {
            connection.run(&state.mark(progress.transactions))?;
        }
        match connection.run("commit") {
            Ok(_) => Ok(done),
            Err(fault) => {
                if matches!(fault, Fault::Lost(_)) {
                    *unsure = Some(done);
                }
                Err(fault.into())
            }
        }
    }

    /// The connection, made anew after a failure. The lock is free again when the server has done with the session
    /// before, so that nothing of that one can still be committed.
    fn connected(&mut self) -> Result<&mut Connection, Fault> {
        if self.connection.is_none() {
            let mut connection = self.server.connect()?;
            if !lock(&mut connection, &self.lock)? {
                return Err(Fault::Lost("the server still holds the session before".into()));
            }
            self.steps.session.iter().try_for_each(|sql| connection.run(sql).map(drop))?;
            self.connection = Some(connection);
        }
        self.connection.as_mut().ok_or_else(|| Fault::Lost(String::new()))
    }
}

/// Keeps a second run off the table until the connection ends; false where there is one.
pub fn lock(connection: &mut Connection, table: &str) -> Result<bool, Fault> {
    let rows = connection.ask("select pg_try_advisory_lock(hashtext('gristmill'), hashtext($1))", &[table])?;
    Ok(first(rows).is_some_and(|answer| answer == "t"))
}

impl Sink for Target {
    fn write(&mut self, flush: &[Part]) -> Result<Vec<Reject>> {
        self.prepare_table()?;
        let what = format!("cannot load table {}", self.loader.table);
        let rejects = self.transaction(&what, |connection, loader| loader.load(connection, flush))?;
        self.progress.bytes += flush.iter().filter_map(Part::text).map(|bytes| bytes.len() as u64).sum::<u64>();
        Ok(rejects)
    }

    fn prepare(&mut self, _: &Account) -> Result<()> {
        self.prepare_table()?;
        if self.progress.begun || self.steps.first.is_empty() {
            return Ok(());
        }
        let what = format!("cannot load table {}", self.loader.table);
        self.transaction(&what, |_, _| Ok(()))
    }

    fn publish(&mut self) -> Result<()> {
        let what = format!("cannot publish table {}", self.loader.table);
        let publish = std::mem::take(&mut self.steps.publish);
        if !publish.is_empty() {
            self.transaction(&what, |connection, _| {
                Ok(publish.iter().try_for_each(|sql| connection.run(sql).map(drop))?)
            })?;
        }
        self.progress.published = true;
        let what = format!("table {} is loaded, but after_load failed", self.loader.table);
        self.each(self.steps.after.clone(), &what)
    }

    fn bytes_written(&self) -> u64 {
        self.progress.bytes
    }

    fn tried(&self) -> Tried {
        self.server.tried()
    }

    fn commits(&self) -> bool {
        self.steps.cleanup.is_none()
    }
}

impl Drop for Target {
    /// Leaves no trace behind, where the server can still be reached: no staging table, no state of a run that is over.
    fn drop(&mut self) {
        let cleanup = self.steps.cleanup.iter().filter(|_| !self.progress.published).cloned();
        let traces = cleanup.chain(self.state.iter().map(State::forget));
        if let Some(connection) = &mut self.connection {
            for sql in ["rollback".to_owned()].into_iter().chain(traces) {
                let _gone = connection.run(&sql).is_err();
            }
        }
    }
}
