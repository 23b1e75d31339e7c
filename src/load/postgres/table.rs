//! The target table as the server describes it.

use anyhow::Result;

use super::connection::Connection;
use super::fault::Fault;
use super::names::{Name, kept};
use super::talk::Rows;
use super::wire::Takes;
use crate::exit::{ExitCode, fatal};

/// An existing table.
pub struct Table {
    pub name: Name,
    pub oid: String,
    pub columns: Vec<TableColumn>,
}

pub struct TableColumn {
    pub name: String,
    pub takes: Takes,
    /// A row that leaves it out is refused.
    pub required: bool,
    /// Computed or numbered by the table itself, whatever comes.
    pub generated: bool,
}

const FIND: &str = "select c.oid, n.nspname, c.relname, c.relkind from pg_class c join pg_namespace n on n.oid = c.relnamespace \
    where lower(c.relname) = lower($2) and c.relkind in ('r', 'p', 'v', 'm', 'f') \
    and case when $1 = '' then n.nspname = any(current_schemas(false)) else n.nspname = $1 end \
    order by (c.relname = $2) desc, array_position(current_schemas(false), n.nspname) limit 1";

const COLUMNS: &str = "select a.attname, a.atttypid, a.atttypmod, format_type(a.atttypid, a.atttypmod), \
    a.attnotnull and not a.atthasdef and a.attidentity = '', a.attgenerated <> '' or a.attidentity = 'a' \
    from pg_attribute a where a.attrelid = $1::oid and a.attnum > 0 and not a.attisdropped order by a.attnum";

/// Keys of other tables that lead here.
const REFERENCES: &str = "select conrelid::regclass::text, conname from pg_constraint \
    where confrelid = $1::oid and contype = 'f' and conrelid <> confrelid limit 1";

const FOREIGN_KEYS: &str =
    "select pg_get_constraintdef(oid) from pg_constraint where conrelid = $1::oid and contype = 'f'";

impl Table {
    /// Looks the table up; `None` where there is none. `wanted` may name a schema before a point.
    pub fn find(connection: &mut Connection, wanted: &str) -> Result<Option<Table>> {
        let (schema, table) = wanted.split_once('.').unwrap_or(("", wanted));
        let (schema, table) = (kept(schema), kept(table));
        let found = ask(connection, FIND, &[schema, table])?;
        let Some::<[String; 4]>([oid, schema, table, kind]) =
            found.into_iter().next().and_then(|row| row.try_into().ok())
        else {
            return Ok(None);
        };
        if !matches!(kind.as_str(), "r" | "p") {
            let message = format!("{table} is a view or a foreign table, which cannot be loaded; name a plain table");
            return Err(fatal(ExitCode::Config, message));
        }
        let columns = ask(connection, COLUMNS, &[&oid])?.into_iter().filter_map(column).collect();
        Ok(Some(Table { name: Name { schema, table }, oid, columns }))
    }

    /// A key of another table that leads to this one: its table and name.
    pub fn referenced_by(&self, connection: &mut Connection) -> Result<Option<(String, String)>> {
        let found = ask(connection, REFERENCES, &[&self.oid])?;
        Ok(found.into_iter().next().and_then(|row| row.try_into().ok()).map(|[table, key]: [String; 2]| (table, key)))
    }

    /// The table's own foreign keys, as `alter table … add` takes them.
    pub fn foreign_keys(&self, connection: &mut Connection) -> Result<Vec<String>> {
        Ok(ask(connection, FOREIGN_KEYS, &[&self.oid])?.into_iter().flatten().collect())
    }
}

/// Where a new table is to stand.
pub fn new_name(connection: &mut Connection, wanted: &str) -> Result<Name> {
    if let Some((schema, table)) = wanted.split_once('.') {
        return Ok(Name { schema: kept(schema).into(), table: kept(table).into() });
    }
    let schema = ask(connection, "select coalesce(current_schema(), '')", &[])?.into_iter().flatten().next();
    match schema.filter(|schema| !schema.is_empty()) {
        Some(schema) => Ok(Name { schema, table: kept(wanted).into() }),
        None => {
            Err(fatal(ExitCode::Config, format!("no schema to make table {wanted} in; write table=SCHEMA.{wanted}")))
        }
    }
}

/// Whether a new table of so many columns takes every row: a database of another encoding has no sign for some of Unicode's,
/// and a row must fit on a page, each value by up to 24 bytes even if the rest of it is kept elsewhere.
pub fn takes_all(connection: &mut Connection, columns: usize) -> Result<bool> {
    const FIT: usize = 300;
    let encoding = ask(connection, "select current_setting('server_encoding')", &[])?;
    Ok(columns <= FIT && encoding.into_iter().flatten().next().is_some_and(|encoding| encoding == "UTF8"))
}

/// The rows of an answer, NULL as an empty text.
pub fn ask(connection: &mut Connection, sql: &str, parameters: &[&str]) -> Result<Vec<Vec<String>>> {
    let rows: Result<Rows, Fault> = connection.ask(sql, parameters);
    let rows = rows.map_err(|fault| fault.error("cannot read the tables of the database"))?;
    Ok(rows.into_iter().map(|row| row.into_iter().map(Option::unwrap_or_default).collect()).collect())
}

fn column(row: Vec<String>) -> Option<TableColumn> {
    let [name, oid, modifier, ty, required, generated]: [String; 6] = row.try_into().ok()?;
    let takes = Takes::of(oid.parse().ok()?, modifier.parse().ok()?, &ty);
    Some(TableColumn { name, takes, required: required == "t", generated: generated == "t" })
}
