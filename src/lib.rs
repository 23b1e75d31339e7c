//! gristmill: batch ETL for large CSV files, driven from shell scripts. Extract from files, transform with SQL, load into
//! files and databases; synchronous, in flat memory, every row accounted for.
//!
//! # A row, followed
//!
//! Before the first one:
//!
//! | file | decides | must not know |
//! |---|---|---|
//! | `main.rs`, `cli/` | what was typed | what is in a file |
//! | `job/compose.rs`, `job/check/` | what the job says, defaults filled in; which values are possible | input and target |
//! | `extract/head.rs`, `extract/begin.rs` | which inputs there are, encoding, compression, delimiter, header, the sample | types, the query |
//! | `prepare/formats/` | names and types of the columns, and how bytes are laid out, one file for each format | the query, the target |
//! | `transform/parse/`, `transform/bind/` | what the query means, typed; what it needs of which column | where rows come from |
//! | `load/mod.rs::open` | whether the target fits and can be written, how rows are encoded for it | the input, the query |
//! | `prepare/fit.rs`, `prepare/prepared.rs` | the order of all that; the `Line` that is run | threads, channels |
//!
//! Then, of every row:
//!
//! | file | decides | must not know |
//! |---|---|---|
//! | `extract/chunks.rs`, `extract/open.rs` | how many bytes are read at once, what a pipe is given time for | what the bytes mean |
//! | `extract/cut.rs` | where records begin and end, which are broken, what is blank or a comment: nobody later decides that again | fields, types |
//! | `pipeline/extract.rs` | when the next chunk is read: when there is a buffer for it | what is in it |
//! | `pipeline/phase.rs`, `pipeline/flight.rs` | how much is in flight at once, within the memory | what a job does |
//! | `pipeline/mill.rs` | what a pool job does, in which order: read, select, gather or encode | threads, channels, how a sink writes |
//! | `format/read.rs` and below | where fields are; which records have another width or encoding | the query |
//! | `transform/select.rs`, `transform/eval/` | which rows are kept, what is computed, which rows fail at it | the format, the target |
//! | `format/csv/encode.rs`, `format/jsonl.rs`, the `encoder.rs` of a sink | the bytes that the target wants; which rows do not fit it | other rows, the file or connection |
//! | `pipeline/order.rs`, `pipeline/tracker.rs` | whose turn it is, how far the input has been dealt with | rows |
//! | `pipeline/outlet.rs` | whether a sink without room makes all wait or loses the row | what is in it |
//! | `rejects/` | where bad rows go, when they are too many | what is right |
//! | `load/stage.rs`, `load/batcher.rs` | when rows are written: by count, bytes or age | what a row is |
//! | the `Sink` of a target | how a flush is written, and what the target refuses of it | whether the run has succeeded |
//! | `pipeline/outcome.rs`, `pipeline/publish.rs` | whether the accounts balance, what is published, in which order; the exit code | how a target does it |
//! | `pipeline/report.rs`, `metrics/` | what is told | |
//!
//! A query that gathers rows (`group by`, `distinct`, `order by … limit`) takes the way from `mill` to `phase` once more for each
//! gathering: `transform/held.rs` holds what has been gathered.
//!
//! `parts` is for programs that run the pool job their own way. What is public and hidden is what `main` is made of; all else
//! is private, so that the compiler finds what is dead.
//!
//! What is deliberately absent: `extract`, `transform` and `load` never import each other; `format` knows no files, threads
//! or clocks; nothing in the pool touches a stage's channel; and there is no async runtime anywhere.

mod arrow;
mod types;
mod memory;
mod nearest;
mod unique;
mod console;
pub mod exit;
pub mod stop;
mod cancel;
mod excerpt;
mod lock;
mod partial;
mod pipe;
mod paths;
mod batch;
#[doc(hidden)]
pub mod metrics;
#[doc(hidden)]
pub mod job;
mod extract;
mod format;
mod transform;
mod load;
mod rejects;
#[doc(hidden)]
pub mod pipeline;
#[doc(hidden)]
pub mod prepare;
#[doc(hidden)]
pub mod cli;
pub mod parts;
#[cfg(test)]
mod tests;

#[doc(hidden)]
pub use console::say;
pub use memory::keep_flat;
pub use transform::reference;

/// What the fuzz target runs; there is no such door in any other build.
#[cfg(fuzzing)]
pub use extract::fuzz;
