//! Extract: from files to chunks of whole records.

pub mod input;
pub mod origin;
mod ranged;
pub mod reader;
mod damage;
mod compression;
mod inflate;
mod bytes;
pub mod cut;
pub mod open;
pub mod begin;
mod delimiter;
pub mod sample;
pub mod head;
pub mod chunks;
pub mod parquet;
pub mod sqlite;
#[cfg(any(test, fuzzing))]
mod fuzz;

use anyhow::Result;

use crate::batch::{Begin, Chunk};

#[cfg(fuzzing)]
pub use fuzz::fuzz;

/// Where chunks come from.
pub trait Source: Send {
    /// The next chunk, read into `buffer` (empty, perhaps with room). `None` at the end, or when the run was asked to stop.
    fn next(&mut self, buffer: Vec<u8>) -> Result<Option<Chunk>>;
    /// Where the first chunk begins, asked before it is read; `None` where the input cannot be opened again behind a chunk.
    fn begin(&self) -> Option<Begin> {
        None
    }
}
