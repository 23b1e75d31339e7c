//! Bytes to columns and back, pure: no files, no threads, no clock.

pub mod csv;
pub mod encoding;
pub mod value;
mod guess;
mod spelling;
mod verdict;
mod foreign;
mod nuls;
mod document;
pub mod json;
pub mod jsonl;
mod lost;
mod template;
pub mod text;
mod cells;
pub mod union;
pub mod parquet;
mod raw;
mod read;

pub use document::{Document, no_csv, no_jsonl};
pub use foreign::{Foreign, Remedy, Rows, TELLING, foreign, is_odd, workbook};
pub use guess::{Guesser, has_leading_zeros, is_value};
pub use lost::Lost;
pub use nuls::{Binary, Expected, Wide, binary, wide};
pub use raw::raw_text;
pub use read::{Found, Layout, Workspace, read};
pub use spelling::comes_back;
pub use template::{Template, TemplateEncoder};
pub use verdict::Verdict;
