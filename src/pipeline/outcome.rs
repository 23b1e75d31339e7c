//! How a run ends: the accounts are checked, the load is published or dropped, and the exit code follows.

use std::panic::{AssertUnwindSafe, catch_unwind};

use anyhow::Result;

use crate::exit::{ExitCode, fatal};
use crate::job::Job;
use crate::load::{ClosedPipe, LoadCounters, Loaded, Sink};
use crate::metrics::Metrics;
use crate::metrics::table::grouped;
use crate::rejects::{Rejects, Tally};
use crate::stop::{Stop, Stopped};

use super::accounts::balance;
use super::stage::panicked;
use super::{Line, Prepared, run};

/// What is known when all threads have ended.
#[derive(Debug)]
pub struct Outcome {
    pub code: ExitCode,
    /// Why the run ended early.
    pub error: Option<String>,
    /// `None`: not judged, because the run ended early.
    pub balanced: Option<bool>,
    pub loaded: Loaded,
    pub rejects: Tally,
}

/// Runs a prepared job to its end, whatever that is.
pub fn execute(prepared: Prepared, job: &Job, metrics: &Metrics, stop: &Stop) -> Result<Outcome> {
    let rejects = Rejects::create(&job.errors, job.run.dry_run, &stop.flag());
    let rejects = rejects.map_err(|error| explained(error, stop))?;
    Ok(finish(prepared.line(metrics, stop), &rejects, metrics, stop))
}

/// Runs a line to its end, and publishes what it loaded if all went well.
pub fn finish(line: Line, rejects: &Rejects, metrics: &Metrics, stop: &Stop) -> Outcome {
    let counters = line.counters.clone();
    let mut balanced = None;
    let ran = run(line, rejects, metrics, stop);
    // The rejects are whole before the rows that they are missing from can be seen.
    let (tally, written) = match rejects.finish() {
        Ok(tally) => (tally, Ok(())),
        Err(error) => (Tally::new(), Err(error)),
    };
    let ended = ran.and_then(|sink| {
        written?;
        interrupted(stop)?;
        rejects.judge()?;
        let judged = balance(metrics, &counters.read());
        balanced = Some(judged.is_ok());
        publish(sink, judged, &counters)
    });
    let (code, error) = match ended {
        Ok(()) if rejects.total() > 0 => (ExitCode::Rejects, None),
        Ok(()) => (ExitCode::Ok, None),
        Err(error) if (error.is::<Stopped>() || error.is::<ClosedPipe>()) && stop.asked() => {
            let (code, message) = interruption(stop);
            (code, Some(message))
        }
        Err(error) if error.is::<ClosedPipe>() => (ExitCode::Ok, None),
        Err(error) => (ExitCode::of(&error), Some(format!("{error:#}"))),
    };
    let loaded = counters.read();
    let error = error.map(|message| if code.is_published() { message } else { kept(message, loaded.committed) });
    Outcome { code, error, balanced, loaded, rejects: tally }
}

/// What of a load that failed is there nevertheless.
fn kept(message: String, committed: u64) -> String {
    match committed {
        0 => message,
        rows => format!("{message}; {} rows are loaded already, for each batch is committed by itself", grouped(rows)),
    }
}

fn publish(mut sink: Box<dyn Sink>, judged: Result<(), String>, counters: &LoadCounters) -> Result<()> {
    judged.map_err(|why| {
        fatal(ExitCode::Unbalanced, format!("the accounts do not balance, nothing was published: {why}"))
    })?;
    let published = catch_unwind(AssertUnwindSafe(|| sink.publish()));
    counters.finished(sink.bytes_written());
    published.unwrap_or_else(|panic| Err(panicked("publishing the load", panic.as_ref())))
}

/// What a wait that was given up says to the person.
pub fn explained(error: anyhow::Error, stop: &Stop) -> anyhow::Error {
    let (code, message) = interruption(stop);
    if error.is::<Stopped>() { fatal(code, message) } else { error }
}

fn interrupted(stop: &Stop) -> Result<()> {
    let (code, message) = interruption(stop);
    if stop.asked() { Err(fatal(code, message)) } else { Ok(()) }
}

fn interruption(stop: &Stop) -> (ExitCode, String) {
    let code = stop.code().unwrap_or(ExitCode::Interrupt);
    (code, format!("interrupted by {}: the load was not published; run again to begin anew", stop.signal()))
}
