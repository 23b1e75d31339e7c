//! `replace`: rows go to a staging table, committed flush by flush, which takes the table's place in the last transaction.

use anyhow::{Context, Result};

use super::database::Database;
use super::existing_table::{Attached, Table, attached, has_index, holds_rows};
use super::feed::Feed;
use super::insert::Insert;
use super::kept::Kept;
use super::keys::{Key, referring, watches};
use super::names::{STAGING_PREFIX, TRIAL_PREFIX, rename_table, rename_unique_index};
use super::sequence::carry_on;
use super::settle::next_refused;
use super::swap::{rename, swap};
use super::target::Target;
use crate::batch::{Place, Reject};
use crate::load::quote::quote;
use crate::load::{Account, Part, Sink};
use crate::lock::LockFile;

pub struct Staged {
    database: Database,
    insert: Insert,
    kept: Option<Kept>,
    target: String,
    /// Whether there is a table to replace.
    stands: bool,
    staging: String,
    /// The statements that make the staging table.
    making: Vec<String>,
    begun: bool,
    published: bool,
    emptied: bool,
    /// Given back when the database is closed.
    _lock: Option<LockFile>,
}

impl Staged {
    /// Checks that a table like the target can be made and filled, and makes nothing yet.
    pub fn open(target: Target) -> Result<Staged> {
        // Bindings go in reverse order: a database that we made must have gone before another run may come.
        let Target { lock, sink, name, existing, plan, database } = target;
        let staging = format!("{STAGING_PREFIX}{name}");
        // The staging table has no triggers and its keys into itself wait for the swap, so that it judges each row alone.
        let at_once = !has_index(&database, &name, true)?;
        let feed = at_once.then(|| Feed::new(&database, plan.columns.len())).transpose()?;
        let insert = |into: &str, feed| Insert::new(sink.clone(), into, &name, &plan, feed);
        let stands = existing.is_some();
        let making = match &existing {
            Some(table) => tried_like(&database, table, &staging, |into| insert(into, feed.clone()))?,
            None => {
                insert(&name, None).try_new(&database, &plan.create_sql(&name)?)?;
                vec![plan.create_sql(&staging)?]
            }
        };
        let kept = existing.as_ref().map(|table| Kept::of(&database, table, &staging, &plan)).transpose()?.flatten();
        let (insert, target) = (insert(&staging, feed.clone()), name.clone());
        let staged = Staged {
            database,
            insert,
            kept,
            target,
            stands,
            staging,
            making,
            begun: false,
            emptied: false,
            published: false,
            _lock: lock,
        };
        Ok(staged)
    }

    fn begin(&mut self) -> Result<()> {
        if self.begun {
            return Ok(());
        }
        self.database.transaction(|| {
            self.database.execute(&self.drop_staging())?;
            self.making.iter().try_for_each(|sql| self.database.execute(sql))?;
            carry_on(&self.database, &self.target, &self.staging)?;
            self.kept.iter().try_for_each(|kept| kept.create(&self.database))
        })?;
        self.begun = true;
        Ok(())
    }

    fn drop_staging(&self) -> String {
        format!("drop table if exists main.{}", quote(&self.staging))
    }
}

/// The statements that make a table like `table` for new rows, after they have been tried under another name.
fn tried_like(
    database: &Database,
    table: &Table,
    staging: &str,
    insert: impl Fn(&str) -> Insert,
) -> Result<Vec<String>> {
    let enforced = !refers_to_itself(database, table)?;
    // Enforced now, the staged rows would have to refer to the old ones; the swap checks them.
    database.execute(&format!("pragma foreign_keys = {enforced}"))?;
    let trial = format!("{TRIAL_PREFIX}{}", table.name);
    try_like(database, table, &like(database, table, &trial, enforced)?, &insert(&trial))?;
    like(database, table, staging, enforced)
}

/// Makes the table, and prepares what is done to it and what is asked of those that refer to it.
fn try_like(database: &Database, table: &Table, making: &[String], insert: &Insert) -> Result<()> {
    let mut related = referring(database, &table.name)?;
    related.push(table.name.clone());
    database.try_out(&table.name, |connection| {
        making.iter().try_for_each(|sql| connection.execute_batch(sql))?;
        insert.prepare(connection)?;
        let check =
            |table: &String| connection.prepare(&format!("pragma foreign_key_check({})", quote(table))).map(drop);
        related.iter().try_for_each(check)
    })
}

/// The statements for a table of another name with the definition of `table`. Unique indexes refuse rows, so they must stand
/// before the rows come; the swap makes them anew under their names.
fn like(database: &Database, table: &Table, name: &str, enforced: bool) -> Result<Vec<String>> {
    let create = rename_table(&table.sql, name);
    let mut making = vec![create.with_context(|| format!("cannot read the definition of table {}", table.name))?];
    let attached = attached(database, &table.name)?;
    let unique = |(number, made): (usize, &Attached)| rename_unique_index(&made.sql, &format!("{name}_{number}"), name);
    making.extend(attached.iter().enumerate().filter_map(unique));
    making.extend(watches(database, table, name, enforced)?);
    Ok(making)
}

fn refers_to_itself(database: &Database, table: &Table) -> Result<bool> {
    Ok(Key::of(database, &table.name)?.iter().any(|key| key.refers_to(&table.name)))
}

impl Sink for Staged {
    fn write(&mut self, flush: &[Part], _: Option<&Place>) -> Result<Vec<Reject>> {
        if flush.is_empty() {
            return Ok(Vec::new());
        }
        self.begin()?;
        self.database.transaction(|| self.insert.rows(&self.database, flush, self.kept.as_mut()))
    }

    fn kept(&self) -> usize {
        self.kept.as_ref().map_or(0, |kept| kept.count)
    }

    fn settle(&mut self) -> Result<Option<Vec<Reject>>> {
        match &mut self.kept {
            Some(kept) if self.begun => self.database.transaction(|| next_refused(&self.database, &self.insert, kept)),
            _ => Ok(None),
        }
    }

    fn prepare(&mut self, _: &Account) -> Result<()> {
        self.begin()
    }

    fn publish(&mut self) -> Result<()> {
        // Dropping the old table must not touch rows that refer to it, and renaming must not rewrite who refers to what.
        self.database.execute("pragma foreign_keys = off; pragma legacy_alter_table = on")?;
        let publish = if self.stands { swap } else { rename };
        let emptied =
            self.stands && !holds_rows(&self.database, &self.staging)? && holds_rows(&self.database, &self.target)?;
        self.database.transaction(|| publish(&self.database, &self.staging, &self.target))?;
        self.published = true;
        self.emptied = emptied;
        self.database.keep(&self.target)
    }

    fn emptied(&self) -> bool {
        self.emptied
    }

    fn bytes_written(&self) -> u64 {
        0
    }
}

impl Drop for Staged {
    fn drop(&mut self) {
        if self.begun && !self.published {
            self.database.clear(&self.drop_staging(), &format!("table {}", self.staging));
        }
    }
}
