//! What the transform thread hands to the pool: a chunk of the input, or rows that have been gathered.

use std::sync::Arc;

use crate::batch::{CHUNK_CHARGE, Chunk};
use crate::transform::{Cursor, Held, RowIds};

/// Gathered rows that make one pool job: about as many as a chunk of the input has.
const ROWS_OF_A_JOB: usize = 1 << 14;
/// Bytes that rows of one pool job hold, about: fewer rows where they are large.
const BYTES_OF_A_JOB: usize = 1 << 23;

/// One job for the pool.
pub enum Work {
    Chunk(Chunk),
    Rows(Rows),
}

/// Some of the rows that have been gathered.
pub struct Rows {
    /// Place in the stream of these, from 0, without gaps.
    pub sequence: u64,
    /// Gatherings that they have come through.
    pub step: usize,
    pub held: Arc<Held>,
    pub ids: RowIds,
}

impl Work {
    pub fn sequence(&self) -> u64 {
        match self {
            Work::Chunk(chunk) => chunk.sequence,
            Work::Rows(rows) => rows.sequence,
        }
    }

    /// Bytes that it is charged while it is in flight, where its rows are encoded in so many forms at once.
    pub fn charge(&self, forms: usize) -> usize {
        let bytes = match self {
            Work::Chunk(chunk) => chunk.size(),
            Work::Rows(rows) => bytes_of_a_row(&rows.held) * rows.ids.len(),
        };
        bytes * (CHUNK_CHARGE + forms.saturating_sub(1))
    }
}

/// On average.
fn bytes_of_a_row(held: &Held) -> usize {
    held.memory() / held.count().max(1)
}

impl Rows {
    /// Takes off the second half.
    pub fn split_off(&mut self) -> Rows {
        let ids = self.ids.split_off(self.ids.len() / 2);
        Rows { sequence: self.sequence, step: self.step, held: Arc::clone(&self.held), ids }
    }
}

/// Rows that have been gathered, handed out in order.
pub struct Gathered {
    step: usize,
    pub held: Arc<Held>,
    cursor: Cursor,
    sequence: u64,
    rows_of_a_job: usize,
}

impl Gathered {
    /// Rows that come from the gathering before this step.
    pub fn new(step: usize, held: Held) -> Gathered {
        let rows_of_a_job = (BYTES_OF_A_JOB / bytes_of_a_row(&held).max(1)).clamp(1, ROWS_OF_A_JOB);
        Gathered { step, held: Arc::new(held), cursor: Cursor::default(), sequence: 0, rows_of_a_job }
    }
}

impl Iterator for Gathered {
    type Item = Work;

    fn next(&mut self) -> Option<Work> {
        let ids = self.held.next(&mut self.cursor, self.rows_of_a_job);
        if ids.is_empty() {
            return None;
        }
        let sequence = self.sequence;
        self.sequence += 1;
        Some(Work::Rows(Rows { sequence, step: self.step, held: Arc::clone(&self.held), ids }))
    }
}
