//! Transform: SQL text to a bound query, and a chunk's records to a batch of output columns.

pub mod memo;
pub mod function;
pub mod functions;
pub mod forms;
pub mod parse;
pub mod bind;
pub mod plan;
pub mod gather;
pub mod pick;
pub mod eval;
pub mod cast;
pub mod keys;
pub mod group;
pub mod lookup;
pub mod top;
pub mod gathered;
pub mod table;
pub mod select;
pub mod query;
pub mod exact;

#[cfg(test)]
mod tests;

use std::panic::resume_unwind;
use std::thread;

use anyhow::{Result, anyhow};

use crate::cancel::{self, is_cancelled};
use crate::exit::{ExitCode, fatal};
use crate::job::QueryText;

pub use bind::Sources;
pub use eval::MOST_OF_ROW;
pub use gathered::{Gatherer, Held, Part, Places};
pub use group::Cursor;
pub use query::Query;
pub use select::{Select, TooMuchText};
pub use table::Table;

/// A long chain of operators is a deep tree, which is walked, and freed, by recursion.
const BINDER_STACK: usize = 64 << 20;

/// Parses and binds a query. `limit` is the job's own, besides the query's; `sources` has every lookup that it joins.
pub fn bind(text: &QueryText, limit: Option<u64>, sources: &Sources) -> Result<Query> {
    on_deep_stack(|| bind_here(text, limit, sources))
}

/// For each of the job's lookups, whether the query joins it.
pub fn joins(text: &QueryText, lookups: &[String]) -> Result<Vec<bool>> {
    on_deep_stack(|| {
        let select = parse::parse(text, lookups)?;
        Ok((0..lookups.len()).map(|lookup| select.joins(lookup)).collect())
    })
}

/// For each column of the input whether the query may read or write it. It may say so of a column too many, never of one
/// too few: what is declared of these decides whether anything has to be guessed.
pub fn mentions(text: &QueryText, lookups: &[String], columns: &[String]) -> Result<Vec<bool>> {
    on_deep_stack(|| {
        let select = parse::parse(text, lookups)?;
        Ok(select.mentions(columns))
    })
}

/// On a thread of its own, which is given up when this one is: the keys of a lookup may take long to compute.
fn on_deep_stack<T: Send>(work: impl FnOnce() -> Result<T> + Send) -> Result<T> {
    let flag = cancel::heeded();
    let work = || {
        flag.into_iter().for_each(cancel::heed);
        work()
    };
    thread::scope(|scope| {
        let binder = thread::Builder::new().name("bind".into()).stack_size(BINDER_STACK).spawn_scoped(scope, work)?;
        binder.join().unwrap_or_else(|payload| match is_cancelled(payload.as_ref()) {
            true => resume_unwind(payload),
            false => Err(anyhow!("binding the query panicked")),
        })
    })
}

fn bind_here(text: &QueryText, limit: Option<u64>, sources: &Sources) -> Result<Query> {
    let lookups: Vec<String> = sources.lookups.iter().map(|lookup| lookup.name.clone()).collect();
    let mut select = parse::parse(text, &lookups)?;
    select.limit = limit.into_iter().chain(select.limit).min();
    let query = bind::select(&select, sources)?.finish();
    match query.columns.is_empty() {
        true => Err(fatal(ExitCode::Config, "the query selects no column; select at least one")),
        false => Ok(query),
    }
}

/// The SQL reference, as `gristmill functions` prints it.
pub fn reference() -> String {
    functions::reference::reference(forms::FORMS)
}
