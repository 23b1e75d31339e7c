//! Rows whose foreign key finds nothing: named, so that a load that may not be published says why.

use anyhow::Result;
use rusqlite::OptionalExtension;

use super::database::Database;
use super::keys::Key;

/// Notes which references of other tables to the table find nothing; on disk where they are many.
pub fn remember(database: &Database, table: &str) -> Result<()> {
    database.execute("create temp table gristmill_dangling (child, id, shown)")?;
    Key::into(database, table)?.iter().try_for_each(|key| {
        database.execute(&format!("insert into temp.gristmill_dangling select distinct * from ({})", key.dangling()))
    })
}

/// A reference of another table that has lost its row since `remember`. Meanwhile no row of another table has changed, so
/// that the values of a key stand for all rows that have them.
pub fn orphaned(database: &Database, table: &str) -> Result<Option<String>> {
    first(database, &Key::into(database, table)?, "except select * from temp.gristmill_dangling limit 1")
}

/// A reference by one of the keys that finds nothing.
pub fn dangling(database: &Database, keys: &[Key]) -> Result<Option<String>> {
    first(database, keys, "limit 1")
}

fn first(database: &Database, keys: &[Key], rest: &str) -> Result<Option<String>> {
    for key in keys {
        let sql = format!("{} {rest}", key.dangling());
        let found: Option<String> =
            database.patiently(|connection| connection.query_row(&sql, [], |row| row.get(2)).optional())?;
        if let Some(values) = found {
            return Ok(Some(describe(key, &values)));
        }
    }
    Ok(None)
}

fn describe(key: &Key, values: &str) -> String {
    let columns: Vec<&str> = key.pairs.iter().map(|(from, _)| from.as_str()).collect();
    let (child, columns, parent) = (&key.child, columns.join(", "), &key.parent);
    format!("a row of table {child} with {columns} = {values} refers to no row of table {parent}")
}
