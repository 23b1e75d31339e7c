//! The columns that rows are encoded for, compared with those of the table in each transaction: bytes of one type that are
//! read as another would be a wrong value.

use super::connection::Connection;
use super::fault::Fault;
use super::loader::{SAVEPOINT, TAKE_BACK};
use super::names::{Name, literal};
use super::talk::{Rows, first};
use crate::load::quote::quote;

/// A column of `pg_attribute`, as `create table` takes it; constraints do not come along. To copy a table, or to select from
/// it, would take a right that maybe only the role has which the session takes later.
pub const DECLARED: &str = "quote_ident(attname) || ' ' || format_type(atttypid, atttypmod) || coalesce(\
      (select format(' collate %I.%I', nspname, collname) from pg_collation c join pg_namespace n on n.oid = collnamespace \
       where c.oid = attcollation), '')";

/// Columns and their types, as the server writes these.
pub type Shape = Vec<(String, String)>;

/// Locks the table so that nobody changes it before the transaction ends, and looks at it. To plan an insert takes that lock
/// and asks for no other right than that to insert, also where it is granted for some columns only; no trigger fires.
/// `before`: statements that go along, each ended by a semicolon.
pub fn locked(connection: &mut Connection, before: &str, table: &Name, columns: &[String]) -> Result<Shape, Fault> {
    let name = table.sql();
    let lock = columns.first().map(|column| {
        format!("explain insert into {name} ({}) overriding system value values (default); ", quote(column))
    });
    let types = format!(
        "select attname, format_type(atttypid, atttypmod) from pg_attribute \
         where attrelid = {}::regclass and attnum > 0 and not attisdropped",
        literal(&name)
    );
    let rows = connection.run(&format!("{before}{}{types}", lock.unwrap_or_default()))?;
    let pair = |row: Vec<Option<String>>| match <[_; 2]>::try_from(row) {
        Ok([Some(name), Some(ty)]) => Some((name, ty)),
        _ => None,
    };
    let all: Shape = rows.into_iter().filter_map(pair).collect();
    let found = |column: &String| all.iter().find(|(name, _)| name == column).cloned();
    Ok(columns.iter().map(|column| found(column).unwrap_or_else(|| (column.clone(), String::new()))).collect())
}

/// What has changed.
pub fn compare(table: &str, expected: &Shape, found: &Shape) -> Result<(), Fault> {
    let Some(((column, was), (_, is))) = expected.iter().zip(found).find(|(expected, found)| expected != found) else {
        return Ok(());
    };
    let change = match is.is_empty() {
        true => format!("column {column} of table {table} is gone"),
        false => format!("column {column} of table {table} was {was} and is {is} now"),
    };
    Err(Fault::Unfit(format!(
        "{change}: the table was changed while it was being loaded, and nothing of this batch is loaded; run again"
    )))
}

/// Whether there is such a table and it holds rows; whoever may not read it is told by its size.
pub fn holds_rows(connection: &mut Connection, table: &Name) -> Result<bool, Fault> {
    let (name, text) = (table.sql(), literal(&table.sql()));
    let is = |rows: Rows| first(rows).is_some_and(|answer| answer == "t");
    if !is(connection.run(&format!("select to_regclass({text}) is not null"))?) {
        return Ok(false);
    }
    connection.run(SAVEPOINT)?;
    match connection.run(&format!("select exists (select from {name})")) {
        Err(Fault::Refused(_)) => {
            connection.run(TAKE_BACK)?;
            let size = format!("select sum(pg_relation_size(relid)) > 0 from pg_partition_tree({text}::regclass)");
            connection.run(&size).map(is)
        }
        found => found.map(is),
    }
}
