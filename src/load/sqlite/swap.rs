//! The last transaction of `replace`: the staging table takes the place of the old one.

use anyhow::Result;
use rusqlite::Row;

use super::dangling::{dangling, orphaned, remember};
use super::database::Database;
use super::keys::{Key, unwatch};
use super::names::quote;
use crate::exit::{ExitCode, fatal};

/// SQLite's documented way to change a table: drop the old one, rename the new one, make indexes and triggers anew.
pub fn swap(database: &Database, staging: &str, target: &str, stands: bool) -> Result<()> {
    remember(database, target)?;
    unwatch(database, target)?;
    let attached = attached(database, target)?;
    for index in indexes(database, staging)? {
        database.execute(&format!("drop index {}", quote(&index)))?;
    }
    if stands {
        database.execute(&format!("drop table main.{}", quote(target)))?;
    }
    database.execute(&format!("alter table {} rename to {}", quote(staging), quote(target)))?;
    attached.iter().try_for_each(|sql| database.execute(sql))?;
    check_references(database, target)
}

/// The statements that made a table's indexes and triggers.
pub fn attached(database: &Database, table: &str) -> Result<Vec<String>> {
    let sql = "select sql from sqlite_schema where tbl_name = ?1 collate nocase
               and type in ('index', 'trigger') and sql is not null order by rowid";
    database.patiently(|connection| connection.prepare(sql)?.query_map([table], |row: &Row| row.get(0))?.collect())
}

fn indexes(database: &Database, table: &str) -> Result<Vec<String>> {
    let sql = "select name from sqlite_schema where type = 'index' and tbl_name = ?1 and sql is not null";
    database.patiently(|connection| connection.prepare(sql)?.query_map([table], |row: &Row| row.get(0))?.collect())
}

/// Every row of the new table is of the load, so none may dangle; of other tables none that did not dangle before.
fn check_references(database: &Database, target: &str) -> Result<()> {
    let found = match dangling(database, &Key::of(database, target)?)? {
        None => orphaned(database, target)?,
        found => found,
    };
    let Some(what) = found else { return Ok(()) };
    let message = format!(
        "foreign keys of table {target} would not hold: {what}; nothing is replaced; load the row that is missing, or \
         leave out the row that needs it"
    );
    Err(fatal(ExitCode::Data, message))
}
