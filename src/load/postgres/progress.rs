//! How far a load has come, as we know it and as the server does.

use super::connection::Connection;
use super::fault::Fault;
use super::state::State;

/// How far a load has come.
#[derive(Default)]
pub struct Progress {
    /// The first transaction is committed.
    pub begun: bool,
    pub transactions: u64,
    /// The last transaction whose COMMIT was answered.
    pub confirmed: u64,
    /// The session that was last asked how far the run has come.
    pub asked: String,
    pub bytes: u64,
    pub published: bool,
    /// Every row that came was refused, here or on the way here.
    pub only_rejects: bool,
    /// No more rows come.
    pub is_over: bool,
    /// The table held rows when the load of no row began.
    pub held: bool,
    /// The table held rows, and holds none now.
    pub emptied: bool,
    /// Rows that the server took without putting them into the table.
    pub left_out: u64,
}

impl Progress {
    /// Whether the last transaction is committed after all, as a new session knows it; and whether what was confirmed still
    /// is, for a server that crashed, or another in its place, may have lost it.
    pub fn has_arrived(&mut self, connection: &mut Connection, state: &State, table: &str) -> Result<bool, Fault> {
        if self.asked == connection.identity() {
            return Ok(false);
        }
        if self.asked.is_empty() {
            // The first session has nothing to tell yet.
            self.asked = connection.identity().to_owned();
            return Ok(false);
        }
        let reached = state.reached(connection)?;
        if reached < self.confirmed {
            return Err(Fault::Forgotten(lacking(table, self.confirmed - reached)));
        }
        self.asked = connection.identity().to_owned();
        Ok(reached >= self.transactions)
    }
}

fn lacking(table: &str, lost: u64) -> String {
    format!(
        "the server came back without {lost} transactions that it had confirmed, as an unlogged table, a standby or \
         synchronous_commit = off may bring about: rows of table {table} are missing; empty it and load it again"
    )
}
