//! The load thread: writes what arrives until nothing more comes, and hands its sink back unpublished.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};

use anyhow::{Error, Result};
use crossbeam_channel::{Receiver, Sender};

use crate::batch::Place;
use crate::exit::{ExitCode, fatal};
use crate::job::{BatchLimits, WhenFull};
use crate::load::{self, Account, ClosedPipe, Delivery, LoadCounters, Reached, Sink};
use crate::metrics::{Metrics, grouped};
use crate::rejects::Rejects;
use crate::stop::{Stop, Stopped};

use super::stage::{Stage, panicked};

/// What stays known of a sink whatever becomes of it.
#[derive(Clone)]
pub struct Role {
    pub name: Arc<str>,
    pub required: bool,
    /// Databases are published before files.
    pub is_database: bool,
    pub counters: Arc<LoadCounters>,
    /// What makes it give up, where it may hold nobody up.
    pub hurry: Option<Arc<AtomicBool>>,
}

/// One sink of a run, and what the job says of it.
pub struct Destination {
    pub role: Role,
    pub sink: Box<dyn Sink>,
    /// What an earlier run has brought it: rows up to there are left out.
    pub done: Option<Place>,
    /// Which of the forms that rows are encoded in it takes.
    pub form: usize,
    /// Raised while it has no room, where it drops rows and takes a form that no other sink takes.
    pub unwanted: Option<Arc<AtomicBool>>,
    pub batch: BatchLimits,
    pub when_full: WhenFull,
    /// Raised when the sink is to give up waiting for others.
    pub stop: Arc<AtomicBool>,
}

/// The first place that all sinks have come to in an earlier run, if all have.
pub fn earliest(sinks: &[Destination]) -> Option<Place> {
    let done: Option<Vec<Place>> = sinks.iter().map(|sink| sink.done).collect();
    done?.into_iter().min_by_key(Place::order)
}

pub struct Load<'a> {
    pub destination: Destination,
    /// How far the input has been dealt with, beside the rows that come; `None` where the run tells of no place.
    pub reached: Option<Arc<Reached>>,
    /// There is no other sink.
    pub alone: bool,
    pub rejects: &'a Rejects,
    pub metrics: &'a Metrics,
    pub stop: &'a Stop,
}

/// How a load ended that does not end the run.
pub enum Ended {
    /// Everything is written, and waits to be published.
    Prepared(Box<dyn Sink>),
    /// The reader of the output had enough; other sinks go on.
    Closed,
    /// An optional sink failed, or any has no row though some were rejected; the others go on.
    Failed(Error),
}

impl Stage for Load<'_> {
    type In = Delivery;
    type Out = ();
    type Report = Ended;
    const NAME: &'static str = "load";

    fn run(mut self, deliveries: Receiver<Delivery>, _: Sender<()>) -> Result<Ended> {
        let unheeded = Cell::new(false);
        let ended = match self.write(deliveries.clone(), &unheeded) {
            Ok(None) => return Ok(Ended::Prepared(self.destination.sink)),
            Ok(Some(why)) => Ended::Failed(fatal(ExitCode::Budget, why)),
            // The rejects have ended the run, not the sink.
            Err(error) if unheeded.get() => return Err(error),
            Err(error) if error.is::<ClosedPipe>() && !self.alone => Ended::Closed,
            Err(error) if !self.destination.role.required && !self.stop.asked() => Ended::Failed(error),
            Err(error) => return Err(error),
        };
        // What is half done goes now, and rows that still come are taken, so that nobody waits for this sink.
        drop(self.destination.sink);
        deliveries.iter().for_each(drop);
        Ok(ended)
    }
}

impl Load<'_> {
    /// Writes and prepares; where no row is left to load for rejects, says so instead. `unheeded` tells that an error is one
    /// of the rejects.
    fn write(&mut self, deliveries: Receiver<Delivery>, unheeded: &Cell<bool>) -> Result<Option<String>> {
        let (rejects, metrics, stop) = (self.rejects, self.metrics, self.stop);
        let refused = |refused: Vec<_>| rejects.refused(&refused).inspect_err(|_| unheeded.set(true));
        let reached = self.reached.as_deref();
        let Destination { role, sink, batch, stop: given_up, .. } = &mut self.destination;
        let run = || {
            load::run(deliveries, reached, sink.as_mut(), *batch, &role.counters, refused)?;
            // When the run was asked to stop nothing will be published, so nothing need be made durable.
            if given_up.load(SeqCst) {
                return Ok(None);
            }
            let account = Account::new(&metrics.rows, &role.counters.read());
            match account.in_vain() {
                Some(count) => Ok(Some(in_vain(&role.name, count, rejects.commonest(&role.name)))),
                None => load::prepare(sink.as_mut(), &role.counters, &account).map(|()| None),
            }
        };
        let ran = catch_unwind(AssertUnwindSafe(run));
        let in_vain = ran.unwrap_or_else(|panic| Err(panicked(&self.thread(), panic.as_ref())))?;
        // A sink that was made to give up has not prepared.
        let gave_up = self.destination.stop.load(SeqCst) && !stop.asked();
        if gave_up { Err(Stopped.into()) } else { Ok(in_vain) }
    }

    fn thread(&self) -> String {
        if self.alone {
            "the load thread".to_owned()
        } else {
            format!("the load thread of {}", self.destination.role.name)
        }
    }
}

/// Why a sink has nothing to publish.
fn in_vain(sink: &str, rejected: u64, commonest: Option<String>) -> String {
    let commonest = commonest.map(|reason| format!(", {reason}")).unwrap_or_default();
    format!("no row was loaded into {sink} and {} rejected{commonest}", were(rejected))
}

fn were(count: u64) -> String {
    if count == 1 { "1 was".to_owned() } else { format!("{} were", grouped(count)) }
}
