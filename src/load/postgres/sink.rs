//! The writing half: each flush is a transaction of its own, and nothing is open between them.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use anyhow::Result;

use super::connection::Connection;
use super::encoder::Form;
use super::fault::Fault;
use super::loader::{Failed, Loader};
use super::prologue::Steps;
use crate::batch::Reject;
use crate::job::Secret;
use crate::load::{Account, Part, Sink};

/// A server, and how to reach it.
pub struct Server {
    pub url: Secret,
    pub stop: Arc<AtomicBool>,
}

impl Server {
    pub fn connect(&self) -> Result<Connection> {
        Connection::open(&self.url.0, &self.stop)
            .map_err(|fault| self.masked(fault).error("cannot connect to PostgreSQL"))
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

pub struct Target {
    connection: Connection,
    loader: Loader,
    steps: Steps,
    begun: bool,
    bytes: u64,
}

impl Target {
    pub fn new(connection: Connection, sink: Arc<str>, table: String, form: Form, steps: Steps) -> Target {
        let (copy, merge) = (steps.copy.clone(), steps.merge.clone());
        let loader = Loader { sink, table, copy, merge, form };
        Target { connection, loader, steps, begun: false, bytes: 0 }
    }

    /// What the user and the mode want done before the first row.
    fn prepare_table(&mut self) -> Result<()> {
        if self.begun {
            return Ok(());
        }
        self.begun = true;
        let what = format!("cannot prepare table {}", self.loader.table);
        self.steps.before.iter().try_for_each(|sql| run(&mut self.connection, sql, &what))
    }

    /// One transaction: what the first one begins with, and the rows.
    fn flush(&mut self, flush: &[Part]) -> Result<Vec<Reject>> {
        let what = format!("cannot load table {}", self.loader.table);
        let first = std::mem::take(&mut self.steps.first);
        run(&mut self.connection, "begin", &what)?;
        first.iter().try_for_each(|sql| run(&mut self.connection, sql, &what))?;
        let rejects = match flush.is_empty() {
            true => Vec::new(),
            false => self.loader.load(&mut self.connection, flush).map_err(|failed| match failed {
                Failed::Fault(fault) => fault.error(&what),
                Failed::Other(error) => error,
            })?,
        };
        run(&mut self.connection, "commit", &what)?;
        Ok(rejects)
    }
}

fn run(connection: &mut Connection, sql: &str, what: &str) -> Result<()> {
    connection.run(sql).map(drop).map_err(|fault| fault.error(what))
}

impl Sink for Target {
    fn write(&mut self, flush: &[Part]) -> Result<Vec<Reject>> {
        self.prepare_table()?;
        let rejects = self.flush(flush)?;
        self.bytes += flush.iter().filter_map(Part::text).map(|bytes| bytes.len() as u64).sum::<u64>();
        Ok(rejects)
    }

    fn prepare(&mut self, _: &Account) -> Result<()> {
        self.prepare_table()?;
        if self.steps.first.is_empty() { Ok(()) } else { self.flush(&[]).map(drop) }
    }

    fn publish(&mut self) -> Result<()> {
        let what = format!("cannot publish table {}", self.loader.table);
        if !self.steps.publish.is_empty() {
            let statements = format!("begin; {}; commit", self.steps.publish.join("; "));
            run(&mut self.connection, &statements, &what)?;
        }
        let what = format!("table {} is loaded, but after_load failed", self.loader.table);
        self.steps.after.iter().try_for_each(|sql| run(&mut self.connection, sql, &what))
    }

    fn bytes_written(&self) -> u64 {
        self.bytes
    }

    fn commits(&self) -> bool {
        self.steps.publish.is_empty()
    }
}

impl Drop for Target {
    /// A run that has failed leaves no staging table behind, where the server can still be reached.
    fn drop(&mut self) {
        let drops = self.steps.before.iter().filter(|sql| self.begun && sql.starts_with("drop table if exists"));
        for sql in drops {
            let _gone = self.connection.run(&format!("rollback; {sql}")).is_err();
        }
    }
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
