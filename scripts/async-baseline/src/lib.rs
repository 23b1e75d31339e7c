//! What the programs of the comparison share: the job itself on one line of text, their arguments, and what is done to them
//! to see how they take it.

pub mod options;
pub mod order;
pub mod report;
pub mod source;
#[cfg(any(feature = "lines", feature = "chunks"))]
pub mod tasks;
pub mod threads;
pub mod trial;
pub mod waits;
