//! THE WIRING: extract, transform and load as threads joined by bounded channels, run until all have ended; then the
//! accounts are checked, and only then the load is published.

pub mod stage;
mod order;
mod extract;
mod work;
mod milled;
mod mill;
mod flight;
mod phase;
mod tracker;
mod memory_limit;
mod transform;
mod outlet;
mod load;
mod hurry;
mod load_threads;
mod accounts;
mod publish;
mod outcome;
mod report;

use std::num::NonZeroUsize;
use std::sync::atomic::AtomicBool;
use std::thread;

use anyhow::{Context, Result};
use crossbeam_channel::{Receiver, Sender, bounded};
use rayon::{ThreadBuilder, ThreadPool, ThreadPoolBuilder};

use crate::batch::Place;
use crate::cancel;
use crate::extract::Source;
use crate::metrics::Metrics;
use crate::rejects::Rejects;
use crate::stop::Stop;
use crate::transform::Gatherer;

pub use flight::Job;
pub(crate) use load::{Destination, Role, earliest};
pub(crate) use mill::{Form, Mill};
pub use milled::Milled;
pub(crate) use milled::{Made, Written};
pub(crate) use outcome::Asked;
pub use outcome::{Outcome, execute, explained};
pub use report::Report;
pub use work::Work;

use extract::Extract;
use flight::Budget;
use load::Ended;
use load_threads::{LoadThreads, Shared, connect};
use stage::{join, source, stage};
use transform::Transform;

/// Chunks that wait for the transform thread: one is being cut while one waits.
const CHUNKS_WAITING: usize = 1;
/// Chunks in flight for each pool thread: one at work and one about to be.
const CHUNKS_PER_THREAD: usize = 2;

/// What a run is made of; a test puts its own parts in.
pub struct Line<'a> {
    pub(crate) source: Box<dyn Source + 'a>,
    /// Where the source begins; `None` where the run tells of no place: the input cannot be opened again, or rows are gathered.
    pub(crate) begin: Option<Place>,
    pub job: Job,
    /// What gathers rows before they are put out, in order.
    pub(crate) gatherers: Vec<Gatherer>,
    /// In how many forms rows are encoded.
    pub(crate) forms: usize,
    /// In job order, at least one.
    pub(crate) sinks: Vec<Destination>,
    /// Output rows to let through.
    pub(crate) limit: Option<u64>,
    pub(crate) threads: NonZeroUsize,
    pub(crate) memory_limit: usize,
    pub(crate) asked: Asked,
}

/// Runs the line to its end. `Ok` tells of each sink, in job order; those that have prepared are not published.
pub(crate) fn run(line: Line, rejects: &Rejects, metrics: &Metrics, stop: &Stop) -> Result<Vec<Ended>> {
    let Line { source: chunks, begin, job, gatherers, forms, sinks, limit, threads, memory_limit, asked: _ } = line;
    let done = begin.map(|begin| begin.accounts).unwrap_or_default();
    metrics.rows.resume(&done);
    let limit = limit.map(|limit| limit.saturating_sub(done.output));
    let budget = Budget { chunks: threads.get() * CHUNKS_PER_THREAD, bytes: memory_limit, forms };
    let (outlets, sinks) = connect(sinks, begin);
    let whole = AtomicBool::new(false);
    let (buffers, empty) = buffers(budget.chunks + CHUNKS_WAITING + 1);
    thread::scope(|scope| {
        // Owned by transform, whose end is the pool's end; the scope then waits for the pool's threads too.
        let pool = pool(scope, threads, stop)?;
        let extract = Extract { source: chunks, buffers: empty, whole: &whole, metrics };
        let transform = Transform {
            job,
            pool,
            budget,
            gatherers,
            limit,
            begin,
            whole: &whole,
            rejects,
            metrics,
            outlets,
            buffers,
            stop,
        };

        let (chunks, extract) = source(scope, extract, CHUNKS_WAITING)?;
        let (_, transform) = stage(scope, transform, chunks, 0)?;
        let loads = LoadThreads::start(scope, sinks, Shared { rejects, metrics, stop })?;
        // All are joined before one error is the run's: that of the rows that have been read, before why no more could be.
        let loads = loads.join(|| transform.has_ended());
        let (extract, transform) = (join(extract), join(transform));
        let loads = transform.and(loads)?;
        extract.map(|()| loads)
    })
}

/// The buffers that chunks are read into, all there are. They go round in turn, so that a short run soon uses as much memory
/// as a long one, and a reader that is ahead waits for one to come back.
fn buffers(count: usize) -> (Sender<Vec<u8>>, Receiver<Vec<u8>>) {
    let (back, empty) = bounded(count);
    (0..count).for_each(|_| back.try_send(Vec::new()).unwrap_or_default());
    (back, empty)
}

/// A pool whose threads are the scope's. What they do is given up when the run is asked to stop.
fn pool<'scope>(scope: &'scope thread::Scope<'scope, '_>, threads: NonZeroUsize, stop: &Stop) -> Result<ThreadPool> {
    let start = |worker: ThreadBuilder| {
        let (name, flag) = (format!("mill-{}", worker.index()), stop.flag());
        let work = move || {
            cancel::heed(flag);
            worker.run();
        };
        thread::Builder::new().name(name).spawn_scoped(scope, work).map(drop)
    };
    let pool = ThreadPoolBuilder::new().num_threads(threads.get()).spawn_handler(start).build();
    pool.context("cannot start the pool")
}

#[cfg(test)]
mod tests;
