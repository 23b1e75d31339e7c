//! The job, checked: everything the user said, with defaults filled in and every value known to be possible.
//!
//! On the way there: `compose` reads the file and merges the command line's `changes` into it (`settings`, `columns`,
//! `environment`), `vocabulary` refuses unknown keys, `file` mirrors what was written, and `check` makes it a `Job`.

pub mod changes;
pub mod columns;
pub mod compression;
mod compose;
mod environment;
pub mod settings;
mod key;
mod vocabulary;
mod file;
mod check;
mod problem;
pub mod units;

pub use check::single_byte;
pub use compression::{Compression, Method};
pub use key::Key;

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use check::Files;

use crate::format::csv::Dialect;
use crate::format::template::Template;
use crate::format::text::Pattern;
use crate::types::Typing;

/// A checked job. What needs the input (columns, SQL) or the target (tables) is checked next, by `pipeline::prepare`.
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
    /// Whether the job itself reads or writes a file.
    pub fn uses(&self, path: &Path) -> bool {
        check::is_used(path, &self.files())
    }

    fn files(&self) -> Files<'_> {
        Files {
            input: &self.extract.input,
            lookups: &self.lookups,
            sources: &self.sources,
            loads: &self.load,
            rejects: &self.errors.rejects,
        }
    }
}

/// `[extract]`.
#[derive(Debug)]
pub struct Extract {
    pub input: Input,
    pub format: Format,
    /// Columns of several files are matched by their names; else all files have the first one's.
    pub union_by_name: bool,
    pub encoding: Encoding,
    pub dialect: Dialect,
    /// The first record names the columns.
    pub header: bool,
    /// Physical lines to leave out before the header.
    pub skip: u64,
    /// Unquoted texts that mean NULL.
    pub null: Vec<String>,
    pub ragged: Ragged,
    pub compression: Compression,
    pub max_record_size: usize,
    /// `[extract.columns]`, in the order written; all columns there are where the format has them from elsewhere.
    pub columns: Vec<(String, Typing)>,
    /// Undeclared columns are text; nothing is guessed.
    pub all_text: bool,
}

#[derive(Debug, PartialEq, Eq)]
pub enum Input {
    Stdin,
    /// Paths and globs as written, at least one.
    Paths(Vec<String>),
}

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

/// What the input's records look like.
#[derive(Debug, Clone)]
pub enum Format {
    Csv,
    /// Each line is the one column.
    Lines,
    /// Each line is taken apart by a pattern.
    Text(Arc<Pattern>),
    /// Each line is a JSON object.
    Jsonl,
    /// Columns of values, in row groups.
    Parquet,
}

/// How input bytes become text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8, or UTF-16 where a byte order mark says so.
    Utf8,
    Utf16Le,
    Utf16Be,
    /// An encoding in which the dialect's bytes mean what they mean in ASCII.
    Other(&'static encoding_rs::Encoding),
}

/// What becomes of a record narrower than the header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ragged {
    Reject,
    Pad,
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

/// `[[load]]`.
#[derive(Debug)]
pub struct Load {
    pub target: Target,
    pub mode: Mode,
    /// Columns that tell the rows of `upsert` apart.
    pub keys: Vec<String>,
    pub hooks: Hooks,
    pub batch: BatchLimits,
    pub retry: Retry,
    pub breaker: Breaker,
    /// Else it may fail without failing the run.
    pub required: bool,
    pub when_full: WhenFull,
    /// The key of its section.
    pub key: Key,
}

/// How a server that is away is waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retry {
    pub initial_interval: Duration,
    pub max_interval: Duration,
    /// From the first failure of a series on.
    pub max_elapsed_time: Duration,
}

/// When to stop trying for a while.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Breaker {
    /// Failures in a row.
    pub failure_threshold: u32,
    pub open_for: Duration,
}

impl Default for Retry {
    fn default() -> Retry {
        Retry {
            initial_interval: Duration::from_millis(200),
            max_interval: Duration::from_secs(30),
            max_elapsed_time: Duration::from_secs(600),
        }
    }
}

impl Default for Breaker {
    fn default() -> Breaker {
        Breaker { failure_threshold: 5, open_for: Duration::from_secs(10) }
    }
}

/// What becomes of rows that a sink has no room for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhenFull {
    /// They wait, and everything before them.
    Block,
    /// They are dropped and counted.
    Drop,
}

impl Load {
    /// What is said of keys of the first section, said of this one's.
    pub fn moved(&self, message: &str) -> String {
        problem::moved(message, "load", &self.key)
    }
}

/// Statements of the user's own for a database.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Hooks {
    /// Run before the first row.
    pub before: Vec<String>,
    /// Run after the last one, when the load shows.
    pub after: Vec<String>,
}

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

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    Append,
    Truncate,
    Replace,
    Upsert,
}

/// When collected rows are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BatchLimits {
    /// Rows in a flush at most; `None` for files.
    pub count: Option<NonZeroUsize>,
    /// Encoded bytes in a flush at most; one larger row goes alone.
    pub byte_size: NonZeroUsize,
    /// Age of the oldest row at most.
    pub period: Duration,
}

/// `[errors]`.
#[derive(Debug)]
pub struct Errors {
    pub on_error: OnError,
    pub rejects: PathBuf,
    pub max_errors: u64,
    /// Share of the rows read, judged from 10,000 rows on.
    pub max_error_ratio: f64,
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
