//! Rows into a table: each part of a flush by one `insert … select`, and where the table refuses some of its rows by one
//! prepared insert for each, so that a refused row costs nobody else.

use std::ops::Range;
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use rusqlite::{Connection, Statement};

use super::database::Database;
use super::fault::{blames_row, words};
use super::feed::Feed;
use super::kept::Kept;
use super::plan::Plan;
use super::settle::NO_PARENT;
use super::upsert::on_conflict;
use super::values::Values;
use crate::batch::{ErrorType, Payload, Reject, RowOrigin, Stage};
use crate::exit::{ExitCode, fatal};
use crate::load::Part;
use crate::load::quote::{quote, quoted};

/// The insert into one table. Its rejects speak of `table`, also while the rows go to a staging table.
pub struct Insert {
    /// The begin, up to the rows, and what becomes of those that stand already.
    into: String,
    on_conflict: String,
    /// One row.
    sql: String,
    /// All rows that a feed shows.
    bulk: Option<Bulk>,
    /// Cells of the primary key that an upsert goes by, and their columns: a NULL is refused before the table sees it.
    never_null: Vec<(usize, String)>,
    sink: Arc<str>,
    table: String,
}

/// How many rows went in.
type Outcome = rusqlite::Result<usize>;

struct Bulk {
    feed: Feed,
    sql: String,
}

impl Insert {
    /// With a feed, rows go in many at once; the table must judge each as if it came alone. An upsert has none.
    pub fn new(sink: Arc<str>, into: &str, table: &str, plan: &Plan, feed: Option<Feed>) -> Insert {
        let into = format!("insert into {} ({})", quote(into), quoted(&plan.columns));
        let values = vec!["?"; plan.columns.len()].join(", ");
        let on_conflict = on_conflict(plan);
        let sql = format!("{into} values ({values}){on_conflict}");
        let bulk = feed.map(|feed| Bulk { sql: format!("{into} {}", feed.select()), feed });
        Insert { into, on_conflict, sql, bulk, never_null: plan.never_null.clone(), sink, table: table.into() }
    }

    /// Tries to make the table and to fill it.
    pub fn try_new(&self, database: &Database, create: &str) -> Result<()> {
        database.try_out(&self.table, |connection| {
            connection.execute_batch(create)?;
            self.prepare(connection)
        })
    }

    /// Prepares it and no more: whether the table takes such rows at all.
    pub fn prepare(&self, connection: &Connection) -> rusqlite::Result<()> {
        connection.prepare(&self.sql).map(drop)?;
        self.bulk.iter().try_for_each(|bulk| connection.prepare(&bulk.sql).map(drop))
    }

    /// The statement for the one row of a query.
    pub fn for_row_of(&self, select: &str) -> String {
        format!("{} {select}{}", self.into, self.on_conflict)
    }

    pub fn table(&self) -> &str {
        &self.table
    }

    pub fn sink(&self) -> Arc<str> {
        self.sink.clone()
    }

    /// Inserts the rows into an open transaction; those that the table refuses come back, but for those that are kept.
    pub fn rows(&self, database: &Database, flush: &[Part], mut kept: Option<&mut Kept>) -> Result<Vec<Reject>> {
        let mut rejects = Vec::new();
        for part in flush {
            let Payload::Columns(columns) = &part.encoded.payload else {
                bail!("a database was handed rows that are not columns");
            };
            let columns = Arc::new(columns.iter().map(Values::of).collect::<Result<Vec<_>>>()?);
            let is_done = match &self.bulk {
                Some(bulk) => self.at_once(database, bulk, &columns, &part.rows)?,
                None => false,
            };
            if !is_done {
                rejects.extend(self.one_by_one(database, &columns, part, kept.as_deref_mut())?);
            }
        }
        Ok(rejects)
    }

    /// Whether the table took all the rows; else it took none.
    fn at_once(
        &self,
        database: &Database,
        bulk: &Bulk,
        columns: &Arc<Vec<Values>>,
        rows: &Range<usize>,
    ) -> Result<bool> {
        bulk.feed.show(columns, rows);
        database.execute("savepoint gristmill")?;
        let statement = database.connection.prepare_cached(&bulk.sql);
        let outcome = statement.and_then(|mut statement| statement.raw_execute());
        let is_done = matches!(outcome, Ok(count) if count == rows.len());
        if !is_done {
            self.blamed(database, outcome)?.ok();
            database.execute("rollback to gristmill")?;
        }
        database.execute("release gristmill")?;
        Ok(is_done)
    }

    /// The column of the primary key that is NULL in the row.
    fn null_in(&self, columns: &[Values], row: usize) -> Option<&str> {
        let is_null = |index: usize| columns.get(index).is_some_and(|values| values.is_null(row));
        self.never_null.iter().find(|(index, _)| is_null(*index)).map(|(_, name)| name.as_str())
    }

    fn one_by_one(
        &self,
        database: &Database,
        columns: &[Values],
        part: &Part,
        mut kept: Option<&mut Kept>,
    ) -> Result<Vec<Reject>> {
        let mut statement = database.connection.prepare_cached(&self.sql).map_err(|cause| database.error(cause))?;
        let mut rejects = Vec::new();
        for row in part.rows.clone() {
            let outcome = match self.null_in(columns, row) {
                Some(column) => Err(self.refused_null(column)),
                None => insert(&mut statement, columns, row),
            };
            let origin = part.encoded.origins.get(row);
            match (outcome, kept.as_deref_mut()) {
                (Ok(1), Some(kept)) => kept.supersede(database, columns, row)?,
                (Ok(1), None) => {}
                (Err(cause), Some(kept)) if words(&cause) == NO_PARENT => {
                    if !kept.keep(database, columns, row, origin)? {
                        rejects.push(self.reject(database, Err(cause), origin)?);
                    }
                }
                (outcome, _) => rejects.push(self.reject(database, outcome, origin)?),
            }
        }
        Ok(rejects)
    }

    /// In SQLite's own words.
    fn refused_null(&self, column: &str) -> rusqlite::Error {
        let code = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_CONSTRAINT_NOTNULL);
        let words = format!("NOT NULL constraint failed: {}.{column}", self.table);
        rusqlite::Error::SqliteFailure(code, Some(words))
    }

    /// The outcome where rows are to blame and the transaction still stands; anything else ends the run.
    pub fn blamed(&self, database: &Database, outcome: Outcome) -> Result<Outcome> {
        match outcome {
            // SQLite undoes the transaction on a full disk as well; then the disk is to blame, not the table.
            Err(cause) if !blames_row(&cause) => Err(database.error(cause)),
            outcome if database.connection.is_autocommit() => {
                let why = outcome.err().map(|cause| cause.to_string()).unwrap_or_default();
                let message = format!("table {} has undone the whole load (on conflict rollback): {why}", self.table);
                Err(fatal(ExitCode::Data, message))
            }
            outcome => Ok(outcome),
        }
    }

    /// What is said of a row that is in the table neither now nor before.
    pub fn ignored(&self) -> String {
        format!("table {} ignored the row (on conflict ignore, or a trigger)", self.table)
    }

    fn reject(&self, database: &Database, outcome: Outcome, origin: Option<&RowOrigin>) -> Result<Reject> {
        let message = match self.blamed(database, outcome)? {
            Ok(_) => self.ignored(),
            Err(cause) if origin.is_some() => words(&cause),
            Err(cause) => return Err(database.error(cause)),
        };
        let origin = origin.context("a row was refused whose origin is not known")?.clone();
        let column = column_in(&message, &self.table);
        let (stage, error_type) = (Stage::Load, ErrorType::Constraint);
        Ok(Reject { origin, stage, sink: Some(self.sink.clone()), column, error_type, message })
    }
}

/// The one column of the table that SQLite's words name. Other words, such as a check's, may hold anything.
pub fn column_in(words: &str, table: &str) -> Option<String> {
    let named = words
        .strip_prefix("UNIQUE constraint failed: ")
        .or_else(|| words.strip_prefix("NOT NULL constraint failed: "))
        .or_else(|| Some(words.strip_prefix("cannot store ")?.split_once(" column ")?.1))?;
    let prefix = format!("{table}.");
    let column = named.strip_prefix(&prefix)?;
    (!column.contains(&prefix)).then(|| column.to_owned())
}

fn insert(statement: &mut Statement, columns: &[Values], row: usize) -> Outcome {
    for (index, values) in columns.iter().enumerate() {
        statement.raw_bind_parameter(index + 1, values.at(row))?;
    }
    statement.raw_execute()
}
