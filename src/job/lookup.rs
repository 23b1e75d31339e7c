//! Tables that rows are joined with.

use std::path::{Path, PathBuf};
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

    /// The file that it is read from, and the table, where that is a database.
    pub fn place(&self) -> Option<(&Path, Option<&str>)> {
        match &self.source {
            LookupSource::File(extract) => extract.input.paths().first().map(|path| (Path::new(path), None)),
            LookupSource::Sqlite { path, table, .. } => Some((path, Some(table))),
        }
    }

    /// Whether a text is one of its words for NULL, which it must have been within quotes if it is none.
    pub fn is_null_word(&self, text: &str) -> bool {
        match &self.source {
            LookupSource::File(extract) => extract.null.iter().any(|word| word == text),
            LookupSource::Sqlite { .. } => false,
        }
    }

    /// What is said of keys of `[extract]`, said of this section's, which no flag stands for.
    pub fn moved(&self, message: &str) -> String {
        without_flags(&problem::moved(message, "extract", &self.key()))
    }
}

/// A message without the flags that stand in brackets behind their keys.
fn without_flags(message: &str) -> String {
    let mut parts = message.split(" (--");
    let first = parts.next().unwrap_or_default().to_owned();
    let behind = parts.map(|part| part.split_once(')').map_or(part, |(_, behind)| behind));
    behind.fold(first, |message, part| message + part)
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
