//! What a run counts while it runs: relaxed atomics, updated once per batch.

mod histogram;
mod figures;
mod progress;
mod summary;
mod summary_file;
mod summary_text;

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};

pub use figures::{bytes, grouped};
pub use progress::show_progress;
pub use summary::{Flushes, RejectSummary, RowAccounts, SinkSummary, StageSummary, Summary};
pub use summary_file::SummaryFile;
pub use summary_text::{rejects_text, summary_text};

use crate::batch::Accounts;

use histogram::Histogram;

/// A number that stages add to and the progress line reads.
#[derive(Default)]
pub struct Counter(AtomicU64);

impl Counter {
    pub fn add(&self, amount: u64) {
        self.0.fetch_add(amount, Relaxed);
    }

    pub fn set(&self, number: usize) {
        self.0.store(number as u64, Relaxed);
    }

    pub fn get(&self) -> u64 {
        self.0.load(Relaxed)
    }
}

/// Where the run's rows and its time went.
#[derive(Default)]
pub struct Metrics {
    pub bytes_read: Counter,
    pub rows: Rows,
    pub waiting: Waiting,
    pub extract: StageMeter,
    pub transform: StageMeter,
}

/// What stood in the channels when something was last put in: empty ones show a slow stage before them, full ones a slow
/// one behind.
#[derive(Default)]
pub struct Waiting {
    /// Before transform.
    pub chunks: Counter,
    /// Before load: where there are several sinks, before the one that has the most.
    pub batches: Counter,
}

/// The accounts before load: read + groups = filtered + aggregated + rejected + output.
#[derive(Default)]
pub struct Rows {
    pub read: Counter,
    pub filtered: Counter,
    /// Went into groups.
    pub aggregated: Counter,
    /// Came of groups, as rows of their own.
    pub groups: Counter,
    /// Refused by extract: not a sound record.
    pub broken: Counter,
    /// Refused by transform.
    pub refused: Counter,
    /// Handed to each sink.
    pub output: Counter,
}

impl Rows {
    /// Goes on with the accounts of an earlier run.
    pub fn resume(&self, accounts: &Accounts) {
        let Accounts { read, filtered, broken, refused, output } = *accounts;
        self.read.add(read);
        self.filtered.add(filtered);
        self.broken.add(broken);
        self.refused.add(refused);
        self.output.add(output);
    }

    /// The accounts so far, of a query that gathers nothing.
    pub fn accounts(&self) -> Accounts {
        Accounts {
            read: self.read.get(),
            filtered: self.filtered.get(),
            broken: self.broken.get(),
            refused: self.refused.get(),
            output: self.output.get(),
        }
    }
}

/// One stage's time: what is neither blocked nor starved is busy.
#[derive(Default)]
pub struct StageMeter {
    /// Working, summed over the stage's threads.
    busy: Counter,
    /// Waiting for downstream to take something.
    blocked: Counter,
    /// Waiting for upstream to give something.
    starved: Counter,
    /// Time of one unit of work: a chunk cut, a pool job, a flush.
    latency: Histogram,
}

impl StageMeter {
    pub fn work<T>(&self, work: impl FnOnce() -> T) -> T {
        let (result, elapsed) = timed(work);
        self.worked(elapsed);
        result
    }

    /// Work that is no unit of its own: its time counts, and is no latency.
    pub fn busy<T>(&self, work: impl FnOnce() -> T) -> T {
        let (result, elapsed) = timed(work);
        self.busy.add(elapsed.as_nanos() as u64);
        result
    }

    /// One unit of work is done; it took this long.
    pub fn worked(&self, elapsed: Duration) {
        self.busy.add(elapsed.as_nanos() as u64);
        self.latency.record(elapsed);
    }

    pub fn blocked<T>(&self, send: impl FnOnce() -> T) -> T {
        let (result, elapsed) = timed(send);
        self.blocked.add(elapsed.as_nanos() as u64);
        result
    }

    pub fn starved<T>(&self, receive: impl FnOnce() -> T) -> T {
        let (result, elapsed) = timed(receive);
        self.starved.add(elapsed.as_nanos() as u64);
        result
    }

    /// So long there was nothing to take.
    pub fn waited(&self, elapsed: Duration) {
        self.starved.add(elapsed.as_nanos() as u64);
    }

    /// Shares of `wall` time, of `threads` threads: busy, blocked, starved.
    pub fn shares(&self, wall: Duration, threads: usize) -> [f64; 3] {
        let wall = wall.as_nanos().max(1) as f64;
        let share = |counter: &Counter, threads: usize| (counter.get() as f64 / wall / threads as f64).min(1.0);
        [share(&self.busy, threads), share(&self.blocked, 1), share(&self.starved, 1)]
    }

    /// Half of the units of work, and 99 in 100, took at most this long, in milliseconds.
    pub fn latencies_ms(&self) -> [f64; 2] {
        [self.latency.quantile_ms(0.5), self.latency.quantile_ms(0.99)]
    }
}

fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let start = Instant::now();
    let result = work();
    (result, start.elapsed())
}

/// The process's highest resident memory so far, in bytes; 0 where the system does not tell.
pub fn peak_rss() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kibibytes = line.and_then(|line| line.trim().trim_end_matches("kB").trim().parse::<u64>().ok());
    kibibytes.unwrap_or(0) * 1024
}
