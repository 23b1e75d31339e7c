//! Extract: from files to chunks of whole records.

mod origin;
mod input;
mod reader;
mod ranged;
mod damage;
mod compression;
mod inflate;
mod bytes;
mod cut;
mod open;
mod begin;
mod delimiter;
mod sample;
mod head;
mod chunks;
mod parquet;
mod sqlite;
#[cfg(any(test, fuzzing))]
mod fuzz;

use anyhow::Result;

use crate::batch::{Begin, Chunk};
use crate::metrics::Metrics;
use crate::stop::Stop;

use chunks::Chunks;
use parquet::Groups;

pub use head::Head;
pub use input::is_piped;
pub use origin::Origin;
pub use sample::SAMPLE_RECORDS;
pub use sqlite::{SqliteCell, SqliteTable};

#[cfg(fuzzing)]
pub use fuzz::fuzz;

/// The chunks of all inputs, from where `head` has read the first to, or from `begin`.
pub fn source<'a>(
    mut head: Head,
    begin: Option<Begin>,
    chunk_size: usize,
    metrics: &'a Metrics,
    stop: &'a Stop,
) -> Box<dyn Source + 'a> {
    match head.stored.take() {
        Some(stored) => Box::new(Groups::new(stored, head.rest, chunk_size, metrics, stop).at(begin)),
        None => Box::new(Chunks::new(head, chunk_size, metrics, stop).at(begin)),
    }
}

/// Where chunks come from.
pub trait Source: Send {
    /// The next chunk, read into `buffer` (empty, perhaps with room). `None` at the end, or when the run was asked to stop.
    fn next(&mut self, buffer: Vec<u8>) -> Result<Option<Chunk>>;
    /// Where the first chunk begins, asked before it is read; `None` where the input cannot be opened again behind a chunk.
    fn begin(&self) -> Option<Begin> {
        None
    }
}
