//! The lookups that the query joins, read whole before the first row: what is wrong with one is known at second zero.

mod room;
mod loading;

use std::sync::Arc;

use anyhow::{Error, Result};

use crate::exit::{ExitCode, fatal};
use crate::extract::is_piped;
use crate::job::{Job, Lookup, LookupSource};
use crate::stop::{Stop, Stopped};
use crate::transform::lookup::LookupTable;
use crate::transform::{ParsedQuery, Query};
use crate::types::Session;

use super::notes::Notes;
use loading::Loading;
use room::{room, too_large};

/// The job's lookups, and what there is to say of them.
#[derive(Default)]
pub struct Lookups {
    /// In job order; `None` of one that is not joined.
    pub tables: Vec<Option<Arc<LookupTable>>>,
    pub notes: Notes,
}

impl Lookups {
    /// What they leave of the memory that may be used, with all that the query looks up.
    pub fn left(&self, job: &Job, query: &Query) -> Result<usize> {
        let held = self.memory() + query.joins().map(|join| join.index.memory()).sum::<usize>();
        match held > room(job) {
            true => Err(too_large("what the query looks up", self.rows(), held, job.run.memory_limit)),
            false => Ok(job.run.memory_limit - held),
        }
    }

    fn rows(&self) -> usize {
        self.tables.iter().flatten().map(|table| table.len()).sum()
    }

    /// Bytes that they hold.
    fn memory(&self) -> usize {
        self.tables.iter().flatten().map(|table| table.memory()).sum()
    }
}

/// Their names, joined or not.
pub fn names(job: &Job) -> Vec<String> {
    job.lookups.iter().map(|lookup| lookup.name.clone()).collect()
}

/// A lookup that can be read only once.
pub fn piped(job: &Job) -> Option<&str> {
    let is_pipe = |lookup: &&Lookup| match &lookup.source {
        LookupSource::File(settings) => is_piped(&settings.input),
        LookupSource::Sqlite { .. } => false,
    };
    job.lookups.iter().find(is_pipe).map(|lookup| lookup.name.as_str())
}

/// Reads every lookup that the query joins.
pub fn load(job: &Job, query: &ParsedQuery, session: &Session, stop: &Stop) -> Result<Lookups> {
    let mut lookups = Lookups::default();
    for (place, lookup) in job.lookups.iter().enumerate() {
        if !query.joins(place) {
            lookups.tables.push(None);
            lookups.notes.warnings.push(format!("lookup {} is not joined by the query", lookup.name));
            continue;
        }
        let loading = Loading {
            lookup,
            session,
            stop,
            chunk_size: job.run.chunk_size.get(),
            limit: job.run.memory_limit,
            room: room(job).saturating_sub(lookups.memory()),
        };
        let table = loading.load(&mut lookups.notes).map_err(|error| told(lookup, error))?;
        lookups.tables.push(Some(Arc::new(table)));
    }
    Ok(lookups)
}

/// An error that says which lookup it is about.
fn told(lookup: &Lookup, error: Error) -> Error {
    match error.is::<Stopped>() {
        true => error,
        false => {
            let message = lookup.moved(&format!("{error:#}"));
            fatal(ExitCode::of(&error), format!("lookup {}: {message}", lookup.name))
        }
    }
}
