//! The session that a load has with its server: after a failure another one takes over where it was.

use std::sync::Arc;

use anyhow::Result;

use super::connection::Connection;
use super::fault::Fault;
use super::server::Server;
use super::talk::first;
use super::watch::IDENTITY;
use crate::exit::{ExitCode, fatal};

/// Names and values of what a session has set for itself.
pub type Settings = Vec<(String, String)>;

pub struct Session {
    pub server: Server,
    /// None after a failure.
    connection: Option<Connection>,
    /// Of the last session that held the lock.
    identity: String,
    /// What a second run is kept off.
    table: Arc<str>,
    /// Run on every connection.
    statements: Vec<String>,
    /// What the user's statements have set.
    pub settings: Settings,
}

impl Session {
    /// On a connection that has `begun`.
    pub fn new(server: Server, connection: Connection, table: Arc<str>, statements: Vec<String>) -> Session {
        let (identity, settings) = (connection.identity().to_owned(), Settings::new());
        Session { server, connection: Some(connection), identity, table, statements, settings }
    }

    /// The connection, made anew after a failure.
    pub fn connection(&mut self) -> Result<&mut Connection, Fault> {
        let connection = match self.connection.take() {
            Some(connection) => connection,
            None => self.take_over()?,
        };
        Ok(self.connection.insert(connection))
    }

    /// What the server knows the last session by.
    pub fn identity(&self) -> &str {
        &self.identity
    }

    /// The connection, where there is one.
    pub fn last_connection(&mut self) -> Option<&mut Connection> {
        self.connection.as_mut()
    }

    /// The connection has failed.
    pub fn lose(&mut self) {
        self.connection = None;
    }

    /// A connection like the one before. The lock is free again when the server has done with that one, so that nothing of
    /// it can still be committed.
    fn take_over(&mut self) -> Result<Connection, Fault> {
        let mut connection = self.server.connect()?;
        if !lock(&mut connection, &self.table)? {
            self.end_before(&mut connection)?;
            return Err(Fault::Lost("the server still holds the session before".into()));
        }
        self.identity = connection.identity().to_owned();
        self.statements.iter().try_for_each(|sql| connection.run(sql).map(drop))?;
        // The user's own come last, as they did the first time.
        for (name, value) in &self.settings {
            connection.ask("select set_config($1, $2, false)", &[name, value])?;
        }
        Ok(connection)
    }

    /// A server may believe for hours in a session whose link has died in silence. It is ours, so we may end it.
    fn end_before(&self, connection: &mut Connection) -> Result<(), Fault> {
        let sql = format!("select pg_terminate_backend(pid) from pg_stat_activity where {IDENTITY} = $1");
        connection.ask(&sql, &[&self.identity]).map(drop)
    }
}

/// Begins the first session of a load; another run may be there already.
pub fn begin(connection: &mut Connection, table: &str) -> Result<()> {
    if !lock(connection, table).map_err(|fault| fault.error("cannot lock the table"))? {
        let message = format!("another run loads table {table}; try again when it has ended");
        return Err(fatal(ExitCode::TryAgain, message));
    }
    Ok(())
}

/// The role stands last, for another one may not be allowed to set the others.
const SETTINGS: &str = "select name, setting from pg_settings where source = 'session' \
    union all select 'role', current_setting('role') where current_setting('role') <> 'none'";

/// What the session has been set to, so that the next one can be like it.
pub fn settings(connection: &mut Connection) -> Result<Settings, Fault> {
    let rows = connection.run(SETTINGS)?;
    let pair = |row: Vec<Option<String>>| match <[_; 2]>::try_from(row) {
        Ok([Some(name), Some(value)]) => Some((name, value)),
        _ => None,
    };
    Ok(rows.into_iter().filter_map(pair).collect())
}

/// Keeps a second run off the table until the connection ends; false where there is one.
fn lock(connection: &mut Connection, table: &str) -> Result<bool, Fault> {
    let rows = connection.ask("select pg_try_advisory_lock(hashtext('gristmill'), hashtext($1))", &[table])?;
    Ok(first(rows).is_some_and(|answer| answer == "t"))
}
