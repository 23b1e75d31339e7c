//! Extract: from inputs to chunks of whole records.
//!
//! An `Origin` is what an input is, and all that is asked of one: standard input, a file or a command opens as a `Reader`, or
//! as something `Ranged`. `Bytes` are those of a reader, as they lie there or inflated, and an `OpenInput` holds what has been
//! read of them and not yet cut; `begin` gets it to its first record. A `Head` does that at second zero, with the guess of the
//! delimiter and the sample of the types, and looks at the files after the first. `Chunks` goes on from there: it has the
//! `Cutter` cut one input after the other. Parquet files have a footer for a head, and `Groups` for chunks.
//!
//! Tables of SQLite databases, which lookups are read from, are the exception: that library opens its files by itself, so they
//! have a path and no origin.

mod origin;
mod input;
mod reader;
mod ranged;
mod named;
mod damage;
mod compression;
mod inflate;
mod bytes;
mod tail;
mod cut;
mod recognise;
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
pub use parquet::{Kind, Refusal};
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
