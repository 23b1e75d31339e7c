//! The one writer of the rejects file, and the judge of the error budget.

mod earlier;
mod file;
mod inputs;
mod reasons;
mod work;

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::AtomicBool;

use anyhow::Result;

use crate::batch::Reject;
use crate::cancel;
use crate::exit::{ExitCode, fatal};
use crate::job::{Errors, OnError};

use file::RejectsFile;
pub use file::{Placed, check};
pub use inputs::Inputs;
use reasons::{Reasons, described};

/// So many rejects are shown where no file takes them.
const SHOWN: usize = 10;

/// Rows from which on the share of rejects is judged: a handful says little.
const RATIO_FROM_ROWS: u64 = 10_000;

/// Every rejected row passes here, once. Shared by the stages; each call writes its rows together.
pub struct Rejects {
    on_error: OnError,
    budget: Budget,
    state: Mutex<State>,
}

/// How many rejects of each kind there were.
pub type Tally = BTreeMap<&'static str, u64>;

struct Budget {
    max_errors: u64,
    max_ratio: f64,
    /// Rows from which on the share is judged at the end.
    judged_from: u64,
}

#[derive(Default)]
struct State {
    /// `None` in a dry run, and where none is wanted.
    file: Option<RejectsFile>,
    /// The first ones, as a person reads them, where no file takes them.
    shown: Vec<String>,
    rows_read: u64,
    total: u64,
    /// Those that passed with their chunk.
    passed: u64,
    tally: Tally,
    reasons: Reasons,
}

impl Rejects {
    /// Begins the file, where one is wanted; a pipe waits for its reader until the stop flag is raised. `inputs` are what the
    /// run reads.
    ///
    /// A dry run counts and judges but writes nothing.
    pub fn create(errors: &Errors, inputs: Inputs, dry_run: bool, stop: &AtomicBool) -> Result<Rejects> {
        let path = errors.rejects.as_deref().filter(|_| !dry_run);
        let file = path.map(|path| RejectsFile::create(path, errors.keep, inputs, stop)).transpose()?;
        Ok(Rejects {
            on_error: errors.on_error,
            budget: Budget {
                max_errors: errors.max_errors,
                max_ratio: errors.max_error_ratio,
                judged_from: errors.judged_from,
            },
            state: Mutex::new(State { file, ..State::default() }),
        })
    }

    /// A chunk passes, in input order: `read` rows, and those of them that were rejected, in order.
    pub fn pass(&self, read: u64, rejects: &[Reject]) -> Result<()> {
        let state = &mut *self.lock();
        let before = state.rows_read;
        for reject in rejects {
            cancel::point();
            let row = before + reject.origin.record as u64;
            self.advance(state, row)?;
            state.rows_read = row + 1;
            self.add(state, reject)?;
            state.passed += 1;
            self.budget.judge_ratio(state.passed, state.rows_read, RATIO_FROM_ROWS)?;
        }
        self.advance(state, before + read)?;
        state.flush()
    }

    /// Rows without a reject go by. The share of rejects is highest at a reject, judged there, or where judging begins.
    fn advance(&self, state: &mut State, rows_read: u64) -> Result<()> {
        let begins = state.rows_read < RATIO_FROM_ROWS && rows_read >= RATIO_FROM_ROWS;
        state.rows_read = rows_read;
        if begins { self.budget.judge_ratio(state.passed, RATIO_FROM_ROWS, RATIO_FROM_ROWS) } else { Ok(()) }
    }

    /// A sink refused rows, some time after their chunk passed: their share of all is judged at the end, for how many rows
    /// have been read by now is a matter of chance.
    pub fn refused(&self, rejects: &[Reject]) -> Result<()> {
        let state = &mut *self.lock();
        rejects.iter().try_for_each(|reject| self.add(state, reject))?;
        state.flush()
    }

    /// The last judgement, when all rows have been read and written.
    pub fn judge(&self) -> Result<()> {
        let state = self.lock();
        self.budget.judge_ratio(state.total, state.rows_read, self.budget.judged_from)
    }

    /// Why most of the rows that a sink has not were rejected, and which was the first of them.
    pub fn commonest(&self, sink: &str) -> Option<String> {
        let state = self.lock();
        let (count, first) = state.reasons.commonest(sink)?;
        Some(format!("{count} of them as {first}"))
    }

    /// Makes the file whole and puts it in place. A run without rejects leaves none.
    pub fn finish(&self) -> Result<Placed> {
        let state = &mut *self.lock();
        let any = state.total > 0;
        state.file.take().map_or(Ok(Placed::default()), |mut file| file.finish(any))
    }

    /// How many of each kind there were so far.
    pub fn tally(&self) -> Tally {
        self.lock().tally.clone()
    }

    /// The first ones, where no file takes them.
    pub fn shown(&self) -> Vec<String> {
        self.lock().shown.clone()
    }

    /// Rejects so far.
    pub fn total(&self) -> u64 {
        self.lock().total
    }

    fn add(&self, state: &mut State, reject: &Reject) -> Result<()> {
        match &mut state.file {
            Some(file) => file.write(reject)?,
            None if state.shown.len() < SHOWN => state.shown.push(described(reject)),
            None => {}
        }
        state.total += 1;
        state.reasons.add(reject);
        *state.tally.entry(reject.error_type.name()).or_default() += 1;
        if self.on_error == OnError::Stop {
            return Err(fatal(ExitCode::Data, describe(reject)));
        }
        self.budget.judge_count(state.total)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        // A poisoned lock means that another stage panicked, or was given up between two rejects; that ends the run.
        self.state.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

impl State {
    /// What a run that is killed has rejected is in the file as far as its chunks have passed.
    fn flush(&mut self) -> Result<()> {
        self.file.as_mut().map_or(Ok(()), RejectsFile::flush)
    }
}

impl Budget {
    fn judge_count(&self, total: u64) -> Result<()> {
        if total <= self.max_errors {
            return Ok(());
        }
        Err(fatal(
            ExitCode::Budget,
            format!(
                "the count of rejects, {total}, is over errors.max_errors = {}; raise it to go on past them",
                self.max_errors
            ),
        ))
    }

    fn judge_ratio(&self, total: u64, rows_read: u64, from_rows: u64) -> Result<()> {
        if rows_read < from_rows || total as f64 <= self.max_ratio * rows_read as f64 {
            return Ok(());
        }
        Err(fatal(
            ExitCode::Budget,
            format!(
                "the share of rejects, {total} of {rows_read} rows, is over errors.max_error_ratio = {}; raise it to go on past them",
                self.max_ratio
            ),
        ))
    }
}

fn describe(reject: &Reject) -> String {
    format!("{}; errors.on_error = \"reject\" would go on without this row", described(reject))
}

#[cfg(test)]
mod tests;
