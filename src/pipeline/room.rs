//! What a run says that has gathered more than it may hold.

use anyhow::Error;

use crate::exit::{ExitCode, fatal};
use crate::metrics::table::{bytes, grouped};
use crate::transform::Held;

/// The limit, what was reached, and what to do.
pub fn too_large(held: &Held, limit: usize) -> Error {
    let (count, size) = (grouped(held.count() as u64), bytes(held.memory() as f64));
    let limit = bytes(limit as f64);
    let message = match held {
        Held::Groups(_) => format!(
            "run.memory_limit of {limit} is reached: {count} groups take {size}; raise it with --memory-limit, group by \
             fewer different values, or filter rows before"
        ),
        Held::Top(_) => format!(
            "run.memory_limit of {limit} is reached: {count} rows to be ordered take {size}; raise it with \
             --memory-limit, or lower the limit of the query"
        ),
    };
    fatal(ExitCode::Config, message)
}
