//! THE WIRING: extract, transform and load as threads joined by bounded channels, run until all have ended; then the
//! accounts are checked, and only then the load is published.

pub mod stage;
pub mod order;
pub mod extract;
pub mod work;
pub mod mill;
pub mod flight;
pub mod phase;
pub mod room;
pub mod transform;
pub mod load;
pub mod prepare;
pub mod columns;
pub mod layout;
pub mod keys;
pub mod lookups;
pub mod names;
mod stored;
pub mod accounts;
pub mod outcome;
pub mod report;

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::thread;

use anyhow::{Context, Result};
use crossbeam_channel::{Receiver, Sender, bounded};
use rayon::{ThreadBuilder, ThreadPool, ThreadPoolBuilder};

use crate::extract::Source;
use crate::job::BatchLimits;
use crate::load::{LoadCounters, Sink};
use crate::metrics::Metrics;
use crate::rejects::Rejects;
use crate::stop::Stop;
use crate::transform::Gatherer;

pub use flight::{Budget, Job};
pub use outcome::{Outcome, execute, explained};
pub use prepare::{Prepared, prepare, validate};
pub use report::Report;

use extract::Extract;
use load::Load;
use stage::{join, source, stage};
use transform::Transform;

/// Chunks that wait for the transform thread: one is being cut while one waits.
const CHUNKS_WAITING: usize = 1;
/// Encoded batches that wait for a sink: enough to hide one slow write.
const BATCHES_WAITING: usize = 2;
/// Chunks in flight for each pool thread: one at work and one about to be.
const CHUNKS_PER_THREAD: usize = 2;

/// What a run is made of; a test puts its own parts in.
pub struct Line<'a> {
    pub source: Box<dyn Source + 'a>,
    pub job: Job,
    /// What gathers rows before they are put out, in order.
    pub gatherers: Vec<Gatherer>,
    pub sink: Box<dyn Sink>,
    /// Output rows to let through.
    pub limit: Option<u64>,
    pub batch: BatchLimits,
    pub threads: NonZeroUsize,
    pub memory_limit: usize,
    pub counters: Arc<LoadCounters>,
}

/// Runs the line to its end. `Ok` is the sink, prepared but not published.
pub fn run(line: Line, rejects: &Rejects, metrics: &Metrics, stop: &Stop) -> Result<Box<dyn Sink>> {
    let Line { source: chunks, job, gatherers, sink, limit, batch, threads, memory_limit, counters } = line;
    let budget = Budget { chunks: threads.get() * CHUNKS_PER_THREAD, bytes: memory_limit };
    let whole = AtomicBool::new(false);
    let (buffers, empty) = buffers(budget.chunks + CHUNKS_WAITING + 1);
    thread::scope(|scope| {
        // Owned by transform, whose end is the pool's end; the scope then waits for the pool's threads too.
        let pool = pool(scope, threads)?;
        let extract = Extract { source: chunks, buffers: empty, whole: &whole, metrics };
        let transform = Transform { job, pool, budget, gatherers, limit, whole: &whole, rejects, metrics, buffers };
        let load = Load { sink, limits: batch, rejects, metrics, counters, stop };

        let (chunks, extract) = source(scope, extract, CHUNKS_WAITING)?;
        let (encoded, transform) = stage(scope, transform, chunks, BATCHES_WAITING)?;
        let (_, load) = stage(scope, load, encoded, 0)?;
        // All are joined before the first error, in pipeline order, is the run's.
        let (extract, transform, load) = (join(extract), join(transform), join(load));
        extract.and(transform).and(load)
    })
}

/// The buffers that chunks are read into, all there are. They go round in turn, so that a short run soon uses as much memory
/// as a long one, and a reader that is ahead waits for one to come back.
fn buffers(count: usize) -> (Sender<Vec<u8>>, Receiver<Vec<u8>>) {
    let (back, empty) = bounded(count);
    (0..count).for_each(|_| back.try_send(Vec::new()).unwrap_or_default());
    (back, empty)
}

/// A pool whose threads are the scope's.
fn pool<'scope>(scope: &'scope thread::Scope<'scope, '_>, threads: NonZeroUsize) -> Result<ThreadPool> {
    let start = |worker: ThreadBuilder| {
        let name = format!("mill-{}", worker.index());
        thread::Builder::new().name(name).spawn_scoped(scope, || worker.run()).map(drop)
    };
    let pool = ThreadPoolBuilder::new().num_threads(threads.get()).spawn_handler(start).build();
    pool.context("cannot start the pool")
}

#[cfg(test)]
mod tests;
