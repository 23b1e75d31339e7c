//! A new table whose database has been made by somebody else meanwhile: it is copied there.

use std::path::Path;

use anyhow::{Context, Result};

use super::database::{Database, placed};
use super::existing_table::definition;
use crate::exit::{ExitCode, fatal};
use crate::load::quote::quote;

/// Copies the table, which stands in a database of our own making, into the one at `path`.
pub fn hand_over(database: &Database, path: &Path, table: &str) -> Result<()> {
    let create = definition(database, table)?;
    let rest = create.strip_prefix("CREATE TABLE ").context("a table of ours has no definition")?;
    let place = placed(path);
    let place = place.to_str().context("the path of the database is no text")?;
    database.patiently(|connection| connection.execute("attach database ?1 as there", [place]).map(drop))?;
    database.transaction(|| {
        check_free(database, path, table)?;
        database.execute(&format!("create table there.{rest}"))?;
        let name = quote(table);
        database.execute(&format!("insert into there.{name} select * from main.{name}"))
    })
}

fn check_free(database: &Database, path: &Path, table: &str) -> Result<()> {
    let sql = "select exists (select 1 from there.sqlite_schema where name = ?1 collate nocase)";
    if database.patiently(|connection| connection.query_row(sql, [table], |row| row.get(0)))? {
        let shown = path.display();
        let message =
            format!("{shown} was made by another program after the run began, and has a {table} of its own; run again");
        return Err(fatal(ExitCode::TryAgain, message));
    }
    Ok(())
}
