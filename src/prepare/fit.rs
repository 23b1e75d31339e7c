//! Input, query and target are fitted together.

use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::Result;

use crate::extract::Head;
use crate::job::Job;
use crate::pipeline::Mill;
use crate::rejects;
use crate::stop::Stop;
use crate::transform::{self, ParsedQuery, Sources};
use crate::types::Session;

use super::formats::describe;
use super::lookups;
use super::notes::Notes;
use super::prepared::Prepared;
use super::sinks::open;

/// The query, whose syntax is right.
pub fn parsed(job: &Job) -> Result<ParsedQuery> {
    transform::parse(&job.transform.query, &lookups::names(job))
}

/// Column types -> expression types -> sink types. A dry run creates nothing. To be called on a deep stack.
pub fn fit(job: &Job, mut head: Head, dry_run: bool, stop: &Stop) -> Result<Prepared> {
    let session = Session { zone: job.run.timezone, now: now() };
    let mut input = describe(&job.origin, &mut head, &session, stop)?;
    let (names, query) = (input.names(), parsed(job)?);
    input.guess(&query.mentions(&names), &mut head, stop)?;
    let lookups = lookups::load(job, &query, &session, stop)?;
    let sources = Sources { columns: &input.columns, lookups: &lookups.tables, session };
    let query = transform::bind(query, job.transform.limit, &sources)?;
    let memory_limit = lookups.left(job, &query)?;
    head.choose(query.first.uses(), &names)?;
    // That the rejects file can be created is known before the target is touched.
    job.errors.rejects.as_deref().map_or(Ok(()), rejects::check)?;
    let sinks = open(job, &query.columns, session, dry_run, stop)?;
    let mut notes = Notes::of_input(&mut head, &input.columns, input.warnings);
    notes.extend(lookups.notes);
    notes.extend(sinks.notes);
    Ok(Prepared {
        head,
        mill: Mill::new(input.layout, query, sinks.forms, memory_limit / job.run.threads),
        sinks: sinks.sinks,
        threads: job.run.threads,
        chunk_size: job.run.chunk_size,
        memory_limit,
        columns: names.len(),
        notes,
    })
}

/// Microseconds since 1970.
fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    since.as_micros() as i64
}
