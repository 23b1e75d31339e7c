//! Tables that rows are joined with.

use std::path::PathBuf;
use std::sync::Arc;

use super::extract::Extract;
use super::{Key, problem};
use crate::types::Typing;

/// `[lookup.NAME]`: a table that is held in memory and joined by its name.
#[derive(Debug)]
pub struct Lookup {
    pub name: String,
    pub source: LookupSource,
    /// Of rows with the same key the first one counts; else they are an error.
    pub takes_first: bool,
    pub missing: Missing,
}

impl Lookup {
    /// The key of its section.
    pub fn key(&self) -> Key {
        Key::from("lookup").child(&self.name)
    }

    /// What is said of keys of `[extract]`, said of this section's.
    pub fn moved(&self, message: &str) -> String {
        problem::moved(message, "extract", &self.key())
    }
}

/// Where a lookup comes from.
#[derive(Debug)]
pub enum LookupSource {
    File(Arc<Extract>),
    Sqlite {
        path: PathBuf,
        table: String,
        /// `[lookup.NAME.columns]`.
        columns: Vec<(String, Typing)>,
        /// Undeclared columns are text.
        all_text: bool,
    },
}

/// What a left join makes of a row whose key is not in the lookup.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Missing {
    /// The lookup's columns are NULL.
    Null,
    /// The row is rejected.
    Reject,
    /// The row is left out, as `where` would.
    Drop,
}
