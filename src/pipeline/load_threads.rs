//! The load threads of all sinks: started together, and waited for together.

use std::sync::Arc;
use std::thread::{self, Scope};
use std::time::{Duration, Instant};

use anyhow::Result;
use crossbeam_channel::Receiver;

use crate::batch::Place;
use crate::job::WhenFull;
use crate::load::{Delivery, Reached};
use crate::metrics::Metrics;
use crate::rejects::Rejects;
use crate::stop::Stop;

use super::hurry::Hurry;
use super::load::{Destination, Ended, Load};
use super::outlet::Outlet;
use super::stage::{Running, join, stage};

/// Between two looks at threads that may hang.
const BETWEEN_LOOKS: Duration = Duration::from_millis(2);

/// A sink with the way to it.
pub struct Connected {
    destination: Destination,
    deliveries: Receiver<Delivery>,
    reached: Option<Arc<Reached>>,
}

/// Makes the way to each sink. `begin`: where the input begins, where the run tells of places.
pub fn connect(sinks: Vec<Destination>, begin: Option<Place>) -> (Vec<Outlet>, Vec<Connected>) {
    let connect = |destination: Destination| {
        let reached = begin.map(|_| Arc::default());
        let (outlet, deliveries) = Outlet::new(&destination, reached.clone(), begin);
        (outlet, Connected { destination, deliveries, reached })
    };
    sinks.into_iter().map(connect).unzip()
}

/// The running load threads.
pub struct LoadThreads<'scope>(Vec<LoadThread<'scope>>);

struct LoadThread<'scope> {
    running: Running<'scope, Ended>,
    /// Of a sink that may hold nobody up.
    hurry: Option<Hurry>,
}

/// What all load threads need.
#[derive(Clone, Copy)]
pub struct Shared<'a> {
    pub rejects: &'a Rejects,
    pub metrics: &'a Metrics,
    pub stop: &'a Stop,
}

impl<'scope> LoadThreads<'scope> {
    /// Starts a thread for each sink.
    pub fn start<'a: 'scope>(
        scope: &'scope Scope<'scope, '_>,
        sinks: Vec<Connected>,
        Shared { rejects, metrics, stop }: Shared<'a>,
    ) -> Result<LoadThreads<'scope>> {
        let alone = sinks.len() == 1;
        let start = |Connected { destination, deliveries, reached }: Connected| {
            let hurry = (destination.when_full == WhenFull::Drop)
                .then(|| Hurry::new(destination.stop.clone(), destination.role.counters.clone()));
            let load = Load { destination, reached, alone, rejects, metrics, stop };
            let (_, running) = stage(scope, load, deliveries, 0)?;
            Ok(LoadThread { running, hurry })
        };
        sinks.into_iter().map(start).collect::<Result<_>>().map(LoadThreads)
    }

    /// Waits for all; the first error, in job order, is the run's. `sent`: whether they have got all their rows.
    pub fn join(mut self, sent: impl Fn() -> bool) -> Result<Vec<Ended>> {
        if self.0.iter().any(|load| load.hurry.is_some()) {
            self.hurry(sent);
        }
        let ended: Vec<_> = self.0.into_iter().map(|load| join(load.running)).collect();
        ended.into_iter().collect()
    }

    /// Waits for those that must end by themselves, and a little for the others, which then have to give up; one that has
    /// hung all the while gives up at once.
    fn hurry(&mut self, sent: impl Fn() -> bool) {
        let mut others_ended = None;
        while self.0.iter().any(|load| !load.running.has_ended()) {
            let now = Instant::now();
            if sent() && self.0.iter().all(|load| load.hurry.is_some() || load.running.has_ended()) {
                others_ended.get_or_insert(now);
            }
            let late = self.0.iter_mut().filter(|load| !load.running.has_ended());
            late.filter_map(|load| load.hurry.as_mut()).for_each(|hurry| hurry.look(others_ended, now));
            thread::sleep(BETWEEN_LOOKS);
        }
    }
}
