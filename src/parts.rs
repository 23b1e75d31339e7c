//! The parts of a run, for a program that has its own way to run them: an input that is cut into chunks of whole records,
//! and a mill that makes each chunk into rows of output. Neither knows threads or channels, and nothing is written.
//!
//! ```
//! use gristmill::parts::Parts;
//! use gristmill::stop::Stop;
//!
//! let query = "select order_id, upper(country) as country from input where status = 'paid'";
//! let Parts { input, mill, header } = Parts::open("data/orders.csv", query, &[])?;
//! let mut out = header;
//! input.each(&Stop::default(), |chunk| {
//!     let rows = mill.mill(chunk); // Here, or in any other thread.
//!     out.extend(rows.text);
//!     Some(rows.buffer)
//! })?;
//! assert!(out.starts_with(b"order_id,country\n"));
//! # anyhow::Ok(())
//! ```

use anyhow::Result;

pub use crate::batch::{ErrorType, InputFile, Reject, RowOrigin, Stage};

use crate::batch::{self, Payload};
use crate::exit::{ExitCode, fatal};
use crate::extract::{self, Head};
use crate::job::{Changes, Job, Setting};
use crate::load::header;
use crate::metrics::Metrics;
use crate::pipeline::{self, Made, Milled, Work, Written};
use crate::prepare::prepare;
use crate::stop::Stop;

/// An input and a query that fit together, taken apart.
pub struct Parts {
    /// Where chunks come from.
    pub input: Input,
    /// What makes them into rows; to be shared by threads.
    pub mill: Mill,
    /// What stands before the first row, its line end included.
    pub header: Vec<u8>,
}

/// The chunks of an input, from its first row on.
pub struct Input {
    head: Head,
    chunk_size: usize,
}

/// About a megabyte of whole records, or as much as `run.chunk_size` says.
pub struct Chunk(batch::Chunk);

/// Filters a chunk's rows and computes new ones.
pub struct Mill(pipeline::Mill);

/// What became of one chunk.
#[derive(Default)]
pub struct Rows {
    /// Place of the chunk in the input, from 0, without gaps: rows are in order when their chunks are.
    pub sequence: u64,
    /// The rows as lines of the output, CSV unless `load.format` says otherwise.
    pub text: Vec<u8>,
    /// Lines in `text`.
    pub count: usize,
    /// Records read, bad ones included.
    pub read: usize,
    /// Bad records, in input order; each says why and has its own bytes.
    pub rejects: Vec<Reject>,
    /// The chunk's buffer, to be read into again.
    pub buffer: Vec<u8>,
}

impl Parts {
    /// Opens the input and fits the query to it, as `gristmill run SOURCE - --sql QUERY` does; each of `settings` is what
    /// may follow `--set`. An error names what does not fit. A query that gathers rows, as `group by` and `limit` do, is
    /// refused: no chunk's rows are a result by themselves. So is a target that is no text. Bad records are handed over with
    /// their chunk's rows; settings of `errors` mean nothing here.
    pub fn open(source: &str, query: &str, settings: &[&str]) -> Result<Parts> {
        let read = |text: &&str| Setting::parse(text).map_err(|why| fatal(ExitCode::Usage, why));
        let settings = settings.iter().map(read).collect::<Result<_>>()?;
        let changes = Changes { settings, sql: Some(query.to_owned()), ..Changes::default() };
        let job = Job::from_arguments(source, "-", changes)?;
        let prepared = prepare(&job, &Stop::default())?;
        let (query, chunk_size) = (&prepared.mill.query, prepared.chunk_size.get());
        if !query.steps.is_empty() || query.limit.is_some() {
            let message =
                "a query that gathers rows cannot be taken apart; leave out group by, distinct, order by and limit";
            return Err(fatal(ExitCode::Config, message));
        }
        let header = match job.load.as_slice() {
            [load] => header(&load.target, &query.columns)?,
            _ => None,
        };
        let header =
            header.ok_or_else(|| fatal(ExitCode::Config, "rows are handed over as text; leave out load.to"))?;
        Ok(Parts { input: Input { head: prepared.head, chunk_size }, mill: Mill(prepared.mill), header })
    }
}

impl Input {
    /// Hands over each chunk, in order, until the input ends, `take` returns `None`, or `stop` is asked, also while a pipe
    /// brings nothing. What `take` returns is read into next: a buffer that is no longer needed, or an empty one. An error
    /// names the file and the place where reading broke off.
    pub fn each(self, stop: &Stop, mut take: impl FnMut(Chunk) -> Option<Vec<u8>>) -> Result<()> {
        let metrics = Metrics::default();
        let mut chunks = extract::source(self.head, None, self.chunk_size, &metrics, stop);
        let mut buffer = Vec::new();
        while let Some(chunk) = chunks.next(buffer)? {
            let Some(mut empty) = take(Chunk(chunk)) else { break };
            empty.clear();
            buffer = empty;
        }
        Ok(())
    }
}

impl Chunk {
    /// Its place in the input, from 0, without gaps.
    pub fn sequence(&self) -> u64 {
        self.0.sequence
    }
}

impl Mill {
    /// All of a chunk, or the parts of it one by one where the whole would be too much at once.
    pub fn mill(&self, Chunk(chunk): Chunk) -> Rows {
        let mut rows = Rows { sequence: chunk.sequence, ..Rows::default() };
        let mut waiting = vec![Work::Chunk(chunk)];
        while let Some(work) = waiting.pop() {
            let mut milled = self.0.mill(work);
            waiting.append(&mut milled.rest);
            rows.take(milled);
        }
        rows
    }
}

impl Rows {
    fn take(&mut self, mut milled: Milled) {
        self.read += milled.read;
        self.rejects.extend(milled.take_rejects());
        self.buffer = milled.buffer.unwrap_or_default();
        let Made::Encoded(forms) = milled.made else { return };
        for Written { encoded, .. } in forms {
            self.count += encoded.rows();
            match encoded.payload {
                Payload::Text(text) if self.text.is_empty() => self.text = text,
                Payload::Text(text) | Payload::Rows { bytes: text, .. } => self.text.extend(text),
                Payload::Nothing | Payload::Columns(_) => {}
            }
        }
    }
}

#[cfg(test)]
mod tests;
