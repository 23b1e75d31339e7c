//! Load: from encoded rows to files and databases. Each sink has two halves: an `Encoder`, pure, run in the pool, and a
//! `Sink`, run on the load thread.

use std::ops::Range;
use std::sync::Arc;

use anyhow::Result;

use crate::batch::{Encoded, Reject};

/// The writing half of a sink. Dropping it without `publish` leaves the target as it was and removes what is half done.
pub trait Sink: Send {
    /// Writes one flush. Rows that the target refuses come back as rejects, in input order; an error ends the run.
    fn write(&mut self, flush: &[Part]) -> Result<Vec<Reject>>;
    /// After the last flush: everything is on its way to be durable; nothing shows yet under the target's name.
    fn prepare(&mut self) -> Result<()>;
    /// Makes the load visible, all at once.
    fn publish(&mut self) -> Result<()>;
    /// Bytes written so far, where the sink counts them.
    fn bytes_written(&self) -> u64;
}

/// Some neighbouring rows of one encoded batch.
#[derive(Clone)]
pub struct Part {
    pub encoded: Arc<Encoded>,
    pub rows: Range<usize>,
}
