//! The rows of a table of a SQLite database, which is only read. SQLite opens, locks and reads the file by itself, so this is
//! a path and no `Origin`.

use std::path::Path;

use anyhow::Result;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags};

use crate::exit::{ExitCode, OrExit, fatal};
use crate::format::value::canonical;
use crate::nearest::nearest;
use crate::stop::Stop;
use crate::types::Type;

/// An open table.
pub struct SqliteTable {
    connection: Connection,
    pub names: Vec<String>,
    select: String,
    /// For messages: `shop.db, table countries`.
    pub origin: String,
}

/// One value as SQLite holds it.
#[derive(Clone, Debug, PartialEq)]
pub enum SqliteCell<'a> {
    Null,
    Number(String),
    Text(&'a str),
}

impl SqliteCell<'_> {
    /// Bytes of its text.
    pub fn bytes(&self) -> usize {
        match self {
            SqliteCell::Null => 0,
            SqliteCell::Number(text) => text.len(),
            SqliteCell::Text(text) => text.len(),
        }
    }
}

/// So many rows are read between two looks at whether to stop.
const ROWS_AT_ONCE: u64 = 1 << 12;

impl SqliteTable {
    pub fn open(path: &Path, table: &str) -> Result<SqliteTable> {
        let origin = format!("{}, table {table}", path.display());
        let cannot = || format!("cannot read {}", path.display());
        std::fs::metadata(path).or_exit(ExitCode::NoInput, cannot)?;
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(path, flags).or_exit(ExitCode::NoInput, cannot)?;
        let tables = tables(&connection).or_exit(ExitCode::NoInput, cannot)?;
        let known = tables.iter().find(|known| known.eq_ignore_ascii_case(table));
        let known = known.ok_or_else(|| {
            let near = nearest(table, tables.iter().map(String::as_str));
            let near = near.map(|near| format!("; nearest is {near:?}")).unwrap_or_default();
            fatal(ExitCode::NoInput, format!("{} has no table {table:?}{near}", path.display()))
        })?;
        let select = format!("select * from \"{}\"", known.replace('"', "\"\""));
        let statement = connection.prepare(&select).or_exit(ExitCode::NoInput, || format!("cannot read {origin}"))?;
        let names = statement.column_names().map(str::to_owned).collect();
        drop(statement);
        Ok(SqliteTable { connection, names, select, origin })
    }

    /// Calls back with the cells of each row, and its number from 1, until that fails.
    pub fn each_row(&self, stop: &Stop, mut with: impl FnMut(u64, &[SqliteCell]) -> Result<()>) -> Result<()> {
        let cannot = || format!("cannot read {}", self.origin);
        let mut statement = self.connection.prepare(&self.select).or_exit(ExitCode::NoInput, cannot)?;
        let mut rows = statement.query([]).or_exit(ExitCode::NoInput, cannot)?;
        let mut number = 0;
        while let Some(row) = rows.next().or_exit(ExitCode::NoInput, cannot)? {
            number += 1;
            if let Some(code) = stop.code().filter(|_| number % ROWS_AT_ONCE == 0) {
                return Err(fatal(code, format!("interrupted by {} before the first row", stop.signal())));
            }
            let cell = |(index, name): (usize, &String)| {
                let value = row.get_ref(index).or_exit(ExitCode::NoInput, cannot)?;
                let cell = cell(value);
                cell.ok_or_else(|| {
                    let message = format!("{}, row {number}: column {name:?} holds what is no text", self.origin);
                    fatal(ExitCode::Data, message)
                })
            };
            let cells: Vec<SqliteCell> = self.names.iter().enumerate().map(cell).collect::<Result<_>>()?;
            with(number, &cells)?;
        }
        Ok(())
    }
}

/// `None` for bytes that are no text.
fn cell(value: ValueRef) -> Option<SqliteCell> {
    match value {
        ValueRef::Null => Some(SqliteCell::Null),
        ValueRef::Integer(number) => Some(SqliteCell::Number(number.to_string())),
        ValueRef::Real(number) => Some(SqliteCell::Number(written(number))),
        ValueRef::Text(bytes) => std::str::from_utf8(bytes).ok().map(SqliteCell::Text),
        ValueRef::Blob(_) => None,
    }
}

/// As a double is written everywhere else.
fn written(number: f64) -> String {
    let mut text = Vec::new();
    canonical(&number.to_string(), Type::Double, &mut text);
    String::from_utf8_lossy(&text).into_owned()
}

fn tables(connection: &Connection) -> rusqlite::Result<Vec<String>> {
    let mut names = connection.prepare("select name from sqlite_schema where type in ('table', 'view')")?;
    names.query_map([], |row| row.get(0))?.collect()
}
