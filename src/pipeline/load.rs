//! The load thread: writes what arrives until nothing more comes, and hands its sink back unpublished.

use std::sync::Arc;

use anyhow::Result;
use crossbeam_channel::{Receiver, Sender};

use crate::batch::Encoded;
use crate::job::BatchLimits;
use crate::load::{self, LoadCounters, Sink};
use crate::metrics::Metrics;
use crate::rejects::Rejects;
use crate::stop::Stop;

use super::stage::Stage;

pub struct Load<'a> {
    pub sink: Box<dyn Sink>,
    pub limits: BatchLimits,
    pub rejects: &'a Rejects,
    pub metrics: &'a Metrics,
    pub counters: Arc<LoadCounters>,
    pub stop: &'a Stop,
}

impl Stage for Load<'_> {
    type In = Arc<Encoded>;
    type Out = ();
    type Report = Box<dyn Sink>;
    const NAME: &'static str = "load";

    fn run(mut self, encoded: Receiver<Arc<Encoded>>, _: Sender<()>) -> Result<Box<dyn Sink>> {
        let refused = |rejects: Vec<_>| self.rejects.refused(&rejects);
        load::run(encoded, self.sink.as_mut(), self.limits, &self.counters, self.metrics, &self.stop.flag(), refused)?;
        Ok(self.sink)
    }
}
