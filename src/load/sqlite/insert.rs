//! Rows into a table, one prepared insert each, so that a refused row costs nobody else.

use std::sync::Arc;

use crate::arrow::array::{Array, ArrayRef, AsArray, Float64Array, Int64Array, StringArray};
use crate::arrow::datatypes::{Float64Type, Int64Type};
use anyhow::{Context, Result, bail};
use rusqlite::{Connection, Statement};

use super::database::Database;
use super::fault::{blames_row, words};
use crate::batch::{ErrorType, Origin, Payload, Reject, Stage};
use crate::exit::{ExitCode, fatal};
use crate::load::Part;
use crate::load::quote::quote;

/// The insert into one table. Its rejects speak of `table`, also while the rows go to a staging table.
pub struct Insert {
    sql: String,
    sink: Arc<str>,
    table: String,
}

impl Insert {
    pub fn new(sink: Arc<str>, into: &str, table: &str, columns: &[String]) -> Insert {
        let names: Vec<String> = columns.iter().map(|name| quote(name)).collect();
        let values = vec!["?"; columns.len()].join(", ");
        let sql = format!("insert into {} ({}) values ({values})", quote(into), names.join(", "));
        Insert { sql, sink, table: table.into() }
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
        connection.prepare(&self.sql).map(drop)
    }

    /// Inserts the rows into an open transaction; those that the table refuses come back.
    pub fn rows(&self, database: &Database, flush: &[Part]) -> Result<Vec<Reject>> {
        let mut statement = database.connection.prepare_cached(&self.sql).map_err(|cause| database.error(cause))?;
        let mut rejects = Vec::new();
        for part in flush {
            let Payload::Columns(columns) = &part.encoded.payload else {
                bail!("a database was handed rows that are not columns");
            };
            let columns = columns.iter().map(Values::of).collect::<Result<Vec<_>>>()?;
            for row in part.rows.clone() {
                match insert(&mut statement, &columns, row) {
                    Ok(1) => {}
                    outcome => rejects.push(self.reject(database, outcome, part.encoded.origins.get(row))?),
                }
            }
        }
        Ok(rejects)
    }

    /// A reject where the row is to blame; anything else ends the run.
    fn reject(&self, database: &Database, outcome: rusqlite::Result<usize>, origin: Option<&Origin>) -> Result<Reject> {
        let message = match outcome {
            // SQLite undoes the transaction on a full disk as well; then the disk is to blame, not the table.
            Err(cause) if !blames_row(&cause) => return Err(database.error(cause)),
            outcome if database.connection.is_autocommit() => {
                let why = outcome.err().map(|cause| cause.to_string()).unwrap_or_default();
                let message = format!("table {} has undone the whole load (on conflict rollback): {why}", self.table);
                return Err(fatal(ExitCode::Data, message));
            }
            Ok(_) => format!("table {} ignored the row (on conflict ignore, or a trigger)", self.table),
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
fn column_in(words: &str, table: &str) -> Option<String> {
    let named = words
        .strip_prefix("UNIQUE constraint failed: ")
        .or_else(|| words.strip_prefix("NOT NULL constraint failed: "))
        .or_else(|| Some(words.strip_prefix("cannot store ")?.split_once(" column ")?.1))?;
    let prefix = format!("{table}.");
    let column = named.strip_prefix(&prefix)?;
    (!column.contains(&prefix)).then(|| column.to_owned())
}

fn insert(statement: &mut Statement, columns: &[Values], row: usize) -> rusqlite::Result<usize> {
    for (index, values) in columns.iter().enumerate() {
        values.bind(statement, index + 1, row)?;
    }
    statement.raw_execute()
}

/// One column of a batch, its kind looked up once for all rows.
enum Values<'a> {
    Integer(&'a Int64Array),
    Double(&'a Float64Array),
    Text(&'a StringArray),
}

impl Values<'_> {
    fn of(array: &ArrayRef) -> Result<Values<'_>> {
        if let Some(texts) = array.as_string_opt() {
            Ok(Values::Text(texts))
        } else if let Some(integers) = array.as_primitive_opt::<Int64Type>() {
            Ok(Values::Integer(integers))
        } else {
            let doubles = array.as_primitive_opt::<Float64Type>();
            Ok(Values::Double(doubles.with_context(|| format!("SQLite stores no {}", array.data_type()))?))
        }
    }

    fn bind(&self, statement: &mut Statement, parameter: usize, row: usize) -> rusqlite::Result<()> {
        match self {
            Values::Integer(array) if array.is_valid(row) => statement.raw_bind_parameter(parameter, array.value(row)),
            Values::Text(array) if array.is_valid(row) => statement.raw_bind_parameter(parameter, array.value(row)),
            Values::Double(array) if array.is_valid(row) => match array.value(row) {
                // As a double SQLite would store NULL.
                nan if nan.is_nan() => statement.raw_bind_parameter(parameter, "NaN"),
                value => statement.raw_bind_parameter(parameter, value),
            },
            _ => statement.raw_bind_parameter(parameter, rusqlite::types::Null),
        }
    }
}
