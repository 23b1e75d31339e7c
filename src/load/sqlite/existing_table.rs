//! The target table as it stands in the database.

use anyhow::Result;
use rusqlite::{OptionalExtension, Row};

use super::affinity::Affinity;
use super::database::Database;
use super::declared::{Takes, takes};
use crate::exit::{ExitCode, fatal};
use crate::load::matching::TableColumn;
use crate::load::quote::quote;

/// What a column makes of its values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    pub takes: Takes,
    pub affinity: Affinity,
}

impl Column {
    pub fn declared(declared: &str, is_strict: bool) -> Column {
        let affinity = Affinity::of(declared, is_strict);
        Column { takes: takes(declared, affinity), affinity }
    }
}

/// An existing table.
pub struct Table {
    /// As the schema writes it.
    pub name: String,
    /// Its stored `CREATE TABLE`.
    pub sql: String,
    pub columns: Vec<TableColumn<Column>>,
    /// The columns of its primary key.
    pub primary: Vec<String>,
}

impl Table {
    /// Looks the table up; `None` where there is none.
    pub fn find(database: &Database, name: &str) -> Result<Option<Table>> {
        let Some((name, kind, without_rowid, is_strict)) = database.patiently(|connection| {
            let sql = "select name, type, wr, strict from pragma_table_list where schema = 'main' and name = ?1 collate nocase";
            let facts = |row: &Row| {
                Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?, row.get::<_, bool>(2)?, row.get::<_, bool>(3)?))
            };
            connection.query_row(sql, [name], facts).optional()
        })?
        else {
            return Ok(None);
        };
        if kind != "table" || name.to_ascii_lowercase().starts_with("sqlite_") {
            let message = format!("{name} is a {}, which cannot be loaded; name a plain table", describe(&kind));
            return Err(fatal(ExitCode::Config, message));
        }
        let sql = definition(database, &name)?;
        let columns = columns(database, &name, without_rowid, is_strict)?;
        let primary = primary(database, &name)?;
        Ok(Some(Table { name, sql, columns, primary }))
    }
}

/// A table's stored definition; empty where there is no table.
pub fn definition(database: &Database, table: &str) -> Result<String> {
    let sql = "select sql from sqlite_schema where type = 'table' and name = ?1 collate nocase";
    let found = database.patiently(|connection| connection.query_row(sql, [table], |row| row.get(0)).optional())?;
    Ok(found.unwrap_or_default())
}

/// An index or a trigger of a table.
pub struct Attached {
    pub name: String,
    /// The statement that made it.
    pub sql: String,
}

/// A table's indexes and triggers, those left out that belong to its definition.
pub fn attached(database: &Database, table: &str) -> Result<Vec<Attached>> {
    let sql = "select name, sql from sqlite_schema where tbl_name = ?1 collate nocase
               and type in ('index', 'trigger') and sql is not null order by rowid";
    let attached = |row: &Row| Ok(Attached { name: row.get(0)?, sql: row.get(1)? });
    database.patiently(|connection| connection.prepare(sql)?.query_map([table], attached)?.collect())
}

fn describe(kind: &str) -> &str {
    match kind {
        "view" => "view",
        "virtual" => "virtual table",
        "shadow" => "virtual table's own table",
        _ => "table of SQLite's own",
    }
}

fn columns(database: &Database, table: &str, without_rowid: bool, is_strict: bool) -> Result<Vec<TableColumn<Column>>> {
    // A quoted name would be taken for a column of the answer where it has one's name, such as "type".
    let sql = "select name, type, \"notnull\" and dflt_value is null, pk, hidden,
        (select count(*) from pragma_table_xinfo(?1) where pk > 0) from pragma_table_xinfo(?1)";
    let column = |row: &Row| {
        let declared: String = row.get(1)?;
        // Such a column numbers the rows by itself.
        let rowid = !without_rowid
            && declared.eq_ignore_ascii_case("integer")
            && row.get::<_, i64>(3)? == 1
            && row.get::<_, i64>(5)? == 1;
        let hidden: i64 = row.get(4)?;
        let generated = hidden != 0;
        let required = row.get::<_, bool>(2)? && !rowid && !generated;
        Ok(TableColumn { name: row.get(0)?, takes: Column::declared(&declared, is_strict), required, generated })
    };
    database.patiently(|connection| connection.prepare(sql)?.query_map([table], column)?.collect())
}

fn primary(database: &Database, table: &str) -> Result<Vec<String>> {
    let sql = "select name from pragma_table_info(?1) where pk > 0 order by pk";
    database.patiently(|connection| connection.prepare(sql)?.query_map([table], |row: &Row| row.get(0))?.collect())
}

/// Whether the table has a row.
pub fn holds_rows(database: &Database, table: &str) -> Result<bool> {
    let sql = format!("select exists (select 1 from main.{})", quote(table));
    database.patiently(|connection| connection.query_row(&sql, [], |row| row.get(0)))
}

/// Whether the table has an index, or a unique one, that of its primary key included. Its pages change all over the file with
/// each row, and one statement for many rows keeps a copy of each: 1 million rows under a unique index of texts took 14 s
/// instead of 7.
pub fn has_index(database: &Database, table: &str, unique: bool) -> Result<bool> {
    let sql = "select exists (select 1 from pragma_index_list(?1) where \"unique\" >= ?2)";
    database.patiently(|connection| connection.query_row(sql, (table, unique), |row| row.get(0)))
}
