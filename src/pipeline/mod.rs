//! THE WIRING: extract, transform and load as threads joined by bounded channels, run until all have ended; then the
//! accounts are checked, and only then the load is published.

pub mod stage;
pub mod order;
pub mod extract;
pub mod mill;
pub mod transform;
pub mod load;
pub mod prepare;
pub mod columns;
pub mod accounts;
pub mod outcome;
pub mod report;

use std::sync::Arc;
use std::thread;

use anyhow::{Context, Result};
use crossbeam_channel::bounded;
use rayon::ThreadPoolBuilder;

use crate::extract::chunks::Chunks;
use crate::load::Sink;
use crate::metrics::Metrics;
use crate::rejects::Rejects;
use crate::stop::Stop;

pub use outcome::{Outcome, execute};
pub use prepare::{Prepared, prepare, validate};
pub use report::Report;
pub use transform::{Budget, Job};

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

/// Runs the line to its end. `Ok` is the sink, prepared but not published.
pub fn run(prepared: Prepared, rejects: &Rejects, metrics: &Metrics, stop: &Stop) -> Result<Box<dyn Sink>> {
    let threads = prepared.threads.get();
    let pool = ThreadPoolBuilder::new().num_threads(threads).thread_name(|i| format!("mill-{i}")).build();
    let pool = pool.context("cannot start the pool")?;
    let budget = Budget { chunks: threads * CHUNKS_PER_THREAD, bytes: prepared.memory_limit };
    let (limit, mill) = (prepared.mill.query.limit, prepared.mill);
    let (buffers, empty) = bounded(budget.chunks + CHUNKS_WAITING + 1);

    let chunks = Chunks::new(prepared.head, prepared.chunk_size.get(), metrics, stop);
    let extract = Extract { source: Box::new(chunks), buffers: empty, metrics };
    let job: Job = Arc::new(move |chunk| mill.mill(chunk));
    let transform = Transform { job, pool: &pool, budget, limit, rejects, metrics, buffers };
    let load = Load { sink: prepared.sink, limits: prepared.batch, rejects, metrics, counters: prepared.counters };

    thread::scope(|scope| {
        let (chunks, extract) = source(scope, extract, CHUNKS_WAITING)?;
        let (encoded, transform) = stage(scope, transform, chunks, BATCHES_WAITING)?;
        let (_, load) = stage(scope, load, encoded, 0)?;
        // All are joined before the first error, in pipeline order, is the run's.
        let (extract, transform, load) = (join(extract), join(transform), join(load));
        extract.and(transform).and(load)
    })
}
