//! Transform: SQL text to a bound query, and a chunk's records to a batch of output columns.

mod memo;
mod function;
mod functions;
mod forms;
mod deep;
mod parse;
mod bind;
mod plan;
mod gather;
mod pick;
mod eval;
mod cast;
mod keys;
mod group;
pub mod lookup;
mod top;
mod held;
mod gathered_rows;
mod select;
mod query;
mod exact;
mod units;

#[cfg(test)]
mod tests;

use anyhow::Result;

use crate::exit::{ExitCode, fatal};

pub use bind::Sources;
pub use deep::on_deep_stack;
pub use eval::MOST_OF_ROW;
pub use gather::RowIds;
pub use gathered_rows::GatheredRows;
pub use group::Cursor;
pub use held::{Gatherer, Held, Part};
pub use parse::{Select as ParsedQuery, parse};
pub use query::Query;
pub use select::{Select, TooMuchText};

/// Binds a parsed query. `limit` is the job's own, besides the query's. To be called on a deep stack, as all that has to do
/// with a parsed query.
pub fn bind(mut parsed: ParsedQuery, limit: Option<u64>, sources: &Sources) -> Result<Query> {
    parsed.limit = limit.into_iter().chain(parsed.limit).min();
    let query = bind::select(&parsed, sources)?.finish();
    match query.columns.is_empty() {
        true => Err(fatal(ExitCode::Config, "the query selects no column; select at least one")),
        false => Ok(query),
    }
}

/// The SQL reference, as `gristmill functions` prints it.
pub fn reference() -> String {
    functions::reference(forms::FORMS)
}
