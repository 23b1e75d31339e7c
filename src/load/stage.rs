//! The load stage: receive encoded rows, write them in flushes, and make them durable. It never publishes: a closed
//! channel looks the same after success and after failure upstream, so only the wiring can know.

use std::time::Instant;

use anyhow::Result;
use crossbeam_channel::{Receiver, RecvTimeoutError};

use super::{Account, Batcher, Delivery, Flush, LoadCounters, Reached, Sink};
use crate::batch::Reject;
use crate::job::BatchLimits;

/// Writes what comes until the channel closes or a write fails. `reached`: how far the input has been dealt with where that
/// comes without rows; `None` where the run tells of no place. Rejects go to `on_reject` flush by flush.
pub fn run(
    deliveries: Receiver<Delivery>,
    reached: Option<&Reached>,
    sink: &mut dyn Sink,
    limits: BatchLimits,
    counters: &LoadCounters,
    mut on_reject: impl FnMut(Vec<Reject>) -> Result<()>,
) -> Result<()> {
    let meter = &counters.meter;
    let mut batcher = Batcher::new(limits, reached.map(|_| Instant::now()));
    let mut taken = 0;
    loop {
        let arrival = meter.starved(|| receive(&deliveries, batcher.deadline()));
        let now = Instant::now();
        match arrival {
            Arrival::Rows(delivery) => {
                batcher.push(delivery, now);
                taken += 1;
            }
            Arrival::Deadline => {}
            Arrival::End => break,
        }
        batcher.reach(reached.and_then(|reached| reached.take(taken)));
        while let Some(flush) = batcher.next_flush(now) {
            on_reject(write(sink, &flush, counters)?)?;
        }
    }
    batcher.reach(reached.and_then(|reached| reached.take(taken)));
    while let Some(flush) = batcher.finish() {
        on_reject(write(sink, &flush, counters)?)?;
    }
    while let Some(rejects) = meter.busy(|| settle(sink, counters))? {
        on_reject(rejects)?;
    }
    counters.finished(sink.bytes_written());
    Ok(())
}

/// Makes what was written durable. `account`: what became of the input, now that all of it has come.
pub fn prepare(sink: &mut dyn Sink, counters: &LoadCounters, account: &Account) -> Result<()> {
    let prepared = sink.prepare(account);
    counters.tried(sink.tried());
    counters.finished(sink.bytes_written());
    prepared
}

enum Arrival {
    Rows(Delivery),
    /// What waits, or may wait beside the channel, has come of age.
    Deadline,
    End,
}

/// The next rows, or what else ended the wait.
fn receive(deliveries: &Receiver<Delivery>, deadline: Option<Instant>) -> Arrival {
    let received = match deadline {
        Some(deadline) => deliveries.recv_deadline(deadline),
        None => deliveries.recv().map_err(|_| RecvTimeoutError::Disconnected),
    };
    match received {
        Ok(delivery) => Arrival::Rows(delivery),
        Err(RecvTimeoutError::Timeout) => Arrival::Deadline,
        Err(RecvTimeoutError::Disconnected) => Arrival::End,
    }
}

fn write(sink: &mut dyn Sink, flush: &Flush, counters: &LoadCounters) -> Result<Vec<Reject>> {
    let write = || sink.write(&flush.parts, flush.upto.as_ref());
    // Who looks at latencies asks how long rows take, and a place without any takes next to nothing.
    let outcome = if flush.rows > 0 { counters.meter.work(write) } else { counters.meter.busy(write) };
    counters.tried(sink.tried());
    let rejects = outcome?;
    counters.flushed(flush, rejects.len(), sink.kept(), sink.bytes_written());
    counters.keeps(sink.kept_bytes());
    if sink.commits() {
        counters.commit();
    }
    Ok(rejects)
}

/// Has the sink decide about rows that it has kept.
fn settle(sink: &mut dyn Sink, counters: &LoadCounters) -> Result<Option<Vec<Reject>>> {
    let outcome = sink.settle();
    counters.tried(sink.tried());
    let rejects = outcome?;
    counters.settled(rejects.as_ref().map_or(0, Vec::len), sink.kept());
    if sink.commits() {
        counters.commit();
    }
    Ok(rejects)
}

#[cfg(test)]
mod tests;
