//! Rows of a flush into a table: all at once, and where the server refuses some, found out which.

use std::sync::Arc;

use super::binary::{HEADER, TRAILER};
use super::connection::Connection;
use super::copy_context::column_of;
use super::encoder::Form;
use super::fault::{Fault, words};
use super::libpq::Complaint;
use super::names::Name;
use super::own_keys::own_keys;
use super::rounds::Rounds;
use super::search::Search;
use crate::batch::{ErrorType, Reject, RowOrigin, Stage};
use crate::load::Part;

/// What is tried is tried behind this, and then kept or taken back; each goes along with other statements where it can, for
/// an answer takes its time.
pub const SAVEPOINT: &str = "savepoint gristmill";
pub const KEEP: &str = "release savepoint gristmill";
pub const TAKE_BACK: &str = "rollback to savepoint gristmill; release savepoint gristmill";

/// How rows go into one table.
pub struct Loader {
    pub sink: Arc<str>,
    pub table: Name,
    /// The table that the COPY goes to.
    pub relation: Name,
    /// The COPY statement.
    pub copy: String,
    /// What follows each COPY.
    pub merge: Option<String>,
    /// The table's columns that rows fill.
    pub columns: Vec<String>,
    /// What is the same for rows of which the last one is put over the others.
    pub same: Option<String>,
    pub form: Form,
}

impl Loader {
    /// The table whose columns the rows are encoded for: the staging table of a `replace`, and of an upsert the table itself.
    pub fn target(&self) -> &Name {
        if self.merge.is_some() { &self.table } else { &self.relation }
    }

    /// Loads the rows into an open transaction, and those that are kept from earlier flushes along with them.
    pub fn load(&self, connection: &mut Connection, kept: &[Part], flush: &[Part]) -> Result<Taken, Fault> {
        if kept.is_empty()
            && let Some(taken) = self.load_by_themselves(connection, flush)?
        {
            return Ok(taken);
        }
        Rounds::new(self, kept, flush).run(connection)
    }

    /// Nothing where rows are refused of a table that has keys into itself: then there is more to know of each.
    fn load_by_themselves(&self, connection: &mut Connection, flush: &[Part]) -> Result<Option<Taken>, Fault> {
        let mut search = Search::new(flush);
        let mut left_out = 0;
        while let Some(rows) = search.next() {
            match self.attempt(connection, &search.parts(&rows)) {
                Ok(count) => {
                    search.loaded(&rows);
                    left_out += (rows.len() as u64).saturating_sub(count);
                }
                Err(fault) if fault.blames_rows() => {
                    if !search.has_refused() && !own_keys(connection, self.target())?.is_empty() {
                        return Ok(None);
                    }
                    search.refused(rows, complaint_of(fault), &self.relation.table);
                }
                Err(fault) => return Err(fault),
            }
            if let Some(complaint) = search.blames_statement() {
                return Err(Fault::Refused(Box::new(complaint)));
            }
            if search.has_refused() {
                connection.heed_stop()?;
            }
        }
        let refused = search.into_refused();
        let rejects = refused.into_iter().map(|(row, complaint)| self.reject(origin(flush, row), complaint));
        let rejects: Vec<Reject> = rejects.collect::<Result<_, _>>()?;
        let loaded = flush.iter().map(|part| part.rows.len()).sum::<usize>() - rejects.len();
        Ok(Some(Taken { rejects, loaded, kept: Vec::new(), left_out }))
    }

    /// Rows of which nothing more is hoped for, one by one, so that the server says of each what is wrong with it.
    pub fn load_last(&self, connection: &mut Connection, rows: &[Part]) -> Result<Taken, Fault> {
        let mut taken = Taken::default();
        for part in rows {
            match self.attempt(connection, std::slice::from_ref(part)) {
                Ok(count) => {
                    taken.loaded += 1;
                    taken.left_out += 1_u64.saturating_sub(count);
                }
                Err(fault) if fault.blames_rows() => {
                    let one = std::slice::from_ref(part);
                    taken.rejects.push(self.reject(origin(one, 0), complaint_of(fault))?);
                }
                Err(fault) => return Err(fault),
            }
            connection.heed_stop()?;
        }
        Ok(taken)
    }

    /// All of these rows, or none; how many the server counts.
    pub fn attempt(&self, connection: &mut Connection, parts: &[Part]) -> Result<u64, Fault> {
        let outcome = self.send(connection, parts);
        if let Err(Fault::Refused(_)) = &outcome {
            connection.run(TAKE_BACK)?;
        }
        outcome
    }

    fn send(&self, connection: &mut Connection, parts: &[Part]) -> Result<u64, Fault> {
        let count = self.send_rows(connection, &format!("{SAVEPOINT}; {}", self.copy), parts)?;
        let merge = self.merge.as_deref().unwrap_or_default();
        // What could be judged only at the commit is judged now, where it costs its own rows and no others.
        connection.run(&format!("{merge}set constraints all immediate; set constraints all deferred; {KEEP}"))?;
        Ok(count)
    }

    /// Sends rows to a COPY; how many the server counts.
    pub fn send_rows(&self, connection: &mut Connection, copy: &str, parts: &[Part]) -> Result<u64, Fault> {
        let (header, trailer) = match self.form {
            Form::Binary => (HEADER, TRAILER),
            Form::Text => (&b""[..], &b""[..]),
        };
        let rows = parts.iter().filter_map(Part::text);
        connection.copy(copy, [header].into_iter().chain(rows).chain([trailer]))
    }

    /// A row without an origin is of a table that was to refuse nothing; the server's words end the run then.
    pub fn reject(&self, origin: Option<&RowOrigin>, complaint: Complaint) -> Result<Reject, Fault> {
        let Some(origin) = origin.cloned() else { return Err(Fault::Refused(Box::new(complaint))) };
        let message = format!("table {}: {}", self.table.table, words(&complaint));
        let column = column_of(&complaint, &self.relation.table);
        let (stage, error_type) = (Stage::Load, ErrorType::Constraint);
        Ok(Reject { origin, stage, sink: Some(self.sink.clone()), column, error_type, message })
    }
}

/// What became of a flush.
#[derive(Default)]
pub struct Taken {
    /// The rows that the server refuses, in order.
    pub rejects: Vec<Reject>,
    pub loaded: usize,
    /// Rows whose key leads to a row of the table that is not there yet, in order.
    pub kept: Vec<Part>,
    /// Rows that it took and did not put into the table, as a trigger may have it.
    pub left_out: u64,
}

pub fn complaint_of(fault: Fault) -> Complaint {
    match fault {
        Fault::Refused(complaint) => *complaint,
        _ => Complaint::default(),
    }
}

pub fn origin(flush: &[Part], row: usize) -> Option<&RowOrigin> {
    let mut before = 0;
    for part in flush {
        if row < before + part.rows.len() {
            return part.encoded.origins.get(part.rows.start + row - before);
        }
        before += part.rows.len();
    }
    None
}
