//! The extract thread: asks the source for chunks and sends them on.

use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use anyhow::Result;
use crossbeam_channel::{Receiver, Sender};

use crate::batch::Chunk;
use crate::extract::Source;
use crate::metrics::Metrics;

use super::stage::Stage;

pub struct Extract<'a> {
    pub source: Box<dyn Source + 'a>,
    /// Buffers that come back from the pool, to be read into again.
    pub buffers: Receiver<Vec<u8>>,
    /// Set at the end of the input, if it was read to there.
    pub whole: &'a AtomicBool,
    pub metrics: &'a Metrics,
}

impl Stage for Extract<'_> {
    type In = ();
    type Out = Chunk;
    type Report = ();
    const NAME: &'static str = "extract";

    fn run(mut self, _: Receiver<()>, chunks: Sender<Chunk>) -> Result<()> {
        loop {
            let Ok(mut buffer) = self.metrics.extract.blocked(|| self.buffers.recv()) else {
                return Ok(()); // Downstream stopped; its own error says why.
            };
            buffer.clear();
            let Some(chunk) = self.source.next(buffer)? else {
                self.whole.store(true, Relaxed);
                return Ok(());
            };
            if self.metrics.extract.blocked(|| chunks.send(chunk).is_err()) {
                return Ok(());
            }
            self.metrics.waiting.chunks.set(chunks.len());
        }
    }
}
