//! Second zero: everything that can be wrong with a job is found here, before the first row is milled. What comes of it is
//! the line that `pipeline` runs.

mod notes;
mod names;
mod columns;
mod headerless;
mod widths;
mod formats;
mod lookups;
mod sinks;
mod prepared;
mod spaced;
mod fit;
mod validate;

use anyhow::Result;

use crate::cancel::{self, Cancelled};
use crate::extract::Head;
use crate::job::Job;
use crate::pipeline::explained;
use crate::pipeline::stage::panicked;
use crate::stop::{Stop, Stopped};
use crate::transform::on_deep_stack;

pub use notes::Notes;
pub use prepared::Prepared;

/// Opens the input and fits input, query and target together.
pub fn prepare(job: &Job, stop: &Stop) -> Result<Prepared> {
    second_zero(stop, || {
        let head = Head::open(job.extract.clone(), job.run.memory_limit, stop)?;
        fit::fit(job, head, job.run.dry_run, stop)
    })
}

/// Everything that a run checks at its start, and nothing else: no file is created, standard input is not read.
/// Returns what there is to say.
pub fn validate(job: &Job, stop: &Stop) -> Result<Vec<String>> {
    second_zero(stop, || validate::check(job, stop))
}

/// Work that a signal may end, with room for the query's tree. A panic in it is an error like any other.
fn second_zero<T: Send>(stop: &Stop, work: impl FnOnce() -> Result<T> + Send) -> Result<T> {
    let deep = || on_deep_stack(work).unwrap_or_else(|panic| Err(panicked("the check of the job", panic.as_ref())));
    let done = cancel::until(stop.flag(), deep);
    done.unwrap_or_else(|Cancelled| Err(Stopped.into())).map_err(|error| explained(error, stop))
}

#[cfg(test)]
mod tests;
