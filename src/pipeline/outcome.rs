//! How a run ends: the accounts are checked, the load is published or dropped, and the exit code follows.

use std::sync::Arc;

use anyhow::Result;

use crate::batch::Encoder;
use crate::exit::{ExitCode, fatal};
use crate::format::csv::Repeats;
use crate::load::ClosedPipe;
use crate::metrics::{Metrics, grouped};
use crate::rejects::{Placed, Rejects, Tally};
use crate::stop::{Stop, Stopped};
use crate::transform::lookup::Partners;

use super::accounts::{arrived, balance};
use super::load::Ended;
use super::publish::{Fate, publish};
use super::{Line, run};

/// What is known when all threads have ended.
pub struct Outcome {
    pub code: ExitCode,
    /// Why the run ended early.
    pub error: Option<String>,
    /// `None`: not judged, because the run ended early.
    pub balanced: Option<bool>,
    /// One for each sink, in job order.
    pub sinks: Vec<Fate>,
    pub rejects: Tally,
    /// What only shows when all rows are through.
    pub warnings: Vec<String>,
    /// The same of what may have been misread.
    pub misread: Vec<String>,
    /// The first rejects, where no file takes them.
    pub shown: Vec<String>,
    /// What has become of the rejects files.
    pub placed: Placed,
}

impl Outcome {
    /// What nobody may miss.
    pub fn alarms(&self) -> impl Iterator<Item = String> {
        self.misread.iter().cloned().chain(self.sinks.iter().filter_map(|fate| fate.emptied.clone()))
    }

    /// What the person should know of the sinks, of the rejects files and of the rows.
    pub fn remarks(&self) -> impl Iterator<Item = String> {
        let sinks = self.sinks.iter().filter_map(|fate| fate.remark.clone());
        sinks.chain(self.placed.remarks.iter().cloned()).chain(self.warnings.iter().cloned())
    }
}

/// Who is asked at the end what only shows when all rows are through.
#[derive(Clone, Default)]
pub struct Asked {
    /// What the query's joins find.
    pub partners: Vec<Arc<Partners>>,
    /// What makes rows into what sinks write.
    pub encoders: Vec<Arc<dyn Encoder>>,
    /// Where the header stands in the input again.
    pub repeats: Option<Arc<Repeats>>,
    /// It was left out there.
    pub skips_repeats: bool,
}

impl Asked {
    /// What of the data may have been misread.
    fn alarms(&self) -> Vec<String> {
        let read = self.repeats.iter().filter(|_| !self.skips_repeats);
        read.filter_map(|repeats| repeats.alarm()).collect()
    }

    fn warnings(&self, is_published: bool) -> Vec<String> {
        // Of rows that nobody sees nothing is lost.
        let encoders = self.encoders.iter().filter(|_| is_published);
        let remarks = encoders.filter_map(|encoder| encoder.remark());
        let left_out = self.repeats.iter().filter(|_| self.skips_repeats).filter_map(|repeats| repeats.left_out());
        self.partners.iter().filter_map(|partners| partners.warning()).chain(left_out).chain(remarks).collect()
    }
}

/// Runs a line to its end, whatever that is, and publishes what it loaded if all went well.
pub fn execute(line: Line, rejects: &Rejects, metrics: &Metrics, stop: &Stop) -> Outcome {
    let asked = line.asked.clone();
    let mut sinks: Vec<Fate> = line.sinks.iter().map(|sink| Fate::open(sink.role.clone())).collect();
    let mut balanced = None;
    let ran = run(line, rejects, metrics, stop);
    // The rejects are whole before the rows that they are missing from can be seen.
    let (placed, written) = match rejects.finish() {
        Ok(placed) => (placed, Ok(())),
        Err(error) => (Placed::default(), Err(error)),
    };
    let ended = ran.and_then(|ended| {
        written?;
        interrupted(stop)?;
        let judged = judge(metrics, &sinks, &ended);
        balanced = Some(judged.is_ok());
        judged.map_err(|why| {
            fatal(ExitCode::Unbalanced, format!("the accounts do not balance, nothing was published: {why}"))
        })?;
        required_have_rows(&sinks, &ended)?;
        rejects.judge()?;
        publish(&mut sinks, ended, stop)
    });
    let (code, error) = match ended {
        Ok(()) if rejects.total() > 0 || sinks.iter().any(Fate::is_short) => (ExitCode::Rejects, None),
        Ok(()) => (ExitCode::Ok, None),
        Err(error) if (error.is::<Stopped>() || error.is::<ClosedPipe>()) && stop.asked() => {
            let (code, message) = interruption(stop);
            (code, Some(message))
        }
        Err(error) if error.is::<ClosedPipe>() => (ExitCode::Ok, None),
        Err(error) => (ExitCode::of(&error), Some(format!("{error:#}"))),
    };
    let error = error.map(|message| if code.is_published() { message } else { kept(message, &sinks) });
    let (rejects, shown, warnings) = (rejects.tally(), rejects.shown(), asked.warnings(code.is_published()));
    Outcome { code, error, balanced, sinks, rejects, warnings, misread: asked.alarms(), shown, placed }
}

/// What of a load that failed is there nevertheless, and no advice that would load it twice.
fn kept(message: String, sinks: &[Fate]) -> String {
    let committed = |sink: &Fate| match sink.loaded().committed {
        0 => None,
        rows => Some(format!("{} rows are loaded already into {}", grouped(rows), sink.role.name)),
    };
    let committed: Vec<String> = sinks.iter().filter_map(committed).collect();
    if committed.is_empty() {
        return message;
    }
    let message = message.strip_suffix(AGAIN).map_or(message.as_str(), |begin| begin);
    format!("{message}; {}, for each batch is committed by itself, and would be loaded again", committed.join(", "))
}

/// Checks the accounts before load, and those of every sink that has written all its rows.
fn judge(metrics: &Metrics, sinks: &[Fate], ended: &[Ended]) -> Result<(), String> {
    balance(metrics)?;
    let whole = sinks.iter().zip(ended).filter(|(_, ended)| matches!(ended, Ended::Prepared(_)));
    whole.map(|(sink, _)| sink).try_for_each(|sink| arrived(metrics, &sink.role.name, &sink.loaded()))
}

/// Publishes nothing where a required sink would be emptied by rows that were rejected.
fn required_have_rows(sinks: &[Fate], ended: &[Ended]) -> Result<()> {
    for (sink, ended) in sinks.iter().zip(ended) {
        if let (true, Ended::Failed(why)) = (sink.role.required, ended) {
            return Err(fatal(ExitCode::of(why), format!("{why}; nothing is published")));
        }
    }
    Ok(())
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
    (code, format!("interrupted by {}: the load was not published{AGAIN}", stop.signal()))
}

/// What to do where nothing of a run is left.
const AGAIN: &str = "; run again to begin anew";
