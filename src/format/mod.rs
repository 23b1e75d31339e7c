//! Bytes to columns and back, pure: no files, no threads, no clock.

pub mod csv;
pub mod encoding;
pub mod value;
pub mod guess;
pub mod spelling;
pub mod json;
pub mod jsonl;
pub mod lost;
pub mod template;
pub mod text;
pub mod cells;
pub mod union;
pub mod parquet;
pub mod raw;
pub mod read;

pub use read::{Found, Layout, Workspace, read};
