//! The writing half: each flush is a transaction of its own, and nothing is open between them. A flush is kept until its
//! COMMIT is confirmed, so it can be sent again to a server that went away.

use anyhow::Result;

use super::connection::Connection;
use super::fault::Fault;
use super::loader::Loader;
use super::progress::Progress;
use super::prologue::Around;
use super::session::{Session, Settings, settings};
use super::state::State;
use crate::batch::Reject;
use crate::exit::{ExitCode, fatal};
use crate::load::{Account, Part, Sink, Tried};

pub struct Target {
    pub session: Session,
    pub loader: Loader,
    pub around: Around,
    /// None where the table for it could not be made.
    pub state: Option<State>,
    pub progress: Progress,
}

impl Target {
    /// What the user wants done before the first row.
    fn prepare_table(&mut self) -> Result<()> {
        let before = std::mem::take(&mut self.around.before);
        let what = format!("before_load failed for table {}", self.loader.table);
        before.iter().try_for_each(|sql| self.once(sql, &what))
    }

    /// Runs a statement of the user's once and no more: where the connection is lost, the run's note tells whether it has
    /// taken effect.
    fn once(&mut self, sql: &str, what: &str) -> Result<()> {
        let session = self.session.identity().to_owned();
        if let Some(settings) = self.transaction(what, &[], |connection, _| run_inside(connection, sql))? {
            self.session.settings = settings;
            if self.session.identity() != session {
                // It took effect in a session that is gone; the next one begins with what it has set.
                self.session.lose();
            }
            return Ok(());
        }
        // Of one that must stand alone, such as VACUUM, nothing tells.
        match self.session.connection().and_then(|connection| connection.run(sql)) {
            Ok(_) => Ok(()),
            Err(fault @ Fault::Lost(_)) => {
                let message = format!("{:#}; whether the statement has taken effect is not known", fault.error(what));
                Err(fatal(ExitCode::Unavailable, message))
            }
            Err(fault) => Err(fault.error(what)),
        }
    }

    /// Does some work on the table itself, behind what the load must begin with.
    fn load<T>(&mut self, work: impl FnMut(&mut Connection, &Loader) -> Result<T, Fault>) -> Result<T> {
        self.prepare_table()?;
        let what = format!("cannot load table {}", self.loader.table);
        let first = if self.progress.begun { Vec::new() } else { self.around.first.clone() };
        let done = self.transaction(&what, &first, work)?;
        self.progress.begun = true;
        Ok(done)
    }

    /// One transaction with the statements that it begins with; tried again until the server has confirmed it, or the time
    /// is over.
    fn transaction<T>(
        &mut self,
        what: &str,
        first: &[String],
        mut work: impl FnMut(&mut Connection, &Loader) -> Result<T, Fault>,
    ) -> Result<T> {
        self.progress.transactions += 1;
        let mut unsure = None;
        loop {
            match self.attempt(&mut unsure, first, &mut work) {
                Ok(done) => {
                    self.progress.confirmed = self.progress.transactions;
                    self.session.server.policy.succeeded();
                    return Ok(done);
                }
                Err(fault) if unsure.is_some() && self.state.is_none() => {
                    let message = format!("{:#}; whether the last batch has arrived is not known", fault.error(what));
                    return Err(fatal(ExitCode::Unavailable, message));
                }
                Err(fault) if fault.is_passing() => {
                    self.session.lose();
                    self.session.server.wait_after(fault.error(what))?;
                }
                Err(fault) => return Err(fault.error(what)),
            }
        }
    }

    /// `unsure`: what a COMMIT brings whose answer was lost.
    fn attempt<T>(
        &mut self,
        unsure: &mut Option<T>,
        first: &[String],
        work: &mut impl FnMut(&mut Connection, &Loader) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        let Target { session, state, loader, progress, .. } = self;
        let connection = session.connection()?;
        if let Some(state) = state {
            let arrived = progress.has_arrived(connection, state, &loader.table)?;
            if let (Some(done), true) = (unsure.take(), arrived) {
                return Ok(done);
            }
        }
        connection.run("begin")?;
        first.iter().try_for_each(|sql| connection.run(sql).map(drop))?;
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
                Err(fault)
            }
        }
    }
}

/// A statement of the job's own that fails says nothing of the rows.
fn of_the_job(error: anyhow::Error) -> anyhow::Error {
    match ExitCode::of(&error) {
        ExitCode::Data => fatal(ExitCode::Config, format!("{error:#}")),
        _ => error,
    }
}

/// Runs a statement in an open transaction, and tells what the session is set to by then; nothing where the statement has
/// to stand alone.
fn run_inside(connection: &mut Connection, sql: &str) -> Result<Option<Settings>, Fault> {
    const MUST_STAND_ALONE: &str = "25001";
    connection.run("savepoint gristmill")?;
    match connection.run(sql) {
        Ok(_) => Ok(Some(settings(connection)?)),
        Err(Fault::Refused(complaint)) if complaint.sqlstate == MUST_STAND_ALONE => {
            connection.run("rollback to savepoint gristmill")?;
            Ok(None)
        }
        Err(fault) => Err(fault),
    }
}

impl Sink for Target {
    fn write(&mut self, flush: &[Part]) -> Result<Vec<Reject>> {
        let taken = self.load(|connection, loader| loader.load(connection, flush))?;
        self.progress.left_out += taken.left_out;
        self.progress.bytes += flush.iter().filter_map(Part::text).map(|bytes| bytes.len() as u64).sum::<u64>();
        Ok(taken.rejects)
    }

    fn prepare(&mut self, _: &Account) -> Result<()> {
        if self.progress.begun || self.around.first.is_empty() {
            return self.prepare_table();
        }
        self.load(|_, _| Ok(()))
    }

    fn publish(&mut self) -> Result<()> {
        let what = format!("cannot publish table {}", self.loader.table);
        let publish = std::mem::take(&mut self.around.publish);
        if !publish.is_empty() {
            self.transaction(&what, &publish, |_, _| Ok(()))?;
        }
        self.progress.published = true;
        Ok(())
    }

    fn conclude(&mut self) -> Result<()> {
        let what = format!("table {} is loaded and stays so, but after_load failed", self.loader.table);
        let after = std::mem::take(&mut self.around.after);
        after.iter().try_for_each(|sql| self.once(sql, &what)).map_err(of_the_job)
    }

    fn remark(&self) -> Option<String> {
        let Progress { left_out, .. } = self.progress;
        let table = &self.loader.table;
        (left_out > 0).then(|| {
            format!("a trigger of table {table} has put {left_out} rows elsewhere or left them out; they are counted as loaded")
        })
    }

    fn bytes_written(&self) -> u64 {
        self.progress.bytes
    }

    fn tried(&self) -> Tried {
        self.session.server.tried()
    }

    fn commits(&self) -> bool {
        self.around.cleanup.is_none()
    }
}

impl Target {
    /// Takes back what is half done: no staging table, no note of a run that is over.
    fn tidy(&mut self) -> Result<(), Fault> {
        let cleanup = self.around.cleanup.iter().filter(|_| !self.progress.published).cloned();
        let traces: Vec<String> = cleanup.chain(self.state.iter().map(State::forget)).collect();
        let connection = self.session.connection()?;
        connection.take_back();
        connection.run("rollback")?;
        traces.iter().try_for_each(|sql| connection.run(sql).map(drop))
    }
}

impl Drop for Target {
    /// Leaves no trace behind, where the server can still be reached. That its connection is lost may show only now.
    fn drop(&mut self) {
        if self.session.last_connection().is_some() && self.tidy().is_err() {
            self.session.lose();
            let _gone = self.tidy().is_err();
        }
    }
}
