//! Load: from encoded rows to files and databases. Each sink has two halves: an `Encoder`, pure, run in the pool, and a
//! `Sink`, run on the load thread.
//!
//! What comes is a `delivery`; `stage` collects its rows in a `batcher`, hands each flush to the sink and counts what
//! has become of it (`counters`, `account`). Then stand the sinks of text (`frame` to `file`), what the sinks of values
//! have in common (`cell` to `array`), and those: `parquet`, `sqlite`, `postgres`.

mod delivery;
mod stage;
mod batcher;
mod counters;
mod account;
mod retry;
mod frame;
mod stdout;
mod stream;
mod patient;
mod text;
mod file;
mod null;
mod absent;
mod cell;
mod typed;
mod convert;
mod matching;
mod made;
mod nul;
mod quote;
mod array;
mod parquet;
mod sqlite;
mod postgres;

use std::fmt;
use std::num::NonZeroUsize;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use anyhow::Result;

pub use account::Account;
pub use batcher::{Batcher, Flush, Trigger};
pub use counters::{LoadCounters, Loaded};
pub use delivery::{Delivery, Reached};
pub use null::NullEncoder;
pub use retry::Tried;
pub use stage::{prepare, run};

use crate::batch::{Encoded, Encoder, Payload, Place, Reject};
use crate::exit::ExitCode;
use crate::job::{Load, Mode, Target};
use crate::paths::display_name;
use crate::types::{OutputColumn, Session};

/// The writing half of a sink. Dropping it without `publish` leaves the target as it was and removes what is half done, but
/// for what it `commits`.
pub trait Sink: Send {
    /// Writes one flush. Rows that the target refuses come back as rejects, in input order; an error ends the run. `upto`:
    /// how far the input has been dealt with once the flush is written, where the job can go on there; a flush without rows
    /// only says that, and shows in no target.
    fn write(&mut self, flush: &[Part], upto: Option<&Place>) -> Result<Vec<Reject>>;
    /// How many of the rows written are neither in the target nor rejected by now: what they refer to may be yet to come.
    fn kept(&self) -> usize {
        0
    }
    /// The memory that these take.
    fn kept_bytes(&self) -> usize {
        0
    }
    /// After the last flush: decides about the rows that are kept, a part of them in each call. Those that the target refuses
    /// come back, in input order; `None` when there is no more to decide.
    fn settle(&mut self) -> Result<Option<Vec<Reject>>> {
        Ok(None)
    }
    /// Then: everything is on its way to be durable; nothing shows yet under the target's name. `account`
    /// is for the target to tell what became of the input.
    fn prepare(&mut self, account: &Account) -> Result<()>;
    /// Makes the load visible, all at once.
    fn publish(&mut self) -> Result<()>;
    /// Does what is to follow once the load is published, which it stays whatever becomes of that.
    fn conclude(&mut self) -> Result<()> {
        Ok(())
    }
    /// What the person should know of a load that is published.
    fn remark(&self) -> Option<String> {
        None
    }
    /// Whether rows of an earlier load are gone and none has come in their place.
    fn emptied(&self) -> bool {
        false
    }
    /// Bytes written so far, where the sink counts them.
    fn bytes_written(&self) -> u64;
    /// Attempts that had to be repeated.
    fn tried(&self) -> Tried {
        Tried::default()
    }
    /// What `write` has written stays, whatever becomes of the run.
    fn commits(&self) -> bool {
        false
    }
}

/// Some neighbouring rows of one encoded batch.
#[derive(Clone, Debug)]
pub struct Part {
    pub encoded: Arc<Encoded>,
    pub rows: Range<usize>,
}

impl Part {
    /// Where the rows begin and end in the running total of encoded bytes.
    fn span(&self) -> Range<usize> {
        let end_of =
            |rows: usize| rows.checked_sub(1).and_then(|last| self.encoded.ends.get(last)).copied().unwrap_or(0);
        end_of(self.rows.start)..end_of(self.rows.end)
    }

    /// The rows' bytes, one contiguous slice; `None` where the batch was encoded as something else.
    fn text(&self) -> Option<&[u8]> {
        match &self.encoded.payload {
            Payload::Nothing => Some(&[]),
            Payload::Text(bytes) => bytes.get(self.span()),
            Payload::Rows { bytes, ends } => {
                let end_of = |rows: usize| rows.checked_sub(1).and_then(|last| ends.get(last)).copied().unwrap_or(0);
                bytes.get(end_of(self.rows.start)..end_of(self.rows.end))
            }
            Payload::Columns(_) => None,
        }
    }
}

/// The reader of our output has gone: the run ends cleanly, its accounts unjudged.
#[derive(Debug)]
pub struct ClosedPipe;

impl fmt::Display for ClosedPipe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the reader of the output has closed it")
    }
}

impl std::error::Error for ClosedPipe {}

/// What sinks need to know of the run besides their own section of the job.
#[derive(Clone)]
pub struct Setting {
    pub session: Session,
    /// Check the target, encode, and write nothing.
    pub dry_run: bool,
    /// Threads for what a sink has done beside its own thread.
    pub threads: NonZeroUsize,
    /// What the whole run may use.
    pub memory_limit: usize,
    /// Raised when the run is to end soon; waits look at it.
    pub stop: Arc<AtomicBool>,
}

/// Both halves of a sink, its target checked.
pub struct Opened {
    /// As the summary and the rejects file name it.
    pub name: Arc<str>,
    pub encoder: Arc<dyn Encoder>,
    pub sink: Box<dyn Sink>,
    pub warnings: Vec<String>,
    /// What became of guesses in a target that is made.
    pub guessed: Option<String>,
}

/// Checks the target of one `[[load]]` section at second zero and makes both halves of its sink.
pub fn open(load: &Load, columns: &[OutputColumn], setting: &Setting) -> Result<Opened> {
    match &load.target {
        Target::Null => Ok(opened("null:".into(), Arc::new(null::NullEncoder), Box::new(null::NullSink))),
        Target::Stdout { format } => {
            let (encoder, frame) = frame::text_encoder(format, columns, setting.session)?;
            let sink = file::or_null(setting.dry_run, || stdout::open(frame, setting.stop.clone()))?;
            Ok(opened("-".into(), encoder, sink))
        }
        Target::File { path, format } => {
            let (encoder, frame) = frame::text_encoder(format, columns, setting.session)?;
            let names = columns.iter().map(|column| column.name.as_str()).collect();
            let order = file::Order { path, append: load.mode == Mode::Append, format, frame, names };
            Ok(opened(display_name(path), encoder, file::open(order, setting)?))
        }
        Target::Parquet { path, codec, parts } => {
            nul::refuse(columns, "a Parquet file")?;
            parquet::open(parquet::Order { path, codec: *codec, parts: *parts }, columns, setting)
        }
        Target::Postgres { url, table } => {
            nul::refuse(columns, "PostgreSQL")?;
            let (mode, key, hooks) = (load.mode, &load.keys, &load.hooks);
            let (retry, breaker) = (load.retry, load.breaker);
            // Nobody waits for what may be left out.
            let patient = load.required;
            let order = postgres::Order { url, table, mode, key, hooks, retry, breaker, patient };
            postgres::open(order, columns, setting)
        }
        Target::Sqlite { path, table } => {
            nul::refuse(columns, "SQLite")?;
            sqlite::open(sqlite::Order { path, table, mode: load.mode, key: &load.keys }, columns, setting)
        }
    }
}

/// Bytes that a target takes for each column, however few rows come.
pub fn column_bytes(target: &Target) -> usize {
    if let Target::Parquet { .. } = target { parquet::COLUMN_BYTES } else { 0 }
}

/// Puts in the place of an optional target what takes nothing, where the target itself is away; any other error stands.
pub fn or_absent(load: &Load, opened: Result<Opened>) -> Result<Opened> {
    match (opened, &load.target) {
        (Err(why), target) if !load.required && ExitCode::of(&why) == ExitCode::Unavailable => {
            Ok(absent::open(name(target).into(), why))
        }
        (opened, _) => opened,
    }
}

/// The name of a target that nothing more is known of than its job says.
fn name(target: &Target) -> String {
    match target {
        Target::Null => "null:".into(),
        Target::Stdout { .. } => "-".into(),
        Target::File { path, .. } | Target::Parquet { path, .. } | Target::Sqlite { path, .. } => display_name(path),
        Target::Postgres { table, .. } => postgres::name(table),
    }
}

/// What stands before the first row of a text target, its line end included; `None` for other targets.
pub fn header(target: &Target, columns: &[OutputColumn]) -> Result<Option<Vec<u8>>> {
    let (Target::Stdout { format } | Target::File { format, .. }) = target else { return Ok(None) };
    // The zone matters to times only, and a header has none.
    let session = Session { zone: chrono_tz::UTC, now: 0 };
    Ok(Some(frame::text_encoder(format, columns, session)?.1.header))
}

fn opened(name: String, encoder: Arc<dyn Encoder>, sink: Box<dyn Sink>) -> Opened {
    Opened { name: name.into(), encoder, sink, warnings: Vec::new(), guessed: None }
}
