//! Pool jobs in flight: how many there may be, and what comes back of them.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, Sender, bounded};
use rayon::ThreadPool;

use crate::cancel;

use super::milled::Milled;
use super::work::Work;

/// What the pool does with its work. A test puts its own in.
pub type Job = Arc<dyn Fn(Work) -> Milled + Send + Sync>;

/// How much may be in flight. One chunk, however large, always may.
#[derive(Clone, Copy)]
pub struct Budget {
    pub chunks: usize,
    pub bytes: usize,
    /// In how many forms rows are encoded.
    pub forms: usize,
}

/// A job's result, with what its work was charged.
pub struct Landed {
    pub sequence: u64,
    pub charge: usize,
    pub elapsed: Duration,
    pub milled: thread::Result<Milled>,
}

/// What is in flight.
pub struct Flight {
    job: Job,
    pub jobs: usize,
    bytes: usize,
    /// What jobs have come to of late, which may be more than what went into them.
    expected: usize,
    /// Received, but too large to start now.
    held: Option<Work>,
    /// Parts of the work that is next in order, the last of them first: each is milled when the one before has gone.
    pub parts: Vec<Work>,
    hand_in: Sender<Landed>,
    pub results: Receiver<Landed>,
}

impl Flight {
    pub fn new(job: &Job, budget: Budget) -> Flight {
        // A place for every job's result, so that no job ever waits to hand it in.
        let (hand_in, results) = bounded(budget.chunks);
        Flight { job: Arc::clone(job), jobs: 0, bytes: 0, expected: 0, held: None, parts: Vec::new(), hand_in, results }
    }

    /// A job has come to so many bytes; later ones may too.
    pub fn expect(&mut self, bytes: usize) {
        self.expected = bytes.max(self.expected / 2);
    }

    /// Whether more work may come.
    pub fn wants(&self, budget: Budget) -> bool {
        self.held.is_none() && self.jobs < budget.chunks
    }

    pub fn hold(&mut self, work: Work) {
        self.held = Some(work);
    }

    /// Starts what is held, if there is room for it.
    pub fn start_held(&mut self, budget: Budget, pool: &ThreadPool) {
        let Some(work) = self.held.take() else { return };
        let charge = work.charge(budget.forms).max(self.expected);
        if self.jobs > 0 && self.bytes + charge > budget.bytes {
            self.held = Some(work);
            return;
        }
        self.jobs += 1;
        self.bytes += charge;
        self.start(work, charge, pool);
    }

    pub fn start(&self, work: Work, charge: usize, pool: &ThreadPool) {
        let (job, hand_in, sequence) = (self.job.clone(), self.hand_in.clone(), work.sequence());
        let mill = move || {
            let start = Instant::now();
            let milled = catch_unwind(AssertUnwindSafe(|| {
                cancel::point();
                job(work)
            }));
            let landed = Landed { sequence, charge, elapsed: start.elapsed(), milled };
            // Refused only when the transform thread has stopped, and then nobody wants it.
            let _stopped = hand_in.try_send(landed).is_err();
        };
        pool.spawn(mill);
    }

    /// A job's result has gone.
    pub fn ended(&mut self, charge: usize) {
        self.jobs -= 1;
        self.bytes -= charge;
    }
}
