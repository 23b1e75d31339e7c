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
use crate::stop::Stopped;

/// A server, and how long it is waited for.
pub struct Server {
    pub url: Secret,
    pub stop: Arc<AtomicBool>,
    pub policy: Policy,
}

impl Server {
    pub fn connect(&self) -> Result<Connection, Fault> {
        Connection::open(&self.url, &self.stop).map_err(|fault| self.masked(fault))
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
                        eprintln!("gristmill: {error:#}; trying on");
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
