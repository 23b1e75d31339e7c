//! Rows whose key into their own table finds nothing: kept in a temporary table, with where they came from, until no more
//! rows come. In the table itself nothing ever dangles, so that a row that is updated keeps its old values meanwhile.

use std::sync::Arc;

use anyhow::{Context, Result};
use rusqlite::types::FromSql;
use rusqlite::{OptionalExtension, Params, Row, Statement};

use super::affinity::Affinity;
use super::database::Database;
use super::existing_table::Table;
use super::keys::Key;
use super::plan::Plan;
use super::values::Values;
use crate::batch::{InputFile, RowOrigin};
use crate::load::quote::{quote, quoted};

/// The connection's own table of kept rows, and one of those that are to be looked at again.
pub const KEPT: &str = "temp.gristmill_kept";
pub const QUEUE: &str = "temp.gristmill_queue";

/// What stands in it of where a row came from.
const PLACE: [&str; 5] = ["gristmill_file", "gristmill_line", "gristmill_offset", "gristmill_record", "gristmill_raw"];

/// The rows kept of one load.
pub struct Kept {
    /// Foreign keys of the table into itself, and the others.
    pub own: Vec<Key>,
    others: Vec<Key>,
    /// The columns that are filled.
    pub columns: Vec<String>,
    /// Those of them that tell the rows of an upsert apart.
    pub key: Vec<String>,
    create: Vec<String>,
    /// The inputs that kept rows came from.
    files: Vec<Arc<InputFile>>,
    /// Rows that are kept.
    pub count: usize,
    pub is_settled: bool,
}

impl Kept {
    /// `None` where the table has no key into itself. `into`: the table that rows go to, which may stand in for it.
    pub fn of(database: &Database, table: &Table, into: &str, plan: &Plan) -> Result<Option<Kept>> {
        let keys = Key::of(database, &table.name)?;
        let (own, others): (Vec<Key>, Vec<Key>) = keys.into_iter().partition(|key| key.refers_to(&table.name));
        if own.is_empty() {
            return Ok(None);
        }
        let own: Vec<Key> = own.into_iter().map(|key| Key { parent: into.to_owned(), ..key }).collect();
        let create = create(database, table, plan, &own)?;
        let (columns, key) = (plan.columns.clone(), plan.key.clone());
        Ok(Some(Kept { own, others, columns, key, create, files: Vec::new(), count: 0, is_settled: false }))
    }

    /// Makes the temporary tables.
    pub fn create(&self, database: &Database) -> Result<()> {
        self.create.iter().try_for_each(|sql| database.execute(sql))
    }

    /// Whether all these columns are filled.
    pub fn fills<'a>(&self, mut names: impl Iterator<Item = &'a String>) -> bool {
        names.all(|name| self.columns.iter().any(|column| column.eq_ignore_ascii_case(name)))
    }

    /// Whether the values of a key's own columns are known.
    pub fn knows(&self, key: &Key) -> bool {
        self.fills(key.pairs.iter().map(|(from, _)| from))
    }

    /// Keeps a row that was refused for a foreign key, where it lacks nothing but a row of its own table; else says no.
    pub fn keep(
        &mut self,
        database: &Database,
        columns: &[Values],
        row: usize,
        origin: Option<&RowOrigin>,
    ) -> Result<bool> {
        let Some(origin) = origin else { return Ok(false) };
        let holes = vec!["?"; PLACE.len() + self.columns.len()].join(", ");
        let sql = format!("insert into {KEPT} ({}, {}) values ({holes})", PLACE.join(", "), quoted(&self.columns));
        let file = self.number(&origin.file);
        let mut statement = database.connection.prepare_cached(&sql).map_err(|cause| database.error(cause))?;
        bind(&mut statement, file, origin, columns, row)
            .and_then(|()| statement.raw_execute())
            .map_err(|cause| database.error(cause))?;
        let number = database.connection.last_insert_rowid();
        let is_kept = ask(database, &self.lacks_own_row(), [number])?.unwrap_or(false);
        if is_kept {
            self.count += 1;
        } else {
            self.forget(database, number)?;
        }
        Ok(is_kept)
    }

    /// The query for whether a row lacks a row of its own table, and of no other.
    fn lacks_own_row(&self) -> String {
        let any = |keys: &[Key], unknown: &str| {
            let dangles = |key: &Key| if self.knows(key) { key.dangles("w") } else { unknown.to_owned() };
            let all: Vec<String> = keys.iter().map(dangles).collect();
            if all.is_empty() { "false".to_owned() } else { all.join(" or ") }
        };
        let (own, others) = (any(&self.own, "true"), any(&self.others, "false"));
        format!("select ({own}) and not ({others}) from {KEPT} as w where w.gristmill_number = ?1")
    }

    fn number(&mut self, file: &Arc<InputFile>) -> usize {
        let known = self.files.iter().rposition(|known| Arc::ptr_eq(known, file) || known == file);
        known.unwrap_or_else(|| {
            self.files.push(file.clone());
            self.files.len() - 1
        })
    }

    pub fn forget(&self, database: &Database, number: i64) -> Result<()> {
        run(database, &format!("delete from {KEPT} where gristmill_number = ?1"), [number]).map(drop)
    }

    /// A row that an upsert has put in may set what kept ones before it would have set.
    pub fn supersede(&self, database: &Database, columns: &[Values], row: usize) -> Result<()> {
        if self.count == 0 || self.key.is_empty() {
            return Ok(());
        }
        let equal: Vec<String> = self.key.iter().map(|name| format!("{} = ?", quote(name))).collect();
        let sql = format!("update {KEPT} set gristmill_superseded = true where {}", equal.join(" and "));
        let place = |name: &String| self.columns.iter().position(|column| column == name);
        let values = self.key.iter().filter_map(place).filter_map(|index| columns.get(index));
        let bound: Vec<_> = values.map(|values| values.at(row)).collect();
        run(database, &sql, rusqlite::params_from_iter(bound)).map(drop)
    }

    /// Where a row came from: its place as five columns, from the first on.
    pub fn origin(&self, row: &Row) -> Result<RowOrigin> {
        let number: i64 = row.get(0)?;
        let file = usize::try_from(number)
            .ok()
            .and_then(|number| self.files.get(number))
            .context("a kept row has come from nowhere")?
            .clone();
        let (line, offset, record): (i64, i64, i64) = (row.get(1)?, row.get(2)?, row.get(3)?);
        Ok(RowOrigin { file, line: line as u64, offset: offset as u64, record: record as usize, raw: row.get(4)? })
    }
}

/// The columns of [`PLACE`].
pub fn place() -> String {
    PLACE.join(", ")
}

fn bind(
    statement: &mut Statement,
    file: usize,
    origin: &RowOrigin,
    columns: &[Values],
    row: usize,
) -> rusqlite::Result<()> {
    let numbers = [file as i64, origin.line as i64, origin.offset as i64, origin.record as i64];
    for (index, number) in numbers.iter().enumerate() {
        statement.raw_bind_parameter(index + 1, number)?;
    }
    statement.raw_bind_parameter(PLACE.len(), &origin.raw)?;
    for (index, values) in columns.iter().enumerate() {
        statement.raw_bind_parameter(PLACE.len() + index + 1, values.at(row))?;
    }
    Ok(())
}

/// The statements that make the tables. The columns compare like those of the table.
fn create(database: &Database, table: &Table, plan: &Plan, own: &[Key]) -> Result<Vec<String>> {
    let mut columns = Vec::new();
    for name in &plan.columns {
        columns.push(format!("{} {}{}", quote(name), affinity(table, name), collation(database, table, name, own)?));
    }
    let numbers = PLACE.join(" integer, ").replace("gristmill_raw", "gristmill_raw blob");
    let mut statements = vec![
        format!(
            "create table {KEPT} (gristmill_number integer primary key, gristmill_superseded default false,
             gristmill_refused text, gristmill_column text, {numbers}, {})",
            columns.join(", ")
        ),
        format!("create table {QUEUE} (number integer primary key)"),
    ];
    let ends = own.iter().flat_map(|key| [key.froms(), key.tos()]).chain([plan.key.clone()]);
    let is_filled = |name: &String| plan.columns.iter().any(|column| column.eq_ignore_ascii_case(name));
    let indexed = ends.filter(|names| !names.is_empty() && names.iter().all(is_filled));
    let index = |(number, names): (usize, Vec<String>)| {
        format!("create index temp.gristmill_kept_{number} on gristmill_kept ({})", quoted(&names))
    };
    statements.extend(indexed.enumerate().map(index));
    Ok(statements)
}

/// A declared type that has the affinity of the table's column.
fn affinity(table: &Table, name: &str) -> &'static str {
    let column = table.columns.iter().find(|column| column.name == name);
    match column.map(|column| column.takes.affinity) {
        Some(Affinity::Numeric) => "numeric",
        Some(Affinity::Real) => "real",
        Some(Affinity::Text) => "text",
        Some(Affinity::None) | None => "blob",
    }
}

/// How a column compares: like the one it refers to, and else as a unique index of the table says.
fn collation(database: &Database, table: &Table, name: &str, own: &[Key]) -> Result<String> {
    let pairs = own.iter().flat_map(|key| &key.pairs);
    let parent = pairs.filter(|(from, _)| from.eq_ignore_ascii_case(name)).map(|(_, to)| to.as_str()).next();
    let sql = "select x.coll from pragma_index_list(?1) l, pragma_index_xinfo(l.name) x
               where l.\"unique\" and x.key and x.name = ?2 collate nocase limit 1";
    let found: Option<String> = ask(database, sql, [table.name.as_str(), parent.unwrap_or(name)])?;
    Ok(found.map(|name| format!(" collate {}", quote(&name))).unwrap_or_default())
}

/// Executes a statement that is kept prepared.
pub fn run(database: &Database, sql: &str, parameters: impl Params) -> Result<usize> {
    let statement = database.connection.prepare_cached(sql);
    statement.and_then(|mut statement| statement.execute(parameters)).map_err(|cause| database.error(cause))
}

/// The first value of the first row.
pub fn ask<T: FromSql>(database: &Database, sql: &str, parameters: impl Params) -> Result<Option<T>> {
    let statement = database.connection.prepare_cached(sql);
    let found = statement.and_then(|mut statement| statement.query_row(parameters, |row| row.get(0)).optional());
    found.map_err(|cause| database.error(cause))
}
