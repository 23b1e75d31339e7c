//! Where transform hands encoded rows to the sinks: each form made once, shared by all sinks that take it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use crossbeam_channel::{Receiver, Sender, TrySendError, bounded};

use crate::batch::{Encoded, Payload};
use crate::job::WhenFull;
use crate::load::LoadCounters;
use crate::metrics::Metrics;

use super::load::Destination;
use super::mill::Written;

/// Encoded batches that wait for a sink: enough to hide one slow write.
pub const BATCHES_WAITING: usize = 2;
/// The same for a sink that drops what does not fit: enough that no row is dropped because a thread woke up late.
const BATCHES_BEFORE_DROPPING: usize = 16;

/// The way to one sink.
pub struct Outlet {
    sender: Sender<Arc<Encoded>>,
    /// Which of the forms the sink takes.
    form: usize,
    when_full: WhenFull,
    counters: Arc<LoadCounters>,
    /// Raised while there is no room, so that rows are not encoded in vain.
    unwanted: Option<Arc<AtomicBool>>,
}

impl Outlet {
    pub fn new(sink: &Destination) -> (Outlet, Receiver<Arc<Encoded>>) {
        let (form, when_full, counters) = (sink.form, sink.when_full, sink.role.counters.clone());
        let capacity = match when_full {
            WhenFull::Block => BATCHES_WAITING,
            WhenFull::Drop => BATCHES_BEFORE_DROPPING,
        };
        let (sender, receiver) = bounded(capacity);
        (Outlet { sender, form, when_full, counters, unwanted: sink.unwanted.clone() }, receiver)
    }

    /// The memory that rows take which the sink keeps for later.
    pub fn kept_bytes(&self) -> usize {
        self.counters.kept_bytes()
    }

    /// Counts the rows that the sink's encoder refused.
    pub fn account(&self, forms: &[Written]) {
        self.counters.refused(forms.get(self.form).map_or(0, |form| form.refused.len()));
    }

    /// Whether the sink still takes rows.
    fn send(&self, encoded: Arc<Encoded>, metrics: &Metrics) -> bool {
        match self.when_full {
            WhenFull::Block => metrics.transform.blocked(|| self.sender.send(encoded)).is_ok(),
            WhenFull::Drop => self.send_or_drop(encoded),
        }
    }

    fn send_or_drop(&self, encoded: Arc<Encoded>) -> bool {
        let is_counted_only = self.unwanted.is_some() && matches!(encoded.payload, Payload::Nothing);
        let sent = if is_counted_only { Err(TrySendError::Full(encoded)) } else { self.sender.try_send(encoded) };
        if let Some(unwanted) = &self.unwanted {
            unwanted.store(self.sender.is_full(), Relaxed);
        }
        match sent {
            Ok(()) => true,
            Err(TrySendError::Full(encoded)) => {
                self.counters.dropped(encoded.rows());
                true
            }
            Err(TrySendError::Disconnected(_)) => false,
        }
    }
}

/// Hands each outlet its form; false once a sink takes no more, which ends the run.
pub fn send(outlets: &[Outlet], forms: Vec<Encoded>, metrics: &Metrics) -> bool {
    let forms: Vec<Arc<Encoded>> = forms.into_iter().map(Arc::new).collect();
    let sent = outlets.iter().all(|outlet| match forms.get(outlet.form) {
        Some(encoded) if encoded.rows() > 0 => outlet.send(encoded.clone(), metrics),
        _ => true,
    });
    metrics.waiting.batches.set(outlets.iter().map(|outlet| outlet.sender.len()).max().unwrap_or(0));
    sent
}
