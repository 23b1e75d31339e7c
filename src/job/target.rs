//! Where rows go, and what they look like there.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::Arc;

use crate::format::Template;

/// Where rows go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// Counts rows and writes nothing.
    Null,
    Stdout {
        format: TextFormat,
    },
    File {
        path: PathBuf,
        format: TextFormat,
    },
    Parquet {
        /// A file, or the folder of its parts.
        path: PathBuf,
        codec: Codec,
        parts: Option<Parts>,
    },
    Sqlite {
        path: PathBuf,
        table: String,
    },
    /// `url` goes to the client library as it is, without the table.
    Postgres {
        url: Secret,
        table: String,
    },
}

/// A text that may hold a password: it is shown nowhere.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(pub String);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("***")
    }
}

/// When the next of several files begins: whichever comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parts {
    pub max_rows: Option<NonZeroUsize>,
    pub max_bytes: Option<NonZeroUsize>,
}

/// How the pages of a Parquet file are compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Codec {
    Zstd,
    Snappy,
    None,
}

impl Target {
    /// Whether rows look the same in both, so that they are encoded once for the two.
    pub fn encodes_like(&self, other: &Target) -> bool {
        match (self.text_format(), other.text_format()) {
            (Some(one), Some(other)) => one == other,
            _ => {
                matches!((self, other), (Target::Null, Target::Null) | (Target::Parquet { .. }, Target::Parquet { .. }))
            }
        }
    }

    fn text_format(&self) -> Option<&TextFormat> {
        match self {
            Target::Stdout { format } | Target::File { format, .. } => Some(format),
            Target::Null | Target::Parquet { .. } | Target::Sqlite { .. } | Target::Postgres { .. } => None,
        }
    }

    pub fn is_stdout(&self) -> bool {
        matches!(self, Target::Stdout { .. })
    }

    pub fn is_database(&self) -> bool {
        matches!(self, Target::Sqlite { .. } | Target::Postgres { .. })
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TextFormat {
    Csv { delimiter: u8 },
    Jsonl,
    Template(Arc<Lines>),
}

/// The texts of a template; an empty one writes nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lines {
    /// Its line end included.
    pub header: Vec<u8>,
    /// Columns of the output by their names.
    pub row: Template<String>,
    pub footer: Template<Figure>,
}

/// What a footer may tell of the run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Figure {
    Read,
    Filtered,
    Rejected,
    Aggregated,
    Loaded,
}
