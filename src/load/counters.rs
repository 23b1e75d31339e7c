//! What a sink's load has done so far: written by the load thread once per flush, read by whoever reports.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed};

use super::retry::Tried;
use super::{Flush, Trigger};
use crate::metrics::StageMeter;

/// Shared with the progress line and the summary.
#[derive(Default)]
pub struct LoadCounters {
    /// Where the load thread's time went.
    pub meter: StageMeter,
    /// Rows that came and were not refused.
    rows: AtomicU64,
    /// Those of them that wait to be decided about.
    kept: AtomicU64,
    /// The memory that these take.
    kept_bytes: AtomicUsize,
    rejected: AtomicU64,
    committed: AtomicU64,
    dropped: AtomicU64,
    retries: AtomicU64,
    opened: AtomicU64,
    bytes: AtomicU64,
    flushes: [AtomicU64; 4],
}

/// A reading of the counters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Loaded {
    /// Rows that the target took.
    pub rows: u64,
    /// Rows that the target or its encoder refused.
    pub rejected: u64,
    /// Rows that stay in the target whatever becomes of the run.
    pub committed: u64,
    /// Rows that the sink had no room for.
    pub dropped: u64,
    /// Attempts that had to be repeated.
    pub tried: Tried,
    /// Bytes written, where the sink counts them.
    pub bytes: u64,
    /// Flushes by `Trigger`.
    pub flushes: [u64; 4],
}

impl Loaded {
    pub fn flushes(&self, trigger: Trigger) -> u64 {
        self.flushes.get(trigger as usize).copied().unwrap_or(0)
    }
}

impl LoadCounters {
    /// The sink has so many rows of an earlier run; those that it refused then count among them.
    pub fn resume(&self, rows: u64) {
        self.rows.fetch_add(rows, Relaxed);
    }

    /// Counts a flush that was written; one without rows only tells a place. `rejected`: rows refused with it, its own or
    /// kept from an earlier one; `kept`: rows that wait by now; `bytes`: the sink's total.
    pub fn flushed(&self, flush: &Flush, rejected: usize, kept: usize, bytes: u64) {
        self.rows.fetch_add(flush.rows as u64, Relaxed);
        self.settled(rejected, kept);
        self.bytes.store(bytes, Relaxed);
        if flush.rows > 0
            && let Some(flushes) = self.flushes.get(flush.trigger as usize)
        {
            flushes.fetch_add(1, Relaxed);
        }
    }

    /// So many rows that were written are refused after all, and so many wait.
    pub fn settled(&self, rejected: usize, kept: usize) {
        self.rows.fetch_sub(rejected as u64, Relaxed);
        self.rejected.fetch_add(rejected as u64, Relaxed);
        self.kept.store(kept as u64, Relaxed);
    }

    /// Rows that the target took.
    fn taken(&self) -> u64 {
        self.rows.load(Relaxed).saturating_sub(self.kept.load(Relaxed))
    }

    /// The rows that wait take so much memory.
    pub fn keeps(&self, bytes: usize) {
        self.kept_bytes.store(bytes, Relaxed);
    }

    /// The memory that rows take which wait.
    pub fn kept_bytes(&self) -> usize {
        self.kept_bytes.load(Relaxed)
    }

    /// All rows so far stay, whatever becomes of the run.
    pub fn commit(&self) {
        self.committed.store(self.taken(), Relaxed);
    }

    /// The sink's attempts so far.
    pub fn tried(&self, tried: Tried) {
        self.retries.store(tried.retries, Relaxed);
        self.opened.store(tried.opened, Relaxed);
    }

    /// The encoder refused so many rows.
    pub fn refused(&self, rows: usize) {
        self.rejected.fetch_add(rows as u64, Relaxed);
    }

    /// So many rows found no room.
    pub fn dropped(&self, rows: usize) {
        self.dropped.fetch_add(rows as u64, Relaxed);
    }

    /// The sink's total of bytes after its last write, which may have added a header or a footer.
    pub fn finished(&self, bytes: u64) {
        self.bytes.store(bytes, Relaxed);
    }

    pub fn read(&self) -> Loaded {
        Loaded {
            rows: self.taken(),
            rejected: self.rejected.load(Relaxed),
            committed: self.committed.load(Relaxed),
            dropped: self.dropped.load(Relaxed),
            tried: Tried { retries: self.retries.load(Relaxed), opened: self.opened.load(Relaxed) },
            bytes: self.bytes.load(Relaxed),
            flushes: std::array::from_fn(|trigger| self.flushes.get(trigger).map_or(0, |count| count.load(Relaxed))),
        }
    }
}
