//! CSV: bytes to fields and back. Pure: no files, no threads, no clock.

pub mod dialect;

pub use dialect::Dialect;
pub mod encode;
