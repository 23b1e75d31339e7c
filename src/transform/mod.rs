//! Transform: SQL text to a bound query, and a chunk's records to a batch of output columns.

pub mod function;
pub mod functions;
