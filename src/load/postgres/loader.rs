//! Rows of a flush into a table: all at once, and where the server refuses some, found out which.

use std::iter;
use std::ops::Range;
use std::sync::Arc;

use super::binary::{HEADER, TRAILER};
use super::connection::Connection;
use super::encoder::Form;
use super::fault::{Fault, blames_statement, words};
use super::libpq::Complaint;
use crate::batch::{ErrorType, Origin, Reject, Stage};
use crate::load::Part;

/// How rows go into one table.
pub struct Loader {
    pub sink: Arc<str>,
    /// The table as messages name it.
    pub table: String,
    /// The COPY statement.
    pub copy: String,
    /// What follows each COPY.
    pub merge: Option<String>,
    pub form: Form,
}

impl Loader {
    /// Loads the rows into an open transaction; those that the server refuses come back, in order.
    pub fn load(&self, connection: &mut Connection, flush: &[Part]) -> Result<Vec<Reject>, Fault> {
        let mut search = Search::new(flush);
        while let Some(rows) = search.next() {
            match self.attempt(connection, &search.parts(&rows)) {
                Ok(()) => search.loaded(&rows),
                Err(fault) if fault.blames_rows() => search.refused(rows, complaint_of(fault)),
                Err(fault) => return Err(fault),
            }
            if let Some(complaint) = search.blames_statement() {
                return Err(Fault::Refused(Box::new(complaint)));
            }
            if !search.refused.is_empty() {
                connection.heed_stop()?;
            }
        }
        let again = search.worth_another_try();
        for (row, complaint) in again {
            match self.attempt(connection, &search.parts(&(row..row + 1))) {
                Ok(()) => {}
                Err(fault) if fault.blames_rows() => search.refuse(row, complaint),
                Err(fault) => return Err(fault),
            }
        }
        let mut refused = search.refused;
        refused.sort_by_key(|(row, _)| *row);
        refused.into_iter().map(|(row, complaint)| self.reject(flush, row, complaint)).collect()
    }

    /// All of these rows, or none.
    fn attempt(&self, connection: &mut Connection, parts: &[Part]) -> Result<(), Fault> {
        connection.run("savepoint gristmill")?;
        let outcome = self.send(connection, parts);
        let end = match &outcome {
            Ok(()) => "release savepoint gristmill",
            Err(Fault::Refused(_)) => "rollback to savepoint gristmill; release savepoint gristmill",
            Err(_) => return outcome,
        };
        connection.run(end)?;
        outcome
    }

    fn send(&self, connection: &mut Connection, parts: &[Part]) -> Result<(), Fault> {
        let (header, trailer) = match self.form {
            Form::Binary => (HEADER, TRAILER),
            Form::Text => (&b""[..], &b""[..]),
        };
        let rows = parts.iter().filter_map(Part::text);
        connection.copy(&self.copy, [header].into_iter().chain(rows).chain([trailer]))?;
        let merge = self.merge.as_deref().unwrap_or_default();
        // What could be judged only at the commit is judged now, where it costs its own rows and no others.
        connection.run(&format!("{merge}set constraints all immediate; set constraints all deferred")).map(drop)
    }

    /// A row without an origin is of a table that was to refuse nothing; the server's words end the run then.
    fn reject(&self, flush: &[Part], row: usize, complaint: Complaint) -> Result<Reject, Fault> {
        let Some(origin) = origin(flush, row).cloned() else { return Err(Fault::Refused(Box::new(complaint))) };
        let message = format!("table {}: {}", self.table, words(&complaint));
        let column = column_of(&complaint);
        let (stage, error_type) = (Stage::Load, ErrorType::Constraint);
        Ok(Reject { origin, stage, sink: Some(self.sink.clone()), column, error_type, message })
    }
}

fn complaint_of(fault: Fault) -> Complaint {
    match fault {
        Fault::Refused(complaint) => *complaint,
        _ => Complaint::default(),
    }
}

/// The rows of a flush that are still to be loaded, in ranges.
struct Search<'a> {
    flush: &'a [Part],
    /// What comes first stands last.
    waiting: Vec<Range<usize>>,
    /// Rows to send at once: where many are bad, most of what is sent would be sent in vain.
    window: usize,
    /// How many are loaded.
    loaded: usize,
    refused: Vec<(usize, Complaint)>,
}

impl<'a> Search<'a> {
    fn new(flush: &'a [Part]) -> Search<'a> {
        Search::of(flush, flush.iter().map(|part| part.rows.len()).sum())
    }

    fn of(flush: &'a [Part], rows: usize) -> Search<'a> {
        Search { flush, waiting: iter::once(0..rows).collect(), window: rows, loaded: 0, refused: Vec::new() }
    }

    /// The next rows to try.
    fn next(&mut self) -> Option<Range<usize>> {
        let range = self.waiting.pop()?;
        if range.is_empty() {
            return self.next();
        }
        let end = range.end.min(range.start + self.window.max(1));
        if end < range.end {
            self.waiting.push(end..range.end);
        }
        Some(range.start..end)
    }

    fn loaded(&mut self, rows: &Range<usize>) {
        self.loaded += rows.len();
        self.window = self.window.max(rows.len() * 2);
    }

    /// One of these rows is bad: the one whose line the server names, else one that halving finds.
    fn refused(&mut self, rows: Range<usize>, complaint: Complaint) {
        let bad = line_of(&complaint).map(|line| rows.start + line - 1).filter(|row| rows.contains(row));
        match (bad, rows.len()) {
            (_, 1) => self.refuse(rows.start, complaint),
            (Some(bad), _) => {
                self.window = (bad - rows.start) * 2;
                self.refuse(bad, complaint);
                self.waiting.push(bad + 1..rows.end);
                self.waiting.push(rows.start..bad);
            }
            (None, count) => {
                self.window = count / 2;
                let middle = rows.start + count / 2;
                self.waiting.push(middle..rows.end);
                self.waiting.push(rows.start..middle);
            }
        }
    }

    /// What the first rows were refused for, one as the other, where it is more likely to lie with the statement.
    fn blames_statement(&self) -> Option<Complaint> {
        /// So many, or all there are.
        const ENOUGH: usize = 10;
        let tried = self.refused.len() >= ENOUGH || self.waiting.iter().all(Range::is_empty);
        let alike = self.refused.iter().all(|(_, complaint)| blames_statement(complaint));
        let (_, first) = self.refused.first()?;
        (self.loaded == 0 && tried && alike).then(|| first.clone())
    }

    fn refuse(&mut self, row: usize, complaint: Complaint) {
        self.refused.push((row, complaint));
    }

    /// Rows whose foreign key may lead to a row that came later; they are no longer refused.
    fn worth_another_try(&mut self) -> Vec<(usize, Complaint)> {
        const FOREIGN_KEY: &str = "23503";
        let all = std::mem::take(&mut self.refused);
        let (again, refused) = all.into_iter().partition(|(_, complaint)| complaint.sqlstate == FOREIGN_KEY);
        self.refused = refused;
        again
    }

    /// Rows of the flush, counted from its first.
    fn parts(&self, rows: &Range<usize>) -> Vec<Part> {
        let mut start = 0;
        let mut parts = Vec::new();
        for part in self.flush {
            let end = start + part.rows.len();
            let (from, to) = (rows.start.max(start), rows.end.min(end));
            if from < to {
                let rows = part.rows.start + from - start..part.rows.start + to - start;
                parts.push(Part { encoded: Arc::clone(&part.encoded), rows });
            }
            start = end;
        }
        parts
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

/// The line in `COPY t, line 3, column c: …`; names of tables may hold anything, so it is the last that counts before the
/// column or the end.
fn line_of(complaint: &Complaint) -> Option<usize> {
    let context = complaint.context.lines().rfind(|line| line.starts_with("COPY "))?;
    let (_, after) = context.split_once(", line ")?;
    let digits = after.split(|sign: char| !sign.is_ascii_digit()).next()?;
    digits.parse().ok().filter(|line| *line > 0)
}

/// The column that the server names, or that stands in the context of a COPY.
fn column_of(complaint: &Complaint) -> Option<String> {
    if !complaint.column.is_empty() {
        return Some(complaint.column.clone());
    }
    let (_, after) = complaint.context.split_once(", line ")?.1.split_once(", column ")?;
    let end = after.find([':', '\n']).unwrap_or(after.len());
    after.get(..end).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn complaint(context: &str) -> Complaint {
        Complaint { context: context.into(), ..Complaint::default() }
    }

    #[test]
    fn lines_and_columns_of_a_context() {
        let check = |context: &str, line, column: Option<&str>| {
            let complaint = complaint(context);
            assert_eq!((line_of(&complaint), column_of(&complaint).as_deref()), (line, column), "{context}");
        };
        check("COPY orders, line 3", Some(3), None);
        check("COPY orders, line 12, column email: \"x\"", Some(12), Some("email"));
        check("PL/pgSQL function f() line 3 at RAISE\nCOPY orders, line 7: \"a,b\"", Some(7), None);
        check("SQL statement \"select 1\"", None, None);
    }

    /// Every bad row is found, each good one is loaded once, and in few steps.
    #[test]
    fn halving_finds_the_bad_rows() {
        for bad in [vec![0], vec![4999], vec![17, 18, 4000], (0..5000).step_by(100).collect(), (0..5000).collect()] {
            let mut search = Search::of(&[], 5000);
            let (mut loaded, mut steps) = (0, 0);
            while let Some(rows) = search.next() {
                steps += 1;
                if bad.iter().any(|row| rows.contains(row)) {
                    search.refused(rows, complaint(""));
                } else {
                    loaded += rows.len();
                    search.loaded(&rows);
                }
            }
            let found: Vec<usize> = search.refused.iter().map(|(row, _)| *row).collect();
            assert_eq!(found, bad);
            assert_eq!(loaded, 5000 - bad.len());
            assert!(steps <= 1 + bad.len() * 3 * 13, "{steps} steps for {} rows", bad.len());
        }
    }
}
