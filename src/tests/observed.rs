//! Runs a job into sinks that remember what they are given.

use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::Result;

use crate::batch::{Accounts, Payload, Place, Reject};
use crate::job::{BatchLimits, Errors, Job, OnError, WhenFull};
use crate::load::{Account, Part, Sink};
use crate::metrics::Metrics;
use crate::pipeline;
use crate::pipeline::Destination;
use crate::prepare::prepare;
use crate::rejects::{Inputs, Rejects};
use crate::stop::Stop;

/// How a run is cut into pieces, which changes nothing about what comes of it.
#[derive(Clone, Copy, Debug)]
pub struct Cut {
    pub chunk_size: usize,
    pub threads: usize,
    /// Rows of a flush.
    pub flush: usize,
    /// How long a row, or a place without rows, waits for its flush.
    pub period: Duration,
}

/// What a sink was given.
#[derive(Default)]
pub struct Given {
    pub rows: Vec<Vec<u8>>,
    /// The places that it was told, each with how many rows it had by then.
    pub told: Vec<(usize, Place)>,
}

/// What came of a run.
pub struct Ran {
    /// Of each sink, in job order.
    pub sinks: Vec<Given>,
    /// The rejects of extract and transform, and those of sinks: stage and line of each.
    pub rejects: [Vec<String>; 2],
    pub accounts: Accounts,
    pub error: Option<String>,
    /// The job tells of places before its end.
    pub tells: bool,
}

/// Runs the job; an error is one of second zero. `done`: what an earlier run has brought each sink.
pub fn run(job: &Job, cut: Cut, done: Option<&[Place]>) -> Result<Ran> {
    let (metrics, stop) = (Metrics::default(), Stop::default());
    let mut prepared = prepare(job, &stop)?;
    prepared.chunk_size = NonZeroUsize::new(cut.chunk_size).unwrap_or(NonZeroUsize::MIN);
    prepared.threads = NonZeroUsize::new(cut.threads).unwrap_or(NonZeroUsize::MIN);
    let given: Vec<_> = prepared.sinks.iter().map(|_| Arc::new(Mutex::new(Given::default()))).collect();
    for (index, (sink, given)) in prepared.sinks.iter_mut().zip(&given).enumerate() {
        record(sink, given, cut);
        sink.done = done.map(|done| done[index]);
    }
    let line = prepared.line(&metrics, &stop);
    let tells = line.begin.is_some() && line.gatherers.is_empty();
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("rejects.csv");
    let rejects = Rejects::create(&errors(&path), Inputs::default(), false, &AtomicBool::default())?;
    let ran = pipeline::run(line, &rejects, &metrics, &stop).map(drop);
    rejects.finish()?;
    Ok(Ran {
        sinks: given.iter().map(|given| std::mem::take(&mut *lock(given))).collect(),
        rejects: read(&path)?,
        accounts: metrics.rows.accounts(),
        error: ran.err().map(|error| format!("{error:#}")),
        tells,
    })
}

/// Puts what remembers in the place of a sink; it takes every row.
fn record(sink: &mut Destination, given: &Arc<Mutex<Given>>, cut: Cut) {
    sink.sink = Box::new(Recorder(Arc::clone(given)));
    let count = NonZeroUsize::new(cut.flush);
    sink.batch = BatchLimits { count, byte_size: NonZeroUsize::MAX, period: cut.period };
    (sink.when_full, sink.unwanted, sink.role.required) = (WhenFull::Block, None, true);
}

/// Every row may be rejected.
fn errors(path: &Path) -> Errors {
    Errors {
        on_error: OnError::Reject,
        rejects: Some(path.to_owned()),
        keep: 1,
        max_errors: u64::MAX,
        max_error_ratio: 1.0,
        judged_from: u64::MAX,
    }
}

/// The rejects file's lines, sinks' own apart; none where there is no file.
fn read(path: &Path) -> Result<[Vec<String>; 2]> {
    let mut rejects = [Vec::new(), Vec::new()];
    let Ok(mut file) = csv::Reader::from_path(path) else { return Ok(rejects) };
    for record in file.byte_records() {
        let record = record?;
        let of_sink = usize::from(record.get(3) == Some(b"load"));
        rejects[of_sink]
            .push(record.iter().map(|field| field.escape_ascii().to_string()).collect::<Vec<_>>().join("|"));
    }
    Ok(rejects)
}

fn lock(given: &Mutex<Given>) -> std::sync::MutexGuard<'_, Given> {
    given.lock().unwrap_or_else(PoisonError::into_inner)
}

struct Recorder(Arc<Mutex<Given>>);

impl Sink for Recorder {
    fn write(&mut self, flush: &[Part], upto: Option<&Place>) -> Result<Vec<Reject>> {
        let mut given = lock(&self.0);
        given.rows.extend(flush.iter().flat_map(rows));
        let count = given.rows.len();
        given.told.extend(upto.map(|place| (count, *place)));
        Ok(Vec::new())
    }

    fn prepare(&mut self, _: &Account) -> Result<()> {
        Ok(())
    }

    fn publish(&mut self) -> Result<()> {
        Ok(())
    }

    fn bytes_written(&self) -> u64 {
        0
    }
}

/// Each row of a part, in a form to compare.
fn rows(part: &Part) -> Vec<Vec<u8>> {
    part.rows.clone().map(|row| shown(&part.encoded.payload, &part.encoded.ends, row)).collect()
}

fn shown(payload: &Payload, ends: &[usize], row: usize) -> Vec<u8> {
    let slice = |bytes: &[u8], ends: &[usize]| {
        let start = row.checked_sub(1).map_or(0, |before| ends[before]);
        bytes[start..ends[row]].to_vec()
    };
    match payload {
        Payload::Nothing => Vec::new(),
        Payload::Text(bytes) => slice(bytes, ends),
        Payload::Rows { bytes, ends } => slice(bytes, ends),
        Payload::Columns(arrays) => {
            arrays.iter().flat_map(|array| format!("{:?}", array.slice(row, 1)).into_bytes()).collect()
        }
    }
}
