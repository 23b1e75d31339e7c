//! A source, a pool job and a sink that remember what happened to them, and break where a test says so.

use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use anyhow::Result;
use crossbeam_channel::{Receiver, RecvTimeoutError, bounded};

use crate::batch::{
    Begin, Chunk, Encoded, ErrorType, Gaps, InputFile, LineEnds, Payload, Place, Reject, RowOrigin, Stage,
};
use crate::exit::{ExitCode, fatal};
use crate::extract::Source;
use crate::job::{BatchLimits, Errors, OnError, WhenFull};
use crate::load::{Account, Part, Sink};
use crate::metrics::Metrics;
use crate::pipeline::load::{Destination, Role, earliest};
use crate::pipeline::work::Work;
use crate::pipeline::{Asked, Line, Outcome, execute};
use crate::pipeline::{Made, Milled, Written};
use crate::rejects::{Inputs, Rejects};
use crate::stop::{Stop, Stopped};

/// A run that takes longer hangs.
const LIMIT: Duration = Duration::from_secs(10);

/// What breaks, at which call (from 0), and how.
#[derive(Clone, Copy, Debug)]
pub struct Fault {
    pub call: Call,
    pub nth: usize,
    pub how: How,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Call {
    Read,
    Job,
    Write,
    Prepare,
    Publish,
}

#[derive(Clone, Copy, Debug)]
pub enum How {
    Error(ExitCode),
    Panic,
    /// The reader of the output has gone.
    Closed,
}

/// What the doubles saw.
#[derive(Default)]
pub struct Seen {
    pub chunks_read: AtomicUsize,
    pub jobs_running: AtomicUsize,
    pub most_jobs_running: AtomicUsize,
    pub written: Mutex<Vec<u8>>,
    /// The places that were told, each with how many rows came with it.
    pub told: Mutex<Vec<(usize, Place)>>,
    pub published: AtomicBool,
    /// Greater than that of whatever was published before.
    pub published_as: AtomicUsize,
    pub sink_dropped: AtomicBool,
}

/// Counts publications.
static ORDER: AtomicUsize = AtomicUsize::new(0);

/// A run with doubles. Rows are lines; one that begins with `bad` is rejected, and one with `out` left out.
pub struct Run {
    pub chunks: Vec<Vec<u8>>,
    pub threads: usize,
    pub memory_limit: usize,
    pub limit: Option<u64>,
    pub max_errors: u64,
    pub max_error_ratio: f64,
    pub judged_from: u64,
    pub fault: Option<Fault>,
    /// How long the job of a chunk takes.
    pub takes: fn(u64) -> Duration,
    /// Each write waits for a message here, until the sender is gone.
    pub gate: Option<Receiver<()>>,
    /// Sinks after the first, which is required.
    pub others: Vec<Other>,
    /// What an earlier run has brought the first sink: the chunks are those from the place on that all sinks have come to.
    pub done: Option<Place>,
    pub period: Duration,
}

/// One more sink.
pub struct Other {
    pub required: bool,
    pub when_full: WhenFull,
    pub is_database: bool,
    pub fault: Option<Fault>,
    pub gate: Option<Receiver<()>>,
    pub seen: Arc<Seen>,
    pub done: Option<Place>,
}

impl Default for Other {
    fn default() -> Other {
        let (when_full, seen) = (WhenFull::Block, Arc::default());
        Other { required: true, when_full, is_database: false, fault: None, gate: None, seen, done: None }
    }
}

/// How a run of doubles ended.
pub struct Ended {
    pub outcome: Outcome,
    pub seen: Arc<Seen>,
    /// The rejects file's lines, without the header.
    pub rejects: Vec<csv::StringRecord>,
}

impl Run {
    pub fn of(chunks: Vec<Vec<u8>>) -> Run {
        Run {
            chunks,
            threads: 2,
            memory_limit: 1 << 20,
            limit: None,
            max_errors: 1000,
            max_error_ratio: 1.0,
            judged_from: 100,
            fault: None,
            takes: |_| Duration::ZERO,
            gate: None,
            others: Vec::new(),
            done: None,
            period: LIMIT,
        }
    }

    /// Runs to the end, in a thread of its own so that a hang is a failure.
    #[track_caller]
    pub fn run(self) -> Ended {
        self.run_seen_by(Arc::default())
    }

    #[track_caller]
    pub fn run_seen_by(self, seen: Arc<Seen>) -> Ended {
        let (done, ended) = bounded(1);
        thread::spawn(move || done.send(self.run_here(seen)).is_ok());
        ended.recv_timeout(LIMIT).expect("the run hangs or panics")
    }

    fn run_here(self, seen: Arc<Seen>) -> Ended {
        let folder = tempfile::tempdir().unwrap();
        let errors = Errors {
            on_error: OnError::Reject,
            rejects: Some(folder.path().join("rejects.csv")),
            keep: 30,
            max_errors: self.max_errors,
            max_error_ratio: self.max_error_ratio,
            judged_from: self.judged_from,
        };
        let rejects = Rejects::create(&errors, Inputs::default(), false, &AtomicBool::default()).unwrap();
        let stop = Stop::default();
        let outcome = execute(self.line(&seen, &stop), &rejects, &Metrics::default(), &stop);
        assert_eq!(seen.jobs_running.load(SeqCst), 0, "a pool job outlived its run");
        let rejects = csv::Reader::from_path(folder.path().join("rejects.csv"))
            .map(|mut file| file.records().flatten().collect());
        Ended { outcome, seen, rejects: rejects.unwrap_or_default() }
    }

    fn line(self, seen: &Arc<Seen>, stop: &Stop) -> Line<'static> {
        let (fault, takes) = (self.fault, self.takes);
        let watched = seen.clone();
        let first = Other { fault, gate: self.gate, seen: seen.clone(), done: self.done, ..Other::default() };
        let sinks = std::iter::once(first).chain(self.others);
        let sinks: Vec<_> = sinks.map(|sink| sink.destination(self.period, stop.part())).collect();
        let begin = earliest(&sinks).map_or(Place::first(BEGIN), Place::at_begin);
        Line {
            source: Box::new(Feed { chunks: self.chunks.into_iter(), begin: begin.begin, fault, seen: seen.clone() }),
            begin: Some(begin),
            job: Arc::new(move |work| match work {
                Work::Chunk(chunk) => watched.job(fault, takes, chunk),
                Work::Rows(_) => panic!("nothing is gathered here"),
            }),
            gatherers: Vec::new(),
            forms: 1,
            sinks,
            limit: self.limit,
            threads: NonZeroUsize::new(self.threads).unwrap(),
            memory_limit: self.memory_limit,
            asked: Asked::default(),
        }
    }
}

impl Other {
    fn destination(self, period: Duration, stop: Arc<AtomicBool>) -> Destination {
        let Other { required, when_full, is_database, fault, gate, seen, done } = self;
        Destination {
            role: Role { name: "double".into(), required, is_database, counters: Arc::default(), hurry: None },
            done,
            sink: Box::new(Bin { writes: 0, fault, seen, gate, stop: stop.clone() }),
            form: 0,
            unwanted: None,
            // Every row is a flush of its own.
            batch: BatchLimits { count: NonZeroUsize::new(1), byte_size: NonZeroUsize::MAX, period },
            when_full,
            stop,
        }
    }
}

/// Where the first chunk begins.
pub const BEGIN: Begin = Begin { file: 0, offset: 0, line: 1, line_ends: None };

fn strike(fault: Option<Fault>, call: Call, nth: usize) -> Result<()> {
    match fault {
        Some(fault) if fault.call == call && fault.nth == nth => match fault.how {
            How::Error(code) => Err(fatal(code, "broken on purpose")),
            How::Closed => Err(crate::load::ClosedPipe.into()),
            How::Panic => panic!("broken on purpose"),
        },
        _ => Ok(()),
    }
}

struct Feed {
    chunks: std::vec::IntoIter<Vec<u8>>,
    /// Where the next one begins.
    begin: Begin,
    fault: Option<Fault>,
    seen: Arc<Seen>,
}

impl Source for Feed {
    fn next(&mut self, _: Vec<u8>) -> Result<Option<Chunk>> {
        let nth = self.seen.chunks_read.load(SeqCst);
        strike(self.fault, Call::Read, nth)?;
        let Some(bytes) = self.chunks.next() else { return Ok(None) };
        self.seen.chunks_read.store(nth + 1, SeqCst);
        let Begin { offset, line, .. } = self.begin;
        let lines = bytes.iter().filter(|byte| **byte == b'\n').count();
        self.begin = Begin { offset: offset + bytes.len() as u64, line: line + lines as u64, ..BEGIN };
        Ok(Some(Chunk {
            sequence: nth as u64,
            file: file(),
            offset,
            line,
            bytes,
            skips: Vec::new(),
            plain_quotes: true,
            from_utf16: false,
            line_ends: LineEnds::Feed,
            values: None,
            upto: Some(self.begin),
        }))
    }
}

impl Seen {
    fn job(&self, fault: Option<Fault>, takes: fn(u64) -> Duration, chunk: Chunk) -> Milled {
        let _running = Running::new(self);
        thread::sleep(takes(chunk.sequence));
        strike(fault, Call::Job, chunk.sequence as usize).expect("a job breaks by a panic");
        mill(chunk)
    }
}

/// Counts a job as running until it returns or unwinds.
struct Running<'a>(&'a Seen);

impl Running<'_> {
    fn new(seen: &Seen) -> Running<'_> {
        let running = seen.jobs_running.fetch_add(1, SeqCst) + 1;
        seen.most_jobs_running.fetch_max(running, SeqCst);
        Running(seen)
    }
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.0.jobs_running.fetch_sub(1, SeqCst);
    }
}

/// Lines as they are; those that begin with `bad` become rejects, and those with `out` are left out.
fn mill(chunk: Chunk) -> Milled {
    let lines: Vec<&[u8]> = chunk.bytes.split_inclusive(|byte| *byte == b'\n').collect();
    let (mut text, mut ends, mut ordinals, mut rejects) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for (record, line) in lines.iter().enumerate() {
        if line.starts_with(b"out") {
            continue;
        }
        if line.starts_with(b"bad") {
            rejects.push(reject(record));
            continue;
        }
        text.extend_from_slice(line);
        ends.push(text.len());
        ordinals.push(record);
    }
    let filtered = lines.len() - ends.len() - rejects.len();
    let encoded = Encoded { payload: Payload::Text(text), ends, origins: Vec::new() };
    Milled {
        read: lines.len(),
        filtered,
        rejects,
        ordinals,
        made: Made::Encoded(vec![Written { encoded, refused: Vec::new(), gaps: Gaps::default() }]),
        buffer: Some(Vec::new()),
        upto: chunk.upto,
        rest: Vec::new(),
    }
}

fn reject(record: usize) -> Reject {
    let origin = RowOrigin { file: file(), line: 1, offset: 0, record, raw: b"bad".to_vec() };
    let message = "bad on purpose".to_owned();
    Reject { origin, stage: Stage::Transform, sink: None, column: None, error_type: ErrorType::Cast, message }
}

fn file() -> Arc<InputFile> {
    Arc::new(InputFile::new(0, "double.csv"))
}

struct Bin {
    writes: usize,
    fault: Option<Fault>,
    seen: Arc<Seen>,
    gate: Option<Receiver<()>>,
    stop: Arc<AtomicBool>,
}

impl Bin {
    /// Waits for the gate to open, until it is to stop.
    fn wait(&self) -> Result<()> {
        let Some(gate) = &self.gate else { return Ok(()) };
        while gate.recv_timeout(Duration::from_millis(5)) == Err(RecvTimeoutError::Timeout) {
            anyhow::ensure!(!self.stop.load(SeqCst), Stopped);
        }
        Ok(())
    }
}

impl Sink for Bin {
    fn write(&mut self, flush: &[Part], upto: Option<&Place>) -> Result<Vec<Reject>> {
        self.seen.told.lock().unwrap().extend(upto.map(|place| (flush.len(), *place)));
        if flush.is_empty() {
            return Ok(Vec::new());
        }
        self.wait()?;
        strike(self.fault, Call::Write, self.writes)?;
        self.writes += 1;
        for part in flush {
            let Payload::Text(text) = &part.encoded.payload else { continue };
            let start = part.rows.start.checked_sub(1).map_or(0, |row| part.encoded.ends[row]);
            let rows = &text[start..part.encoded.ends[part.rows.end - 1]];
            self.seen.written.lock().unwrap().extend_from_slice(rows);
        }
        Ok(Vec::new())
    }

    fn prepare(&mut self, _: &Account) -> Result<()> {
        strike(self.fault, Call::Prepare, 0)
    }

    fn publish(&mut self) -> Result<()> {
        strike(self.fault, Call::Publish, 0)?;
        self.seen.published.store(true, SeqCst);
        self.seen.published_as.store(ORDER.fetch_add(1, SeqCst), SeqCst);
        Ok(())
    }

    fn bytes_written(&self) -> u64 {
        0
    }
}

impl Drop for Bin {
    fn drop(&mut self) {
        self.seen.sink_dropped.store(true, SeqCst);
    }
}
