//! Rows of a flush into a table: all at once, and where the server refuses some, found out which.

use std::sync::Arc;

use super::binary::{HEADER, TRAILER};
use super::connection::Connection;
use super::encoder::Form;
use super::fault::{Fault, words};
use super::libpq::Complaint;
use super::names::Name;
use super::place::column_of;
use super::search::Search;
use crate::batch::{ErrorType, Origin, Reject, Stage};
use crate::load::Part;

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
    pub form: Form,
}

impl Loader {
    /// The table whose columns the rows are encoded for: the staging table of a `replace`, and of an upsert the table itself.
    pub fn target(&self) -> &Name {
        if self.merge.is_some() { &self.table } else { &self.relation }
    }

    /// Loads the rows into an open transaction.
    pub fn load(&self, connection: &mut Connection, flush: &[Part]) -> Result<Taken, Fault> {
        let mut search = Search::new(flush);
        let mut left_out = 0;
        while let Some(rows) = search.next() {
            match self.attempt(connection, &search.parts(&rows)) {
                Ok(count) => {
                    search.loaded(&rows);
                    left_out += (rows.len() as u64).saturating_sub(count);
                }
                Err(fault) if fault.blames_rows() => search.refused(rows, complaint_of(fault), &self.relation.table),
                Err(fault) => return Err(fault),
            }
            if let Some(complaint) = search.blames_statement() {
                return Err(Fault::Refused(Box::new(complaint)));
            }
            if search.has_refused() {
                connection.heed_stop()?;
            }
        }
        // An upsert would put the row over later ones of its key.
        let again = if self.merge.is_none() { search.worth_another_try() } else { Vec::new() };
        for (row, complaint) in again {
            match self.attempt(connection, &search.parts(&(row..row + 1))) {
                Ok(count) => left_out += 1_u64.saturating_sub(count),
                Err(fault) if fault.blames_rows() => search.refuse(row, complaint),
                Err(fault) => return Err(fault),
            }
        }
        let refused = search.into_refused();
        let rejects = refused.into_iter().map(|(row, complaint)| self.reject(flush, row, complaint));
        let rejects: Vec<Reject> = rejects.collect::<Result<_, _>>()?;
        let loaded = flush.iter().map(|part| part.rows.len()).sum::<usize>() - rejects.len();
        Ok(Taken { rejects, loaded, left_out })
    }

    /// All of these rows, or none; how many the server counts.
    fn attempt(&self, connection: &mut Connection, parts: &[Part]) -> Result<u64, Fault> {
        connection.run("savepoint gristmill")?;
        let outcome = self.send(connection, parts);
        let end = match &outcome {
            Ok(_) => "release savepoint gristmill",
            Err(Fault::Refused(_)) => "rollback to savepoint gristmill; release savepoint gristmill",
            Err(_) => return outcome,
        };
        connection.run(end)?;
        outcome
    }

    fn send(&self, connection: &mut Connection, parts: &[Part]) -> Result<u64, Fault> {
        let (header, trailer) = match self.form {
            Form::Binary => (HEADER, TRAILER),
            Form::Text => (&b""[..], &b""[..]),
        };
        let rows = parts.iter().filter_map(Part::text);
        let count = connection.copy(&self.copy, [header].into_iter().chain(rows).chain([trailer]))?;
        let merge = self.merge.as_deref().unwrap_or_default();
        // What could be judged only at the commit is judged now, where it costs its own rows and no others.
        connection.run(&format!("{merge}set constraints all immediate; set constraints all deferred"))?;
        Ok(count)
    }

    /// A row without an origin is of a table that was to refuse nothing; the server's words end the run then.
    fn reject(&self, flush: &[Part], row: usize, complaint: Complaint) -> Result<Reject, Fault> {
        let Some(origin) = origin(flush, row).cloned() else { return Err(Fault::Refused(Box::new(complaint))) };
        let message = format!("table {}: {}", self.table.table, words(&complaint));
        let column = column_of(&complaint, &self.relation.table);
        let (stage, error_type) = (Stage::Load, ErrorType::Constraint);
        Ok(Reject { origin, stage, sink: Some(self.sink.clone()), column, error_type, message })
    }
}

/// What became of a flush.
pub struct Taken {
    /// The rows that the server refuses, in order.
    pub rejects: Vec<Reject>,
    pub loaded: usize,
    /// Rows that it took and did not put into the table, as a trigger may have it.
    pub left_out: u64,
}

fn complaint_of(fault: Fault) -> Complaint {
    match fault {
        Fault::Refused(complaint) => *complaint,
        _ => Complaint::default(),
    }
}

fn origin(flush: &[Part], row: usize) -> Option<&Origin> {
    let mut before = 0;
    for part in flush {
        if row < before + part.rows.len() {
            return part.encoded.origins.get(part.rows.start + row - before);
        }
        before += part.rows.len();
    }
    None
}
