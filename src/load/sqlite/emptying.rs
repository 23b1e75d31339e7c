//! `truncate`: what else would change, or stand in the way, when the table's rows go.

use anyhow::Result;

use super::database::Database;
use super::keys::Key;
use crate::exit::{ExitCode, fatal};

/// Refuses to empty a table whose rows take rows of other tables with them, or that rows of other tables hold on to.
pub fn check_truncate(database: &Database, table: &str) -> Result<()> {
    for key in Key::into(database, table)? {
        check_key(database, table, &key)?;
    }
    Ok(())
}

fn check_key(database: &Database, table: &str, key: &Key) -> Result<()> {
    let other = &key.child;
    let message = match key.on_delete.as_str() {
        action @ ("CASCADE" | "SET NULL" | "SET DEFAULT") => format!(
            "truncate would change table {other} too, which references {table} on delete {}; use mode replace",
            action.to_lowercase()
        ),
        // The new rows may be what they refer to.
        "NO ACTION" if key.deferred => return Ok(()),
        _ if key.is_used(database)? => {
            format!("table {table} cannot be emptied, for rows of table {other} refer to its rows; use mode replace")
        }
        _ => return Ok(()),
    };
    Err(fatal(ExitCode::Config, message))
}
