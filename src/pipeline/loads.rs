//! The load threads of all sinks: started together, and waited for together.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::thread::{self, Scope};
use std::time::{Duration, Instant};

use anyhow::Result;
use crossbeam_channel::Receiver;

use crate::batch::Encoded;
use crate::job::WhenFull;
use crate::metrics::Metrics;
use crate::rejects::Rejects;
use crate::stop::Stop;

use super::load::{Destination, Ended, Load};
use super::outlet::Outlet;
use super::stage::{Running, join, stage};

/// How long a sink that drops rows may take to end when all others have ended: it may hold nobody up.
pub const TIME_TO_FINISH: Duration = Duration::from_secs(5);

/// Between two looks at threads that may hang.
const BETWEEN_LOOKS: Duration = Duration::from_millis(2);

/// A sink with the way to it.
type Connected = (Destination, Receiver<Arc<Encoded>>);

/// Makes the way to each sink.
pub fn connect(sinks: Vec<Destination>) -> (Vec<Outlet>, Vec<Connected>) {
    let connect = |sink: Destination| {
        let (outlet, rows) = Outlet::new(sink.form, sink.when_full, sink.role.counters.clone());
        (outlet, (sink, rows))
    };
    sinks.into_iter().map(connect).unzip()
}

/// The running load threads.
pub struct Loads<'scope>(Vec<Loading<'scope>>);

struct Loading<'scope> {
    running: Running<'scope, Ended>,
    /// What makes a sink give up that may hold nobody up.
    hurry: Option<Arc<AtomicBool>>,
}

/// What all load threads need.
#[derive(Clone, Copy)]
pub struct Shared<'a> {
    pub rejects: &'a Rejects,
    pub metrics: &'a Metrics,
    pub stop: &'a Stop,
}

impl<'scope> Loads<'scope> {
    /// Starts a thread for each sink.
    pub fn start<'a: 'scope>(
        scope: &'scope Scope<'scope, '_>,
        sinks: Vec<Connected>,
        Shared { rejects, metrics, stop }: Shared<'a>,
    ) -> Result<Loads<'scope>> {
        let alone = sinks.len() == 1;
        let start = |(destination, rows): Connected| {
            let hurry = (destination.when_full == WhenFull::Drop).then(|| destination.stop.clone());
            let load = Load { destination, alone, rejects, metrics, stop };
            let (_, running) = stage(scope, load, rows, 0)?;
            Ok(Loading { running, hurry })
        };
        sinks.into_iter().map(start).collect::<Result<_>>().map(Loads)
    }

    /// Waits for all; the first error, in job order, is the run's.
    pub fn join(self) -> Result<Vec<Ended>> {
        if self.0.iter().any(|load| load.hurry.is_some()) {
            self.hurry();
        }
        let ended: Vec<_> = self.0.into_iter().map(|load| join(load.running)).collect();
        ended.into_iter().collect()
    }

    /// Waits for those that must end by themselves, and a little for the others, which then have to give up.
    fn hurry(&self) {
        while self.0.iter().any(|load| load.hurry.is_none() && !load.running.has_ended()) {
            thread::sleep(BETWEEN_LOOKS);
        }
        let patience = Instant::now();
        while self.0.iter().any(|load| !load.running.has_ended()) && patience.elapsed() < TIME_TO_FINISH {
            thread::sleep(BETWEEN_LOOKS);
        }
        let late = self.0.iter().filter(|load| !load.running.has_ended()).filter_map(|load| load.hurry.as_ref());
        late.for_each(|flag| flag.store(true, SeqCst));
    }
}
