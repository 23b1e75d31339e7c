//! A server, how to reach it, and how it is waited for.

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

/// A server, and how long it is waited for.
pub struct Server {
    pub url: Secret,
    pub stop: Arc<AtomicBool>,
    pub policy: Policy,
}

impl Server {
    pub fn connect(&self) -> Result<Connection, Fault> {
        Connection::open(&self.url.0, &self.stop).map_err(|fault| self.masked(fault))
    }

    /// Connects at second zero: a server that is away is said to be, and waited for.
    pub fn first_connection(&mut self, patient: bool) -> Result<Connection> {
        const WHAT: &str = "cannot connect to PostgreSQL";
        let mut told = false;
        loop {
            match self.connect() {
                Ok(connection) => {
                    self.policy.succeeded();
                    return Ok(connection);
                }
                Err(fault) if patient && fault.is_passing() => {
                    if !told {
                        eprintln!("gristmill: {WHAT} yet, trying on: {}", fault.words());
                        told = true;
                    }
                    self.wait_after(fault, WHAT)?;
                }
                Err(fault) => return Err(fault.error(WHAT)),
            }
        }
    }

    /// An attempt has failed: waits until the next is due, or gives up.
    pub fn wait_after(&mut self, fault: Fault, what: &str) -> Result<()> {
        match self.policy.failed(Instant::now()) {
            Some(wait) => self.rest(wait).map_err(|fault| fault.error(what)),
            None => {
                let budget = self.policy.budget().as_secs();
                let message = format!("{:#}; given up after {budget} s of trying", fault.error(what));
                Err(fatal(ExitCode::Unavailable, message))
            }
        }
    }

    /// Sleeps, unless the run is to end.
    fn rest(&self, wait: Duration) -> Result<(), Fault> {
        const SLICE: Duration = Duration::from_millis(50);
        let until = Instant::now() + wait;
        loop {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Ok(());
            }
            if self.stop.load(Relaxed) {
                return Err(Fault::Stopped);
            }
            thread::sleep(left.min(SLICE));
        }
    }

    pub fn tried(&self) -> Tried {
        self.policy.tried
    }

    /// libpq repeats a URL that it cannot read.
    fn masked(&self, fault: Fault) -> Fault {
        match fault {
            Fault::Unreachable(why) if shows_password(&why, &self.url.0) => Fault::Unfit(UNREADABLE.to_owned()),
            fault => fault,
        }
    }
}

const UNREADABLE: &str = "the URL cannot be read; signs such as : / ? # [ ] @ in a password are written as %3A, %2F, …";

/// Whether a message holds the password of a URL, or a piece of one that was cut at the wrong place.
fn shows_password(message: &str, url: &str) -> bool {
    let authority = url.split_once("//").map_or("", |(_, rest)| rest);
    let user = authority.rsplit_once('@').map_or("", |(user, _)| user);
    let password = user.split_once(':').map_or("", |(_, password)| password);
    let parameter = url.split_once("password=").map_or("", |(_, rest)| rest.split('&').next().unwrap_or_default());
    let is_shown = |secret: &str| message.contains(secret) || pieces(secret).any(|piece| message.contains(&piece));
    [password, parameter].into_iter().any(|secret| !secret.is_empty() && is_shown(secret))
}

/// What a wrong sign in a password would have it cut into, as libpq quotes it.
fn pieces(secret: &str) -> impl Iterator<Item = String> {
    let pieces = secret.split([':', '/', '?', '#', '@', '&']).filter(|piece| !piece.is_empty());
    pieces.map(|piece| format!("\"{piece}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_password_is_shown() {
        let url = "postgresql://u:se/cr@et@host:5432/db?password=hidden";
        assert!(shows_password("invalid port number: \"se/cr@et\"", url));
        assert!(shows_password("invalid integer value \"cr\" for \"port\"", "postgresql://u:cr/et@h/d"));
        assert!(shows_password("bad hidden", url));
        assert!(!shows_password("could not translate host name \"host\"", url));
    }
}
