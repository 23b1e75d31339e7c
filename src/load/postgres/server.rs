//! A server, how to reach it, and how it is waited for.

use std::io::{Write, stderr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Result;

use super::connection::Connection;
use super::fault::Fault;
use crate::exit::{ExitCode, fatal};
use crate::job::Secret;
use crate::load::retry::{Policy, Tried};
use crate::stop::Stopped;

/// A server, and how long it is waited for.
pub struct Server {
    pub url: Secret,
    pub stop: Arc<AtomicBool>,
    pub policy: Policy,
}

impl Server {
    pub fn connect(&self) -> Result<Connection, Fault> {
        Connection::open(&self.url, &self.stop)
    }

    /// Does what must be done at second zero, on a connection of its own; a server that is away is said to be, and waited
    /// for.
    pub fn at_second_zero<T>(&mut self, patient: bool, mut work: impl FnMut(Connection) -> Result<T>) -> Result<T> {
        let mut told = false;
        loop {
            let connected = self.connect().map_err(|fault| fault.error("cannot connect to PostgreSQL"));
            match connected.and_then(&mut work) {
                Err(error) if patient && ExitCode::of(&error) == ExitCode::Unavailable => {
                    if !told {
                        // Where standard error is closed there is nobody to tell.
                        let _closed = writeln!(stderr(), "gristmill: {error:#}; trying on").is_err();
                        told = true;
                    }
                    self.wait_after(error)?;
                }
                done => {
                    self.policy.succeeded();
                    return done;
                }
            }
        }
    }

    /// An attempt has failed: waits until the next is due, or gives up.
    pub fn wait_after(&mut self, error: anyhow::Error) -> Result<()> {
        match self.policy.failed(Instant::now()) {
            Some(wait) => self.rest(wait),
            None => {
                let budget = self.policy.budget().as_secs();
                Err(fatal(ExitCode::Unavailable, format!("{error:#}; given up after {budget} s of trying")))
            }
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
