//! The target table as the server describes it.

use anyhow::Result;

use super::connection::Connection;
use super::fault::Fault;
use super::names::{Name, Wanted};
use super::shape::Shape;
use super::talk::Rows;
use super::wire::Takes;
use crate::exit::{ExitCode, fatal};
use crate::load::matching::TableColumn;

/// An existing table.
pub struct Table {
    pub name: Name,
    pub oid: String,
    pub kind: Kind,
    pub columns: Vec<TableColumn<Takes>>,
    /// What the server calls the type of each.
    pub types: Vec<String>,
    /// Columns that only an insert may give a number: `generated always as identity`.
    pub numbered: Vec<String>,
}

/// What sort of table it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Kind {
    /// Rows lie in partitions, or it is one itself.
    pub has_bounds: bool,
    /// It has partitions, which inherit from it by nature.
    pub is_partitioned: bool,
    /// A crash of the server empties it.
    pub is_unlogged: bool,
}

const FIND: &str = "select c.oid, n.nspname, c.relname, c.relkind, c.relispartition, \
    case when exists (select from pg_partition_tree(c.oid) join pg_class p on p.oid = relid where p.relpersistence = 'u') \
      then 'u' else c.relpersistence end from pg_class c join pg_namespace n on n.oid = c.relnamespace \
    where (c.relname = $2 or $3 = 'f' and lower(c.relname) = lower($2)) and c.relkind in ('r', 'p', 'v', 'm', 'f') \
    and case when $1 = '' then n.nspname = any(current_schemas(false)) else n.nspname = $1 end \
    order by (c.relname = $2) desc, array_position(current_schemas(false), n.nspname) limit 1";

const COLUMNS: &str = "select a.attname, a.atttypid, a.atttypmod, format_type(a.atttypid, a.atttypmod), \
    a.attnotnull and not a.atthasdef and a.attidentity = '', a.attgenerated <> '', a.attidentity = 'a' \
    from pg_attribute a where a.attrelid = $1::oid and a.attnum > 0 and not a.attisdropped order by a.attnum";

impl Table {
    /// Names and types of some columns.
    pub fn shape(&self, columns: &[String]) -> Shape {
        let all = self.columns.iter().zip(&self.types);
        let shape = |name: &String| all.clone().find(|(column, _)| column.name == *name).map(|(_, ty)| ty.clone());
        columns.iter().map(|name| (name.clone(), shape(name).unwrap_or_default())).collect()
    }

    /// Looks the table up; `None` where there is none.
    pub fn find(connection: &mut Connection, wanted: &Wanted) -> Result<Option<Table>> {
        let is_exact = if wanted.is_exact { "t" } else { "f" };
        let found = ask(connection, FIND, &[&wanted.schema, &wanted.table, is_exact])?;
        let Some::<[String; 6]>([oid, schema, table, kind, is_partition, persistence]) =
            found.into_iter().next().and_then(|row| row.try_into().ok())
        else {
            return Ok(None);
        };
        if !matches!(kind.as_str(), "r" | "p") {
            let message = format!("{table} is a view or a foreign table, which cannot be loaded; name a plain table");
            return Err(fatal(ExitCode::Config, message));
        }
        let (mut columns, mut types, mut numbered) = (Vec::new(), Vec::new(), Vec::new());
        for (column, ty, is_numbered) in ask(connection, COLUMNS, &[&oid])?.into_iter().filter_map(column) {
            numbered.extend(is_numbered.then(|| column.name.clone()));
            columns.push(column);
            types.push(ty);
        }
        let is_partitioned = kind == "p";
        let kind =
            Kind { has_bounds: is_partitioned || is_partition == "t", is_partitioned, is_unlogged: persistence == "u" };
        Ok(Some(Table { name: Name { schema, table }, oid, kind, columns, types, numbered }))
    }
}

/// Where a new table is to stand.
pub fn new_name(connection: &mut Connection, wanted: &Wanted) -> Result<Name> {
    let table = wanted.table.clone();
    if !wanted.schema.is_empty() {
        return Ok(Name { schema: wanted.schema.clone(), table });
    }
    let schema = ask(connection, "select coalesce(current_schema(), '')", &[])?.into_iter().flatten().next();
    match schema.filter(|schema| !schema.is_empty()) {
        Some(schema) => Ok(Name { schema, table }),
        None => Err(fatal(ExitCode::Config, format!("no schema to make table {table} in; write table=SCHEMA.{table}"))),
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

/// The same of some columns of a table, which is `$1`; `…` stands for their names, as rows of one column.
pub fn ask_of(connection: &mut Connection, sql: &str, table: &Table, columns: &[String]) -> Result<Vec<Vec<String>>> {
    let names: Vec<String> = (0..columns.len()).map(|index| format!("(${}::text)", index + 2)).collect();
    let sql = sql.replace('…', &format!("values {}", names.join(", ")));
    let parameters: Vec<&str> = [table.oid.as_str()].into_iter().chain(columns.iter().map(String::as_str)).collect();
    ask(connection, &sql, &parameters)
}

/// A column, what the server calls its type, and whether only an insert may give it a number.
fn column(row: Vec<String>) -> Option<(TableColumn<Takes>, String, bool)> {
    let [name, oid, modifier, ty, required, generated, numbered]: [String; 7] = row.try_into().ok()?;
    let takes = Takes::of(oid.parse().ok()?, modifier.parse().ok()?, &ty);
    let column = TableColumn { name, takes, required: required == "t", generated: generated == "t" };
    Some((column, ty, numbered == "t"))
}
