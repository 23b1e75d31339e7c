//! The job, checked: everything the user said, with defaults filled in and every value known to be possible.
//!
//! On the way there: `compose` reads the file and merges the command line's `changes` into it (`settings`, `columns`,
//! `environment`), `vocabulary` refuses unknown keys, `file` mirrors what was written, and `check` makes it a `Job`: `extract`,
//! `lookup`, `load` and `target` are its parts.

mod changes;
pub mod columns;
mod compression;
mod compose;
mod environment;
mod settings;
mod key;
mod later;
mod vocabulary;
mod file;
mod check;
mod problem;
pub mod units;
mod extract;
mod lookup;
mod load;
mod target;
mod rejects;
mod wildcards;

pub use changes::Changes;
pub use check::{delimiter, foreign};
pub use compression::{Compression, Method};
pub use extract::{Encoding, Extract, Format, Header, Input, Ragged};
pub use key::Key;
pub use later::is_later_argument;
pub use load::{BatchLimits, Breaker, Hooks, Load, Mode, Retry, WhenFull};
pub use lookup::{Lookup, LookupSource, Missing};
pub use rejects::is_rejects_file;
pub use settings::Setting;
pub use target::{Codec, Figure, Lines, Parts, Secret, Target, TextFormat};
#[cfg(test)]
pub use vocabulary::KEYS;
pub use wildcards::matching;

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use check::Files;

/// A checked job. What needs the input (columns, SQL) or the target (tables) is checked next, by `prepare`.
#[derive(Debug)]
pub struct Job {
    pub name: String,
    /// Where the job was read from, for messages: `paid.toml`, or `command line`.
    pub origin: String,
    /// The job file and the file of its query, where there are such.
    pub sources: Vec<PathBuf>,
    pub extract: Arc<Extract>,
    pub lookups: Vec<Lookup>,
    pub transform: Transform,
    /// At least one; each gets every row.
    pub load: Vec<Load>,
    pub errors: Errors,
    pub run: Run,
}

impl Job {
    /// Why a file beside the job's own, such as the summary, may not be `path`; `None` where it may.
    pub fn bars(&self, path: &Path) -> Option<String> {
        let shown = path.display();
        let text = path.to_string_lossy();
        if let Some(foreign) = foreign(&text) {
            return Some(format!("must name a file, and {foreign} is none"));
        }
        if check::is_used(path, &self.files()) {
            return Some(format!("{shown} is also read or written by the job; name another file"));
        }
        if let Some(folder) = check::parts_around(path, &self.files()) {
            return Some(format!("{} holds another output, {shown}; name a file beside it", folder.display()));
        }
        check::handwritten(path).map(|what| format!("{shown} is {what}; name another file"))
    }

    fn files(&self) -> Files<'_> {
        Files {
            input: &self.extract.input,
            lookups: &self.lookups,
            sources: &self.sources,
            loads: &self.load,
            rejects: self.errors.rejects.as_deref(),
        }
    }
}

/// `[transform]`, or `--where`, `--select`, `--sql` and `--limit`.
#[derive(Debug)]
pub struct Transform {
    pub query: QueryText,
    /// `--limit`: output rows, in input order.
    pub limit: Option<u64>,
}

/// The query as the user wrote it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum QueryText {
    /// A whole `select … from input …`; `origin` is where it stands, for messages.
    Sql { text: String, origin: String },
    /// `--select` and `--where`; neither means `select * from input`.
    Parts { select: Option<String>, filter: Option<String> },
}

/// `[errors]`.
#[derive(Debug)]
pub struct Errors {
    pub on_error: OnError,
    /// `None`: rejects are counted and shown, and no file takes them.
    pub rejects: Option<PathBuf>,
    /// How many rejects files of earlier runs stay beside it.
    pub keep: usize,
    pub max_errors: u64,
    /// Share of the rows read, judged from 10,000 rows on.
    pub max_error_ratio: f64,
    /// So many rows must have been read for the ratio to be judged at the end.
    pub judged_from: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnError {
    Reject,
    Stop,
}

/// `[run]`.
#[derive(Debug)]
pub struct Run {
    /// Pool threads, already resolved: never 0.
    pub threads: NonZeroUsize,
    pub memory_limit: usize,
    pub chunk_size: NonZeroUsize,
    pub timezone: chrono_tz::Tz,
    /// Read and evaluate everything, write nothing.
    pub dry_run: bool,
}
