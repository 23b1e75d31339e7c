//! One run through the pool: hands out work while there is budget, puts the results back into order, accounts for their
//! rows and passes them on, to the sink or into what is gathered.

use anyhow::Result;
use crossbeam_channel::{Receiver, TryRecvError, never, select};

use crate::batch::{self, Chunk, Span};
use crate::transform::{Held, Part};

use super::flight::{Budget, Flight, Landed};
use super::memory_limit::too_large;
use super::milled::{Made, Milled, Written};
use super::order::Reorder;
use super::outlet::{self, Outlet};
use super::stage::panicked;
use super::tracker::Tracker;
use super::transform::Transform;
use super::work::{Gathered, Work};

/// Where work comes from.
pub enum Feed {
    /// From the input.
    Chunks(Receiver<Chunk>),
    /// From what has been gathered.
    Rows(Gathered),
}

/// Where rows go.
pub enum Goal {
    /// To the transform's outlets.
    Send,
    Gather(Held),
}

#[derive(PartialEq, Eq)]
pub enum Downstream {
    Open,
    Stopped,
}

pub struct Phase<'a> {
    transform: &'a Transform<'a>,
    feed: Feed,
    pub goal: Goal,
    /// Rows still to be let through.
    limit: Option<u64>,
    /// How far the input has been passed on, where the run tells of that.
    tracker: Option<Tracker>,
    flight: Flight,
    order: Reorder<Landed>,
    ended: bool,
    /// Rows of what has been gathered that have passed.
    passed: u64,
}

enum Event {
    Work(Work),
    Ended,
    Landed(Landed),
}

impl<'a> Phase<'a> {
    pub fn new(transform: &'a Transform<'a>, feed: Feed, limit: Option<u64>, goal: Goal) -> Phase<'a> {
        let flight = Flight::new(&transform.job, transform.budget);
        let tracker = transform.begin.map(Tracker::new);
        Phase { transform, feed, goal, limit, tracker, flight, order: Reorder::default(), ended: false, passed: 0 }
    }

    pub fn reads_input(&self) -> bool {
        matches!(self.feed, Feed::Chunks(_))
    }

    pub fn is_limit_reached(&self) -> bool {
        self.limit == Some(0)
    }

    pub fn run(&mut self) -> Result<Downstream> {
        while !self.is_limit_reached() {
            let budget = self.budget();
            self.flight.start_held(budget, &self.transform.pool);
            let wants = !self.ended && self.flight.wants(budget);
            if !wants && self.flight.jobs == 0 {
                break;
            }
            match self.wait(wants) {
                Event::Work(work) => self.flight.hold(work),
                Event::Ended => self.ended = true,
                Event::Landed(landed) => {
                    self.transform.metrics.transform.worked(landed.elapsed);
                    self.order.put(landed.sequence, landed);
                    if self.deliver()? == Downstream::Stopped {
                        return Ok(Downstream::Stopped);
                    }
                }
            }
        }
        self.leave_out();
        Ok(Downstream::Open)
    }

    /// What is gathered takes from what may be in flight, and so do rows that a sink keeps for later.
    fn budget(&self) -> Budget {
        let Budget { chunks, bytes, forms } = self.transform.budget;
        let fed = self.fed();
        let gathered = if let Goal::Gather(held) = &self.goal { held.memory() } else { 0 };
        let kept: usize = self.transform.outlets.iter().map(Outlet::kept_bytes).sum();
        Budget { chunks, bytes: bytes.saturating_sub(fed + gathered + kept), forms }
    }

    /// Bytes of what an earlier part of the query has gathered.
    fn fed(&self) -> usize {
        if let Feed::Rows(rows) = &self.feed { rows.held.memory() } else { 0 }
    }

    /// The next thing that happens. A finished head goes out before more work comes in.
    fn wait(&mut self, wants: bool) -> Event {
        match self.flight.results.try_recv() {
            Ok(landed) => return Event::Landed(landed),
            Err(TryRecvError::Empty | TryRecvError::Disconnected) => {}
        }
        let none = never();
        let chunks = match &mut self.feed {
            Feed::Rows(rows) if wants => return rows.next().map_or(Event::Ended, Event::Work),
            Feed::Chunks(chunks) if wants => chunks,
            Feed::Chunks(_) | Feed::Rows(_) => &none,
        };
        let next = || {
            select! {
                recv(chunks) -> chunk => chunk.map_or(Event::Ended, |chunk| Event::Work(Work::Chunk(chunk))),
                recv(self.flight.results) -> landed => landed.map_or(Event::Ended, Event::Landed),
            }
        };
        if self.flight.jobs > 0 { next() } else { self.transform.metrics.transform.starved(next) }
    }

    /// Passes on what is next in order, as far as it has come.
    fn deliver(&mut self) -> Result<Downstream> {
        while let Some(landed) = self.order.take() {
            let mut milled = landed.milled.map_err(|panic| panicked("a job of the transform stage", panic.as_ref()))?;
            self.flight.parts.append(&mut milled.rest);
            if self.pass_on(milled)? == Downstream::Stopped {
                return Ok(Downstream::Stopped);
            }
            if self.is_limit_reached() {
                break;
            }
            if let Some(part) = self.flight.parts.pop() {
                self.order.reopen();
                self.flight.start(part, landed.charge, &self.transform.pool);
                continue;
            }
            self.flight.ended(landed.charge);
        }
        Ok(Downstream::Open)
    }

    fn pass_on(&mut self, mut milled: Milled) -> Result<Downstream> {
        if let Some(left) = self.limit {
            if milled.output() as u64 >= left {
                milled.limit(left as usize);
            }
            self.limit = Some(left - milled.output() as u64);
        }
        let output = milled.output();
        self.account(&mut milled)?;
        if let Some(buffer) = milled.buffer {
            // Full means that extract has enough buffers to go round.
            let _enough = self.transform.buffers.try_send(buffer).is_err();
        }
        match milled.made {
            Made::Encoded(forms) => {
                let accounts = || self.transform.metrics.rows.accounts();
                let span = self.tracker.as_mut().map(|tracker| tracker.pass(output, milled.upto, accounts()));
                Ok(self.send(forms, span))
            }
            Made::Part(part) => self.gather(*part),
        }
    }

    fn send(&mut self, forms: Vec<Written>, span: Option<Span>) -> Downstream {
        self.flight.expect(forms.iter().map(Written::bytes).sum());
        match outlet::send(&self.transform.outlets, forms, span, self.transform.metrics) {
            true => Downstream::Open,
            false => Downstream::Stopped,
        }
    }

    /// What has been gathered, in order, when all has come.
    pub fn finish(mut self) -> Result<Option<Held>> {
        let (fed, limit) = (self.fed(), self.transform.budget.bytes);
        let Goal::Gather(held) = &mut self.goal else { return Ok(None) };
        let finish = || held.finish(limit.saturating_sub(fed));
        self.transform.metrics.transform.work(|| self.transform.pool.install(finish));
        let Goal::Gather(held) = self.goal else { return Ok(None) };
        if held.memory() + fed > limit { Err(too_large(&held, fed, limit)) } else { Ok(Some(held)) }
    }

    fn gather(&mut self, part: Part) -> Result<Downstream> {
        self.flight.expect(part.memory());
        let (fed, limit) = (self.fed(), self.transform.budget.bytes);
        let Goal::Gather(held) = &mut self.goal else { return Ok(Downstream::Stopped) };
        held.take(part);
        // What waits to be merged may be many times what comes of it.
        if held.is_due() || held.memory() + fed > limit {
            self.transform
                .metrics
                .transform
                .work(|| self.transform.pool.install(|| held.merge(limit.saturating_sub(fed))));
        }
        match held.memory() + fed > limit {
            true => Err(too_large(held, fed, limit)),
            false => Ok(Downstream::Open),
        }
    }

    fn account(&mut self, milled: &mut Milled) -> Result<()> {
        let rows = &self.transform.metrics.rows;
        let broken = milled.rejects.iter().filter(|reject| reject.stage == batch::Stage::Extract).count();
        let read = if self.reads_input() { milled.read as u64 } else { 0 };
        self.passed += milled.read as u64;
        rows.read.add(read);
        rows.filtered.add(milled.filtered as u64);
        rows.broken.add(broken as u64);
        rows.refused.add((milled.rejects.len() - broken) as u64);
        let output = milled.output();
        match &mut milled.made {
            Made::Part(part) => rows.aggregated.add(part.aggregated() as u64),
            Made::Encoded(forms) => {
                rows.output.add(output as u64);
                self.transform.outlets.iter().for_each(|outlet| outlet.account(forms));
            }
        }
        self.transform.rejects.pass(read, &milled.take_rejects())
    }

    /// Gathered rows that come after a limit were there, other than records of an input that is not read on.
    fn leave_out(&self) {
        if let (Feed::Rows(rows), true) = (&self.feed, self.is_limit_reached()) {
            self.transform.metrics.rows.filtered.add((rows.held.rows() as u64).saturating_sub(self.passed));
        }
    }
}
