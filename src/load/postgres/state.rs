//! How far a run has come, kept in the database itself: after a COMMIT whose answer was lost, that tells whether the batch
//! has arrived, and after a crash, whether all that was confirmed is still there.

use super::connection::Connection;
use super::fault::Fault;
use super::names::Name;
use super::talk::first;
use crate::load::quote::quote;

/// The table that it stands in, beside the target. What is noted of a table that a crash empties is lost along with its
/// rows, or it would tell of rows that are not there.
fn table_for(is_unlogged: bool) -> (&'static str, &'static str) {
    if is_unlogged { ("gristmill_state_unlogged", "unlogged table") } else { ("gristmill_state", "table") }
}

pub struct State {
    table: String,
    /// Of this run alone.
    run: String,
}

/// The notes belong to who connects, whatever role the user's statements have taken; theirs is back after the transaction.
const AS_OURSELVES: &str = "set local role to default";

impl State {
    /// Makes the table where it is missing.
    pub fn open(connection: &mut Connection, target: &Name, is_unlogged: bool) -> Result<State, Fault> {
        let (table, kind) = table_for(is_unlogged);
        let table = format!("{}.{}", quote(&target.schema), quote(table));
        let is_there = connection.ask("select to_regclass($1) is not null", &[&table])?;
        if first(is_there).is_none_or(|answer| answer != "t") {
            State::create(connection, kind, &table)?;
        }
        let run = connection.run("select md5(random()::text || clock_timestamp()::text || pg_backend_pid()::text)")?;
        let state = State { table, run: first(run).unwrap_or_default() };
        // Tried once, so that a missing right is known at second zero.
        connection.run("begin")?;
        let tried = state.try_out(connection);
        connection.run("rollback")?;
        tried.map(|()| state)
    }

    fn create(connection: &mut Connection, kind: &str, table: &str) -> Result<(), Fault> {
        let create = format!("create {kind} if not exists {table} (run_id text primary key, batch bigint not null)");
        match connection.run(&create) {
            // Another run has made it at the same moment.
            Err(Fault::Refused(complaint)) if complaint.sqlstate == "23505" => Ok(()),
            made => made.map(drop),
        }
    }

    fn try_out(&self, connection: &mut Connection) -> Result<(), Fault> {
        connection.run(&self.mark(0))?;
        self.reached(connection)?;
        connection.run(&self.forget()).map(drop)
    }

    /// For the transaction of a batch.
    pub fn mark(&self, batch: u64) -> String {
        let State { table, run } = self;
        format!(
            "{AS_OURSELVES}; insert into {table} values ('{run}', {batch}) on conflict (run_id) do update set batch = excluded.batch"
        )
    }

    /// The last batch of the run that is committed; 0 where none is.
    pub fn reached(&self, connection: &mut Connection) -> Result<u64, Fault> {
        let sql = format!("{AS_OURSELVES}; select batch from {} where run_id = '{}'", self.table, self.run);
        Ok(first(connection.run(&sql)?).and_then(|batch| batch.parse().ok()).unwrap_or(0))
    }

    /// The run is over.
    pub fn forget(&self) -> String {
        format!("{AS_OURSELVES}; delete from {} where run_id = '{}'", self.table, self.run)
    }
}
