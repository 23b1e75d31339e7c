//! The transform thread: has the input milled, and where the query gathers rows, what comes of each gathering in turn, until
//! rows for the sink come of it.

use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use anyhow::Result;
use crossbeam_channel::{Receiver, Sender};
use rayon::ThreadPool;

use crate::batch::{Chunk, Place};
use crate::cancel::{self, Cancelled};
use crate::metrics::Metrics;
use crate::rejects::Rejects;
use crate::stop::{Stop, Stopped};
use crate::transform::{Gatherer, Held};

use super::flight::{Budget, Job};
use super::outlet::Outlet;
use super::phase::{Downstream, Feed, Goal, Phase};
use super::stage::Stage;
use super::work::Gathered;

pub struct Transform<'a> {
    pub job: Job,
    pub pool: ThreadPool,
    pub budget: Budget,
    /// What gathers rows before they are put out, in order.
    pub gatherers: Vec<Gatherer>,
    /// Output rows to let through.
    pub limit: Option<u64>,
    /// Where the input begins, where the run tells of places.
    pub begin: Option<Place>,
    /// Extract has read all that there is: what is gathered of less is no result.
    pub whole: &'a AtomicBool,
    pub rejects: &'a Rejects,
    pub metrics: &'a Metrics,
    /// Where encoded rows go: one for each sink.
    pub outlets: Vec<Outlet>,
    /// Where the chunks' buffers go back to extract.
    pub buffers: Sender<Vec<u8>>,
    pub stop: &'a Stop,
}

impl Stage for Transform<'_> {
    type In = Chunk;
    type Out = ();
    type Report = ();
    const NAME: &'static str = "transform";

    fn run(self, chunks: Receiver<Chunk>, _: Sender<()>) -> Result<()> {
        cancel::until(self.stop.flag(), || self.phases(chunks)).unwrap_or_else(|Cancelled| Err(Stopped.into()))
    }
}

impl Transform<'_> {
    fn phases(&self, chunks: Receiver<Chunk>) -> Result<()> {
        let mut feed = Feed::Chunks(chunks);
        for (gathered, gatherer) in self.gatherers.iter().enumerate() {
            let mut phase = Phase::new(self, feed, gatherer.limit(), Goal::Gather(gatherer.held()));
            phase.run()?;
            let Some(held) = self.finished(phase)? else { return Ok(()) };
            feed = Feed::Rows(Gathered::new(gathered + 1, held));
        }
        match Phase::new(self, feed, self.limit, Goal::Send).run()? {
            Downstream::Open | Downstream::Stopped => Ok(()),
        }
    }

    /// What a phase has gathered, in order; nothing where the input broke off.
    fn finished(&self, phase: Phase) -> Result<Option<Held>> {
        if phase.reads_input() && !phase.is_limit_reached() && !self.whole.load(Relaxed) {
            return Ok(None);
        }
        let Some(held) = phase.finish()? else { return Ok(None) };
        let rows = &self.metrics.rows;
        rows.groups.add(held.groups() as u64);
        rows.filtered.add(held.left_out());
        Ok(Some(held))
    }
}
