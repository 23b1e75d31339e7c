//! Where transform hands encoded rows to the sinks: each form made once, shared by all sinks that take it.

use std::cell::Cell;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use crossbeam_channel::{Receiver, Sender, TrySendError, bounded};

use crate::batch::{Encoded, Gaps, Payload, Place, Reach, Span};
use crate::job::WhenFull;
use crate::load::{Delivery, LoadCounters, Part, Reached};
use crate::metrics::Metrics;

use super::load::Destination;
use super::milled::Written;

/// Encoded batches that wait for a sink: enough to hide one slow write.
pub const BATCHES_WAITING: usize = 2;
/// The same for a sink that drops what does not fit: enough that no row is dropped because a thread woke up late.
const BATCHES_BEFORE_DROPPING: usize = 16;

/// The way to one sink.
pub struct Outlet {
    sender: Sender<Delivery>,
    /// Deliveries that have gone to the sink.
    sent: Cell<u64>,
    /// Tells the sink of places that come without rows, where the run tells of places.
    reached: Option<Arc<Reached>>,
    /// What an earlier run has brought the sink.
    done: Option<Place>,
    /// Output rows still to be left out, for the sink has them.
    has: Cell<u64>,
    /// Which of the forms the sink takes.
    form: usize,
    when_full: WhenFull,
    counters: Arc<LoadCounters>,
    /// Raised while there is no room, so that rows are not encoded in vain.
    unwanted: Option<Arc<AtomicBool>>,
}

impl Outlet {
    /// `begin`: where the input begins, where the run tells of places.
    pub fn new(
        sink: &Destination,
        reached: Option<Arc<Reached>>,
        begin: Option<Place>,
    ) -> (Outlet, Receiver<Delivery>) {
        let capacity = match sink.when_full {
            WhenFull::Block => BATCHES_WAITING,
            WhenFull::Drop => BATCHES_BEFORE_DROPPING,
        };
        let (sender, receiver) = bounded(capacity);
        let done = begin.and(sink.done);
        let (before, has) = (begin.map_or(0, |begin| begin.output()), done.map_or(0, |done| done.output()));
        sink.role.counters.resume(has);
        if sink.sink.commits() {
            sink.role.counters.commit();
        }
        let outlet = Outlet {
            sender,
            sent: Cell::new(0),
            reached,
            done,
            has: Cell::new(has.saturating_sub(before)),
            form: sink.form,
            when_full: sink.when_full,
            counters: sink.role.counters.clone(),
            unwanted: sink.unwanted.clone(),
        };
        (outlet, receiver)
    }

    /// The memory that rows take which the sink keeps for later.
    pub fn kept_bytes(&self) -> usize {
        self.counters.kept_bytes()
    }

    /// Counts the rows that the sink's encoder refused, and forgets those that an earlier run has rejected.
    pub fn account(&self, forms: &mut [Written]) {
        let Some(form) = forms.get_mut(self.form) else { return };
        if self.has.get() > 0 {
            form.refused.drain(..form.gaps.among(self.has.get() as usize));
        }
        self.counters.refused(form.refused.len());
    }

    /// Whether the sink still takes rows.
    fn hand_on(&self, encoded: &Arc<Encoded>, gaps: &Gaps, span: Option<Span>, metrics: &Metrics) -> bool {
        let rows = self.leave_out(encoded.rows(), gaps)..encoded.rows();
        if rows.is_empty() {
            span.inspect(|span| self.reach(span.upto));
            return true;
        }
        let reach = span.map(|span| Box::new(Reach { span, gaps: gaps.clone() }));
        self.send(Delivery { part: Part { encoded: Arc::clone(encoded), rows }, reach }, metrics)
    }

    /// How many of the encoded rows the sink has, those that come first.
    fn leave_out(&self, rows: usize, gaps: &Gaps) -> usize {
        let output = (rows + gaps.len()).min(self.has.get() as usize);
        self.has.update(|has| has - output as u64);
        if output > 0 { output - gaps.among(output) } else { 0 }
    }

    /// Tells the sink, which may have come further in an earlier run.
    fn reach(&self, place: Place) {
        if let Some(reached) = &self.reached
            && self.done.is_none_or(|done| done.order() <= place.order())
        {
            reached.set(place, self.sent.get());
        }
    }

    fn send(&self, delivery: Delivery, metrics: &Metrics) -> bool {
        let is_taken = match self.when_full {
            WhenFull::Block => metrics.transform.blocked(|| self.sender.send(delivery).is_ok()),
            WhenFull::Drop => return self.send_or_drop(delivery),
        };
        self.sent.update(|sent| sent + 1);
        is_taken
    }

    fn send_or_drop(&self, delivery: Delivery) -> bool {
        let is_counted_only = self.unwanted.is_some() && matches!(delivery.part.encoded.payload, Payload::Nothing);
        let tried = if is_counted_only { Err(TrySendError::Full(delivery)) } else { self.sender.try_send(delivery) };
        if let Some(unwanted) = &self.unwanted {
            unwanted.store(self.sender.is_full(), Relaxed);
        }
        match tried {
            Ok(()) => self.sent.update(|sent| sent + 1),
            Err(TrySendError::Full(Delivery { part, reach })) => {
                self.counters.dropped(part.rows.len());
                reach.inspect(|reach| self.reach(reach.span.upto));
            }
            Err(TrySendError::Disconnected(_)) => return false,
        }
        true
    }
}

/// Hands each outlet its form; false once a sink takes no more, which ends the run. `span`: what of the input it was made of,
/// where the run tells of that.
pub fn send(outlets: &[Outlet], forms: Vec<Written>, span: Option<Span>, metrics: &Metrics) -> bool {
    let forms: Vec<_> = forms.into_iter().map(|form| (Arc::new(form.encoded), form.gaps)).collect();
    let sent = outlets.iter().all(|outlet| match forms.get(outlet.form) {
        Some((encoded, gaps)) => outlet.hand_on(encoded, gaps, span, metrics),
        None => true,
    });
    metrics.waiting.batches.set(outlets.iter().map(|outlet| outlet.sender.len()).max().unwrap_or(0));
    sent
}
