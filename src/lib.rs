//! gristmill: batch ETL for large CSV files, driven from shell scripts. Extract from files, transform with SQL, load into
//! files and databases; synchronous, in flat memory, every row accounted for.
//!
//! A row is followed by reading the modules in their order here. `extract` reads bytes and cuts them into chunks of whole
//! records. A pool job (`pipeline::Mill`) then does everything to one chunk that needs a processor: `format` finds its
//! fields, `transform` filters and computes, and the sink's encoder makes the bytes that the target wants. `load` collects
//! encoded rows and writes them in flushes. `pipeline` joins the three as threads with bounded channels, restores the
//! order of the chunks, checks the accounts, and only then publishes. `prepare` comes before all of it: it settles names and
//! types, binds the query and opens the sinks, and hands `pipeline` the line that it runs.
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
#[doc(hidden)]
pub mod console;
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

pub use memory::keep_flat;
pub use transform::reference;

/// What the fuzz target runs; there is no such door in any other build.
#[cfg(fuzzing)]
pub use extract::fuzz;
