//! A server, how to reach it, and how it is waited for.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Error, Result};

use super::connection::Connection;
use super::fault::Fault;
use super::login::is_unknown_name;
use crate::console::say;
use crate::exit::{ExitCode, fatal};
use crate::job::Secret;
use crate::load::retry::{Policy, Tried};
use crate::stop::Stopped;

/// A server, and how long it is waited for.
pub struct Server {
    url: Secret,
    stop: Arc<AtomicBool>,
    pub policy: Policy,
    /// It has answered before.
    known: bool,
}

impl Server {
    pub fn new(url: Secret, stop: Arc<AtomicBool>, policy: Policy) -> Server {
        Server { url, stop, policy, known: false }
    }

    pub fn connect(&self) -> Result<Connection, Fault> {
        match Connection::open(&self.url, &self.stop) {
            // Whose name was known, and is not for the moment.
            Err(Fault::Hopeless(why)) if self.known && is_unknown_name(&why) => Err(Fault::Unreachable(why)),
            connected => connected,
        }
    }

    /// Does what must be done at second zero, on a connection of its own; a server that is away is said to be, and waited
    /// for.
    pub fn at_second_zero<T>(&mut self, patient: bool, mut work: impl FnMut(Connection) -> Result<T>) -> Result<T> {
        let mut told = None;
        loop {
            let connected = self.connect().map_err(|fault| fault.error("cannot connect to PostgreSQL"));
            match connected.and_then(&mut work) {
                Err(error) if patient && ExitCode::of(&error) == ExitCode::Unavailable => {
                    self.wait_at_start(&error, &mut told)?;
                }
                done => {
                    self.known = true;
                    self.policy.succeeded();
                    return done;
                }
            }
        }
    }

    /// Says at once that the server is away, and again after a while.
    fn wait_at_start(&mut self, error: &Error, told: &mut Option<Instant>) -> Result<()> {
        const AGAIN: Duration = Duration::from_secs(5);
        let now = Instant::now();
        let Some((wait, left)) = self.policy.failed_at_start(now) else {
            return Err(given_up(error, self.policy.budget_at_start(), "; load.retry.at_start waits longer"));
        };
        if told.is_none_or(|told| now.saturating_duration_since(told) >= AGAIN) {
            let left = left.as_secs_f64().ceil();
            say(&format!("gristmill: {error:#}; trying on for {left} s"));
            *told = Some(now);
        }
        self.rest(wait)
    }

    /// An attempt has failed: waits until the next is due, or gives up.
    pub fn wait_after(&mut self, error: Error) -> Result<()> {
        match self.policy.failed(Instant::now()) {
            Some(wait) => self.rest(wait),
            None => Err(given_up(&error, self.policy.budget(), "")),
        }
    }

    /// Sleeps, unless the run is to end.
    fn rest(&self, wait: Duration) -> Result<()> {
        const SLICE: Duration = Duration::from_millis(50);
        let until = Instant::now() + wait;
        loop {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Ok(());
            }
            if self.stop.load(Relaxed) {
                return Err(Stopped.into());
            }
            thread::sleep(left.min(SLICE));
        }
    }

    pub fn tried(&self) -> Tried {
        self.policy.tried
    }
}

fn given_up(error: &Error, budget: Duration, remedy: &str) -> Error {
    let budget = budget.as_secs();
    fatal(ExitCode::Unavailable, format!("{error:#}; given up after {budget} s of trying{remedy}"))
}
