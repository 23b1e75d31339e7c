//! The transform thread: hands chunks to the pool while there is budget, puts the results back into input order, accounts
//! for their rows and passes them on.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Result;
use crossbeam_channel::{Receiver, Sender, TryRecvError, bounded, never, select};
use rayon::ThreadPool;

use crate::batch::{self, CHUNK_CHARGE, Chunk, Encoded};
use crate::metrics::Metrics;
use crate::rejects::Rejects;

use super::mill::Milled;
use super::order::Reorder;
use super::stage::{Stage, panicked};

/// What the pool does with a chunk. A test puts its own in.
pub type Job = Arc<dyn Fn(Chunk) -> Milled + Send + Sync>;

pub struct Transform<'a> {
    pub job: Job,
    pub pool: ThreadPool,
    pub budget: Budget,
    /// Output rows to let through.
    pub limit: Option<u64>,
    pub rejects: &'a Rejects,
    pub metrics: &'a Metrics,
    /// Where the chunks' buffers go back to extract.
    pub buffers: Sender<Vec<u8>>,
}

/// How much may be in flight. One chunk, however large, always may.
#[derive(Clone, Copy)]
pub struct Budget {
    pub chunks: usize,
    pub bytes: usize,
}

/// What is in flight.
#[derive(Default)]
struct Flight {
    chunks: usize,
    bytes: usize,
    /// Received, but too large to start now.
    held: Option<Chunk>,
    /// Parts of the chunk that is next in order, the last of them first: each is milled when the one before has gone.
    parts: Vec<Chunk>,
    ended: bool,
}

/// A job's result, with what its chunk was charged.
struct Landed {
    sequence: u64,
    charge: usize,
    elapsed: Duration,
    milled: thread::Result<Milled>,
}

impl Stage for Transform<'_> {
    type In = Chunk;
    type Out = Arc<Encoded>;
    type Report = ();
    const NAME: &'static str = "transform";

    fn run(mut self, chunks: Receiver<Chunk>, encoded: Sender<Arc<Encoded>>) -> Result<()> {
        // A place for every job's result, so that no job ever waits to hand it in.
        let (hand_in, results) = bounded(self.budget.chunks);
        let mut flight = Flight::default();
        let mut order = Reorder::default();
        while !self.limit_reached() {
            self.start_held(&mut flight, &hand_in);
            let wants = flight.wants(self.budget);
            if !wants && flight.chunks == 0 {
                break;
            }
            match self.wait(wants.then_some(&chunks), &results, flight.chunks > 0) {
                Event::Chunk(chunk) => flight.held = Some(chunk),
                Event::Ended => flight.ended = true,
                Event::Landed(landed) => {
                    self.metrics.transform.worked(landed.elapsed);
                    order.put(landed.sequence, landed);
                    if self.deliver(&mut order, &mut flight, &hand_in, &encoded)? == Downstream::Stopped {
                        break;
                    }
                }
            }
        }
        Ok(())
    }
}

enum Event {
    Chunk(Chunk),
    Ended,
    Landed(Landed),
}

#[derive(PartialEq, Eq)]
enum Downstream {
    Open,
    Stopped,
}

impl Transform<'_> {
    fn limit_reached(&self) -> bool {
        self.limit == Some(0)
    }

    fn start_held(&self, flight: &mut Flight, hand_in: &Sender<Landed>) {
        let Some(chunk) = flight.held.take() else { return };
        let charge = chunk.size() * CHUNK_CHARGE;
        if flight.chunks > 0 && flight.bytes + charge > self.budget.bytes {
            flight.held = Some(chunk);
            return;
        }
        flight.chunks += 1;
        flight.bytes += charge;
        self.start(chunk, charge, hand_in);
    }

    fn start(&self, chunk: Chunk, charge: usize, hand_in: &Sender<Landed>) {
        let (job, hand_in, sequence) = (self.job.clone(), hand_in.clone(), chunk.sequence);
        let mill = move || {
            let start = Instant::now();
            let milled = catch_unwind(AssertUnwindSafe(|| job(chunk)));
            let landed = Landed { sequence, charge, elapsed: start.elapsed(), milled };
            // Refused only when the transform thread has stopped, and then nobody wants it.
            let _stopped = hand_in.try_send(landed).is_err();
        };
        self.pool.spawn(mill);
    }

    /// The next thing that happens. Without `chunks` only results are waited for.
    fn wait(&self, chunks: Option<&Receiver<Chunk>>, results: &Receiver<Landed>, working: bool) -> Event {
        let none = never();
        let chunks = chunks.unwrap_or(&none);
        // A finished head goes out before another chunk comes in.
        match results.try_recv() {
            Ok(landed) => return Event::Landed(landed),
            Err(TryRecvError::Empty | TryRecvError::Disconnected) => {}
        }
        let next = || {
            select! {
                recv(chunks) -> chunk => chunk.map_or(Event::Ended, Event::Chunk),
                recv(results) -> landed => landed.map_or(Event::Ended, Event::Landed),
            }
        };
        if working { next() } else { self.metrics.transform.starved(next) }
    }

    /// Passes on what is next in order, as far as it has come.
    fn deliver(
        &mut self,
        order: &mut Reorder<Landed>,
        flight: &mut Flight,
        hand_in: &Sender<Landed>,
        encoded: &Sender<Arc<Encoded>>,
    ) -> Result<Downstream> {
        while let Some(landed) = order.take() {
            let mut milled = landed.milled.map_err(|panic| panicked("a job of the transform stage", panic.as_ref()))?;
            flight.parts.append(&mut milled.rest);
            if self.pass_on(milled, encoded)? == Downstream::Stopped {
                return Ok(Downstream::Stopped);
            }
            if self.limit_reached() {
                break;
            }
            if let Some(part) = flight.parts.pop() {
                order.reopen();
                self.start(part, landed.charge, hand_in);
                continue;
            }
            flight.chunks -= 1;
            flight.bytes -= landed.charge;
        }
        Ok(Downstream::Open)
    }

    fn pass_on(&mut self, mut milled: Milled, encoded: &Sender<Arc<Encoded>>) -> Result<Downstream> {
        if let Some(left) = self.limit {
            if milled.output() as u64 >= left {
                milled.limit(left as usize);
            }
            self.limit = Some(left - milled.output() as u64);
        }
        self.account(&mut milled)?;
        // Full means that extract has enough buffers to go round.
        let _enough = self.buffers.try_send(milled.buffer).is_err();
        if milled.encoded.rows() == 0 {
            return Ok(Downstream::Open);
        }
        let sent = self.metrics.transform.blocked(|| encoded.send(Arc::new(milled.encoded)));
        self.metrics.waiting.batches.set(encoded.len());
        match sent {
            Ok(()) => Ok(Downstream::Open),
            Err(_) => Ok(Downstream::Stopped),
        }
    }

    fn account(&self, milled: &mut Milled) -> Result<()> {
        let rows = &self.metrics.rows;
        let broken = milled.rejects.iter().filter(|reject| reject.stage == batch::Stage::Extract).count();
        rows.read.add(milled.read as u64);
        rows.filtered.add(milled.filtered as u64);
        rows.broken.add(broken as u64);
        rows.refused.add((milled.rejects.len() - broken) as u64);
        rows.output.add(milled.output() as u64);
        rows.sink_refused.add(milled.refused.len() as u64);
        self.rejects.pass(milled.read as u64, &milled.take_rejects())
    }
}

impl Flight {
    fn wants(&self, budget: Budget) -> bool {
        !self.ended && self.held.is_none() && self.chunks < budget.chunks
    }
}
