//! The memory that lookups may take, and what is said of those that would take more.

use anyhow::Error;

use crate::batch::CHUNK_CHARGE;
use crate::exit::{ExitCode, fatal};
use crate::job::Job;

/// Bytes that lookups may hold: what is left where one chunk is in flight.
pub fn room(job: &Job) -> usize {
    job.run.memory_limit.saturating_sub(job.run.chunk_size.get() * CHUNK_CHARGE)
}

/// A lookup, or all of them, beyond what is allowed.
pub fn too_large(what: &str, rows: usize, bytes: usize, limit: usize) -> Error {
    let (bytes, limit) = (size(bytes), size(limit));
    let message = format!(
        "{what} takes {bytes} with {rows} rows, which does not fit into run.memory_limit, {limit}, beside the input; raise \
         run.memory_limit, leave out columns, or load both into a database and join them there"
    );
    fatal(ExitCode::Config, message)
}

/// As a job file takes it, rounded up.
fn size(bytes: usize) -> String {
    match bytes.div_ceil(1 << 10) {
        kibibytes if kibibytes < 10 << 10 => format!("{kibibytes}KiB"),
        kibibytes => format!("{}MiB", kibibytes.div_ceil(1 << 10)),
    }
}
