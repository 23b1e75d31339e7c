//! What becomes of each sink in the end, and publication: what is required first, databases before files, else in job order.

use std::panic::{AssertUnwindSafe, catch_unwind};

use anyhow::{Error, Result};

use crate::exit::{ExitCode, fatal};
use crate::load::{Loaded, Sink};
use crate::stop::{Stop, Stopped};

use super::hurry::{TIME_TO_FINISH, in_time};
use super::load::{Ended, Role};
use super::stage::panicked;

/// How a sink ended.
pub struct Fate {
    pub role: Role,
    pub published: bool,
    /// Why an optional sink failed.
    pub failed: Option<String>,
    /// What the person should know of it nevertheless.
    pub remark: Option<String>,
    /// That it held rows and holds none now, which nobody may miss.
    pub emptied: Option<String>,
}

impl Fate {
    /// Nothing has become of it yet.
    pub fn open(role: Role) -> Fate {
        Fate { role, published: false, failed: None, remark: None, emptied: None }
    }

    pub fn loaded(&self) -> Loaded {
        self.role.counters.read()
    }

    /// An optional sink that has not all rows, and yet does not fail the run.
    pub fn is_short(&self) -> bool {
        self.failed.is_some() || self.loaded().dropped > 0
    }

    fn fail(&mut self, error: &Error, late: &str) {
        self.failed = Some(if error.is::<Stopped>() { late.to_owned() } else { format!("{error:#}") });
    }
}

/// Publishes what has been prepared. The failure of a required sink ends it, and names what is published by then.
pub fn publish(fates: &mut [Fate], ended: Vec<Ended>, stop: &Stop) -> Result<()> {
    let mut prepared = Vec::new();
    for (fate, ended) in fates.iter_mut().zip(ended) {
        match ended {
            Ended::Prepared(sink) => prepared.push((fate, sink)),
            Ended::Failed(error) => fate.fail(&error, &too_late("did not take its rows", stop)),
            Ended::Closed => {}
        }
    }
    prepared.sort_by_key(|(fate, _)| (!fate.role.required, !fate.role.is_database));
    let mut published: Vec<String> = Vec::new();
    let mut prepared = prepared.into_iter();
    while let Some((fate, sink)) = prepared.next() {
        let done = in_time(fate.role.hurry.clone(), || publish_one(fate, sink));
        if fate.published {
            published.push(fate.role.name.to_string());
        }
        match done {
            Ok(()) => {}
            Err(error) if fate.role.required => {
                prepared.for_each(|(fate, sink)| in_time(fate.role.hurry.clone(), || drop(sink)));
                return Err(with_published(error, &published, stop));
            }
            Err(error) => fate.fail(&error, &too_late("could not be published", stop)),
        }
    }
    Ok(())
}

fn publish_one(fate: &mut Fate, mut sink: Box<dyn Sink>) -> Result<()> {
    let done = catch_unwind(AssertUnwindSafe(|| {
        sink.publish()?;
        fate.published = true;
        sink.conclude()
    }));
    fate.remark = sink.remark();
    let name = &fate.role.name;
    fate.emptied = sink.emptied().then(|| format!("{name} held rows and holds none now, for no row came"));
    fate.role.counters.finished(sink.bytes_written());
    done.unwrap_or_else(|panic| Err(panicked("publishing the load", panic.as_ref())))
}

/// Why an optional sink had to give up.
fn too_late(what: &str, stop: &Stop) -> String {
    match stop.asked() {
        true => format!("it {what} before the run was interrupted by {}", stop.signal()),
        false => format!("it {what} within {} s", TIME_TO_FINISH.as_secs()),
    }
}

fn with_published(error: Error, published: &[String], stop: &Stop) -> Error {
    if published.is_empty() {
        return error;
    }
    let code = if error.is::<Stopped>() { stop.code() } else { None }.unwrap_or(ExitCode::of(&error));
    fatal(code, format!("{error:#}; published before that, and complete: {}", published.join(", ")))
}
