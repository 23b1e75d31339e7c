//! CSV: bytes to fields and back. Pure: no files, no threads, no clock.

mod dialect;
pub mod line;
pub mod quote;
mod scan;
pub mod find;
mod layout;
mod decode;
mod records;
pub mod read;
pub mod header;
pub mod encode;
pub mod separator;
pub mod sniff;

pub use dialect::Dialect;
pub use encode::CsvEncoder;
pub use find::{Fields, Shape};
pub use layout::{Layout, NullWords};
pub use read::{Found, Judged, read, read_lines};
pub use records::CsvRecords;
