//! What a run says that has gathered more than `run.memory_limit` lets it hold.

use anyhow::Error;

use crate::exit::{ExitCode, fatal};
use crate::metrics::{bytes, grouped};
use crate::transform::Held;

/// The limit, what was reached, and what to do; `fed`: bytes of what an earlier part of the query has gathered.
pub fn too_large(held: &Held, fed: usize, limit: usize) -> Error {
    let (count, size) = (grouped(held.count() as u64), bytes(held.memory() as f64));
    let limit = bytes(limit as f64);
    let beside = match fed {
        0 => String::new(),
        fed => format!(" beside {} of what the query gathers before", bytes(fed as f64)),
    };
    let message = format!(
        "run.memory_limit of {limit} is reached: {count} {} take {size}{beside}; raise it with --memory-limit, {}",
        held.what(),
        held.remedy()
    );
    fatal(ExitCode::Config, message)
}
