//! What `validate` checks: everything that a run checks at its start, and nothing else.

use anyhow::Result;

use crate::extract::{Head, is_piped};
use crate::job::Job;
use crate::stop::Stop;

use super::fit::{fit, parsed};
use super::lookups;
use super::prepared::Prepared;

/// Checks a job and returns what there is to say. No file is created, and no pipe is read.
pub fn check(job: &Job, stop: &Stop) -> Result<Vec<String>> {
    if let Some(but) = unread(job) {
        parsed(job)?;
        return Ok(vec![format!("{}: ok, but {but}", job.origin)]);
    }
    let head = match is_piped(&job.extract.input) {
        true => Head::unread(job.extract.clone()),
        false => Head::open(job.extract.clone(), job.run.memory_limit, stop)?,
    };
    let mut prepared = fit(job, head, true, stop)?;
    match prepared.head.broken() {
        Some(broken) => Err(broken),
        None => Ok(told(job, &prepared)),
    }
}

/// Why nothing but the query's syntax can be checked, if so.
fn unread(job: &Job) -> Option<String> {
    let why = "names and types were not checked, for validate reads no pipe";
    if is_piped(&job.extract.input) && job.extract.columns.is_empty() {
        return Some(format!("{why}; declare extract.columns"));
    }
    lookups::piped(job).map(|lookup| format!("{why}, and lookup {lookup} is one"))
}

fn told(job: &Job, prepared: &Prepared) -> Vec<String> {
    let mut lines: Vec<String> = prepared.notes.warned().map(|warning| format!("warning: {warning}")).collect();
    lines.extend(prepared.notes.guessed(true));
    let columns = |count| format!("{count} column{}", if count == 1 { "" } else { "s" });
    let (columns_in, columns_out) = (columns(prepared.columns), columns(prepared.mill.query.columns.len()));
    lines.push(format!("{}: ok, {columns_in} in, {columns_out} out", job.origin));
    lines
}
