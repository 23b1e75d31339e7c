//! The load stage: receive encoded rows, write them in flushes, and make them durable. It never publishes: a closed
//! channel looks the same after success and after failure upstream, so only the wiring can know.

use std::sync::Arc;
use std::time::Instant;

use anyhow::Result;
use crossbeam_channel::{Receiver, RecvTimeoutError};

use super::{Batcher, Flush, LoadCounters, Loaded, Sink};
use crate::batch::{Encoded, Reject};
use crate::job::BatchLimits;

/// Runs until the channel closes or a write fails. Rejects go to `on_reject` flush by flush.
pub fn run(
    encoded: Receiver<Arc<Encoded>>,
    sink: &mut dyn Sink,
    limits: BatchLimits,
    counters: &LoadCounters,
    mut on_reject: impl FnMut(Vec<Reject>) -> Result<()>,
) -> Result<Loaded> {
    let mut batcher = Batcher::new(limits);
    loop {
        let arrival = receive(&encoded, batcher.deadline());
        let now = Instant::now();
        match arrival {
            Arrival::Batch(batch) => batcher.push(batch, now),
            Arrival::Deadline => {}
            Arrival::End => break,
        }
        while let Some(flush) = batcher.next_flush(now) {
            on_reject(write(sink, &flush, counters)?)?;
        }
    }
    while let Some(flush) = batcher.finish() {
        on_reject(write(sink, &flush, counters)?)?;
    }
    sink.prepare()?;
    counters.finished(sink.bytes_written());
    Ok(counters.read())
}

enum Arrival {
    Batch(Arc<Encoded>),
    /// The oldest waiting row has come of age.
    Deadline,
    End,
}

/// The one place where the load thread waits for rows: time spent here is starvation.
fn receive(encoded: &Receiver<Arc<Encoded>>, deadline: Option<Instant>) -> Arrival {
    let received = match deadline {
        Some(deadline) => encoded.recv_deadline(deadline),
        None => encoded.recv().map_err(|_| RecvTimeoutError::Disconnected),
    };
    match received {
        Ok(batch) => Arrival::Batch(batch),
        Err(RecvTimeoutError::Timeout) => Arrival::Deadline,
        Err(RecvTimeoutError::Disconnected) => Arrival::End,
    }
}

/// The one place where the load thread works: time spent here is busy.
fn write(sink: &mut dyn Sink, flush: &Flush, counters: &LoadCounters) -> Result<Vec<Reject>> {
    let rejects = sink.write(&flush.parts)?;
    counters.flushed(flush, rejects.len(), sink.bytes_written());
    Ok(rejects)
}

#[cfg(test)]
mod tests;
