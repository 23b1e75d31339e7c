//! Parquet: the values that its decoder makes, as the types of SQL. Decoding needs the file and is `extract`'s.

mod finer;
mod float;
mod kind;
mod nested;
mod records;
mod values;
mod widen;
#[cfg(test)]
mod tests;

pub use kind::{IN_96_BITS, is_finer, is_in_96_bits, type_of};
pub use records::read;
pub use widen::common;

use chrono_tz::Tz;

use crate::types::Type;

/// How the arrays of an input's chunks are to be understood.
#[derive(Clone, Debug)]
pub struct Layout {
    pub columns: Vec<StoredColumn>,
    /// The session's zone, for timestamps as text.
    pub zone: Tz,
}

/// One column of the files.
#[derive(Clone, Debug)]
pub struct StoredColumn {
    pub name: String,
    /// What the values of all files are widened to; `None`: they stay what they are in each.
    pub ty: Option<Type>,
    /// Values of some file have more digits than our type.
    pub is_finer: bool,
}
