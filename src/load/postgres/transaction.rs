//! Transactions, tried again until the server has confirmed them: nothing is open between two, and what each begins with
//! makes sure that the table is what its rows are encoded for.

use anyhow::Result;

use super::connection::Connection;
use super::fault::Fault;
use super::loader::{Loader, SAVEPOINT, TAKE_BACK};
use super::opening::{BEGIN, First, begin};
use super::session::{Settings, settings};
use super::shape::Shape;
use super::sink::Target;
use super::trial::{must_stand_alone, of_the_job};
use crate::exit::{ExitCode, fatal};

/// What the table's columns must be.
pub struct Check {
    pub columns: Vec<String>,
    /// None as long as the table is not made.
    pub shape: Option<Shape>,
}

/// What some work in a transaction has come to.
pub struct Worked<T> {
    pub done: T,
    /// Else the transaction is undone, as if it had never been.
    pub keeps: bool,
}

/// What a transaction has come to.
pub struct Outcome<T> {
    pub done: T,
    pub kept: bool,
}

impl Target {
    /// Does some work on the table itself. The first transaction that is kept begins with what the load must begin with.
    pub fn load<T>(&mut self, mut work: impl FnMut(&mut Connection, &Loader) -> Result<Worked<T>, Fault>) -> Result<T> {
        self.stand_alone()?;
        let what = format!("cannot load table {}", self.loader.table.table);
        let session = self.session.identity().to_owned();
        let (first, is_first) = (self.around_first(), !self.progress.begun);
        let each: String = self.around.each.iter().map(|sql| format!("{sql}; ")).collect();
        let check = std::mem::replace(&mut self.check, Check { columns: Vec::new(), shape: None });
        let outcome = self.transaction(&what, |connection, loader| {
            let begun = begin(connection, loader, &first, &each, &check)?;
            let Worked { done, keeps } = work(connection, loader)?;
            Ok(Worked { done: (done, begun), keeps: keeps || !is_first })
        });
        self.check = check;
        let Outcome { done: (done, begun), kept } = outcome?;
        if kept && is_first {
            self.progress.begun = true;
            self.progress.held = begun.held;
            self.check.shape = self.check.shape.take().or(begun.shape);
            self.take_settings(begun.settings, &session);
        }
        Ok(done)
    }

    /// What the first transaction begins with, the user's own before ours.
    fn around_first(&self) -> First {
        match self.progress.begun {
            true => First::default(),
            false => First {
                looks: self.progress.is_over,
                before: self.around.before.clone(),
                own: self.around.first.clone(),
            },
        }
    }

    fn take_settings(&mut self, settings: Option<Settings>, session: &str) {
        let Some(settings) = settings else { return };
        self.session.settings = settings;
        if self.session.identity() != session {
            // They took effect in a session that is gone; the next one begins with what they have set.
            self.session.lose();
        }
    }

    /// Statements of the user's that must stand alone, and those before them.
    pub fn stand_alone(&mut self) -> Result<()> {
        let alone = std::mem::take(&mut self.around.alone);
        let what = format!("before_load failed for table {}", self.loader.table.table);
        alone.iter().try_for_each(|sql| self.once(sql, &what)).map_err(of_the_job)
    }

    /// Runs a statement of the user's once and no more: where the connection is lost, the run's note tells whether it has
    /// taken effect.
    pub fn once(&mut self, sql: &str, what: &str) -> Result<()> {
        let session = self.session.identity().to_owned();
        let outcome = self.transaction(what, |connection, _| {
            let settings = run_inside(connection, sql)?;
            Ok(Worked { done: settings, keeps: true })
        })?;
        if outcome.done.is_some() {
            self.take_settings(outcome.done, &session);
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

    /// One transaction, tried again until the server has confirmed it, or the time is over. The work begins it, so that
    /// `begin` goes along with what comes next, and we end it.
    pub fn transaction<T>(
        &mut self,
        what: &str,
        mut work: impl FnMut(&mut Connection, &Loader) -> Result<Worked<T>, Fault>,
    ) -> Result<Outcome<T>> {
        self.progress.transactions += 1;
        let mut unsure = None;
        loop {
            match self.attempt(&mut unsure, &mut work) {
                Ok(outcome) => {
                    match outcome.kept {
                        true => self.progress.confirmed = self.progress.transactions,
                        false => self.progress.transactions -= 1,
                    }
                    self.session.server.policy.succeeded();
                    return Ok(outcome);
                }
                Err(fault) if unsure.is_some() && self.state.is_none() => {
                    let message = format!("{:#}; whether the last batch has arrived is not known", fault.error(what));
                    return Err(fatal(ExitCode::Unavailable, message));
                }
                Err(fault) if fault.is_passing() => {
                    self.session.lose();
                    self.session.server.wait_after(fault.error(what))?;
                }
                Err(Fault::OfTheUser(fault)) => {
                    let what = format!("before_load failed for table {}", self.loader.table.table);
                    return Err(of_the_job(fault.error(&what)));
                }
                Err(fault) => return Err(fault.error(what)),
            }
        }
    }

    /// `unsure`: what a COMMIT brings whose answer was lost.
    fn attempt<T>(
        &mut self,
        unsure: &mut Option<T>,
        work: &mut impl FnMut(&mut Connection, &Loader) -> Result<Worked<T>, Fault>,
    ) -> Result<Outcome<T>, Fault> {
        let Target { session, state, loader, progress, .. } = self;
        let connection = session.connection()?;
        if let Some(state) = state {
            let arrived = progress.has_arrived(connection, state, &loader.table.table)?;
            if let (Some(done), true) = (unsure.take(), arrived) {
                return Ok(Outcome { done, kept: true });
            }
        }
        let Worked { done, keeps } = work(connection, loader)?;
        if !keeps {
            connection.run("rollback")?;
            return Ok(Outcome { done, kept: false });
        }
        let mark = state.as_ref().map(|state| state.mark(progress.transactions) + "; ").unwrap_or_default();
        match connection.run(&format!("{mark}commit")) {
            Ok(_) => Ok(Outcome { done, kept: true }),
            Err(fault) => {
                if matches!(fault, Fault::Lost(_)) {
                    *unsure = Some(done);
                }
                Err(fault)
            }
        }
    }
}

/// Runs a statement in a transaction, and tells what the session is set to by then; nothing where the statement has
/// to stand alone.
fn run_inside(connection: &mut Connection, sql: &str) -> Result<Option<Settings>, Fault> {
    connection.run(&format!("{BEGIN}{SAVEPOINT}"))?;
    match connection.run(sql) {
        Ok(_) => Ok(Some(settings(connection)?)),
        Err(Fault::Refused(complaint)) if must_stand_alone(&complaint) => {
            connection.run(TAKE_BACK)?;
            Ok(None)
        }
        Err(fault) => Err(fault),
    }
}
