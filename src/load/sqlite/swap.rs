//! The last transaction of `replace`: the staging table takes the place of the old one.

use anyhow::Result;

use super::dangling::{dangling, orphaned, remember};
use super::database::Database;
use super::existing_table::{Attached, attached};
use super::keys::{Key, unwatch};
use super::sequence::carry_on;
use crate::exit::{ExitCode, fatal};
use crate::load::quote::quote;

/// SQLite's documented way to change a table: drop the old one, rename the new one, make indexes and triggers anew.
pub fn swap(database: &Database, staging: &str, target: &str) -> Result<()> {
    remember(database, target)?;
    unwatch(database, target)?;
    let old = attached(database, target)?;
    for Attached { name, .. } in attached(database, staging)? {
        database.execute(&format!("drop index {}", quote(&name)))?;
    }
    // Its number goes with its name; others may have added rows meanwhile.
    carry_on(database, target, staging)?;
    database.execute(&format!("drop table main.{}", quote(target)))?;
    rename(database, staging, target)?;
    old.iter().try_for_each(|made| database.execute(&made.sql))?;
    check_references(database, target)
}

/// Gives the staging table its name. Where no table had it, this is all: every reference to it has dangled until now.
pub fn rename(database: &Database, staging: &str, target: &str) -> Result<()> {
    database.execute(&format!("alter table {} rename to {}", quote(staging), quote(target)))
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
