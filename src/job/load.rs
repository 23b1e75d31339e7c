//! What becomes of the rows of one target: how it is written, and what happens where it cannot be.

use std::num::NonZeroUsize;
use std::time::Duration;

use super::target::Target;
use super::{Key, problem};

/// `[[load]]`.
#[derive(Debug)]
pub struct Load {
    pub target: Target,
    pub mode: Mode,
    /// Columns that tell the rows of `upsert` apart.
    pub keys: Vec<String>,
    pub hooks: Hooks,
    pub batch: BatchLimits,
    pub retry: Retry,
    pub breaker: Breaker,
    /// Else it may fail without failing the run.
    pub required: bool,
    pub when_full: WhenFull,
    /// The key of its section.
    pub key: Key,
}

/// How a server that is away is waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retry {
    pub initial_interval: Duration,
    pub max_interval: Duration,
    /// From the first failure of a series on.
    pub max_elapsed_time: Duration,
    /// The same for a server that is away before the first row.
    pub at_start: Duration,
}

/// When to stop trying for a while.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Breaker {
    /// Failures in a row.
    pub failure_threshold: u32,
    pub open_for: Duration,
}

impl Default for Retry {
    fn default() -> Retry {
        Retry {
            initial_interval: Duration::from_millis(200),
            max_interval: Duration::from_secs(30),
            max_elapsed_time: Duration::from_secs(600),
            at_start: Duration::from_secs(30),
        }
    }
}

impl Default for Breaker {
    fn default() -> Breaker {
        Breaker { failure_threshold: 5, open_for: Duration::from_secs(10) }
    }
}

/// What becomes of rows that a sink has no room for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhenFull {
    /// They wait, and everything before them.
    Block,
    /// They are dropped and counted.
    Drop,
}

impl Load {
    /// What is said of keys of the first section, said of this one's.
    pub fn moved(&self, message: &str) -> String {
        problem::moved(message, "load", &self.key)
    }
}

/// Statements of the user's own for a database.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Hooks {
    /// Run before the first row.
    pub before: Vec<String>,
    /// Run after the last one, when the load shows.
    pub after: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    Append,
    Truncate,
    Replace,
    Upsert,
}

/// When collected rows are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BatchLimits {
    /// Rows in a flush at most; `None` for files.
    pub count: Option<NonZeroUsize>,
    /// Encoded bytes in a flush at most; one larger row goes alone.
    pub byte_size: NonZeroUsize,
    /// Age of the oldest row at most.
    pub period: Duration,
}
