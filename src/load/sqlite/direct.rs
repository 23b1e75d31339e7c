//! `append`, `truncate` and `upsert`: the whole load in one transaction, so that a failed run changes nothing.

use anyhow::Result;

use super::dangling::dangling;
use super::database::Database;
use super::emptying::check_truncate;
use super::existing_table::{Table, attached, has_index, holds_rows};
use super::feed::Feed;
use super::insert::Insert;
use super::kept::Kept;
use super::keys::{Key, referring, watches};
use super::settle::next_refused;
use super::target::Target;
use crate::batch::{Place, Reject};
use crate::exit::{ExitCode, fatal};
use crate::job::Mode;
use crate::load::quote::quote;
use crate::load::{Account, Part, Sink};
use crate::lock::LockFile;

pub struct Direct {
    database: Database,
    insert: Insert,
    kept: Option<Kept>,
    table: String,
    /// What the transaction begins with: making the table, or emptying it.
    prologue: Vec<String>,
    begun: bool,
    /// The old rows are to go.
    empties: bool,
    /// They have gone, and none has come.
    emptied: bool,
    /// Given back when the database is closed.
    _lock: Option<LockFile>,
}

impl Direct {
    /// Checks that the table can be made or filled, and does nothing yet.
    pub fn open(target: Target, mode: Mode) -> Result<Direct> {
        // Bindings go in reverse order: a database that we made must have gone before another run may come.
        let Target { lock, sink, name: table, existing, plan, database } = target;
        let stands = existing.is_some();
        let at_once =
            mode != Mode::Upsert && !has_index(&database, &table, false)? && judges_rows_apart(&database, &table)?;
        let feed = at_once.then(|| Feed::new(&database, plan.columns.len())).transpose()?;
        let insert = Insert::new(sink, &table, &table, &plan, feed);
        let kept = existing.as_ref().map(|existing| Kept::of(&database, existing, &table, &plan));
        let kept = kept.transpose()?.flatten();
        let prologue = match &existing {
            None => tried_new(&database, &insert, plan.create_sql(&table)?)?,
            Some(existing) => tried_existing(&database, &insert, existing, mode)?,
        };
        Ok(Direct {
            database,
            insert,
            kept,
            table,
            prologue,
            begun: false,
            empties: mode == Mode::Truncate && stands,
            emptied: false,
            _lock: lock,
        })
    }

    /// Begins with the first rows: until then others may write, and from then on nobody may.
    fn begin(&mut self) -> Result<()> {
        if self.begun {
            return Ok(());
        }
        self.database.begin()?;
        self.begun = true;
        self.emptied = self.empties && holds_rows(&self.database, &self.table)?;
        self.prologue.iter().try_for_each(|sql| self.database.execute(sql))?;
        self.kept.iter().try_for_each(|kept| kept.create(&self.database))
    }

    /// What a failed commit blames no row for: a foreign key that could be judged no sooner. The row that is named may have
    /// been wrong before the load, so there is no saying what would mend it.
    fn explained(&self, error: anyhow::Error) -> anyhow::Error {
        if ExitCode::of(&error) != ExitCode::Data {
            return error;
        }
        match self.dangling() {
            Ok(Some(what)) => fatal(ExitCode::Data, format!("{error}; nothing is loaded; {what}")),
            _ => error,
        }
    }

    fn dangling(&self) -> Result<Option<String>> {
        let mut keys = Key::of(&self.database, &self.table)?;
        keys.extend(Key::into(&self.database, &self.table)?);
        dangling(&self.database, &keys)
    }
}

/// The prologue for a table to be made.
fn tried_new(database: &Database, insert: &Insert, create: String) -> Result<Vec<String>> {
    insert.try_new(database, &create)?;
    Ok(vec![create])
}

/// The prologue for a table that stands. It is prepared and not carried out, for that may take long.
fn tried_existing(database: &Database, insert: &Insert, table: &Table, mode: Mode) -> Result<Vec<String>> {
    let empty = (mode == Mode::Truncate).then(|| format!("delete from main.{}", quote(&table.name)));
    let prologue: Vec<String> = empty.into_iter().chain(watched(database, table)?).collect();
    database.try_out(&table.name, |connection| {
        prologue.iter().try_for_each(|sql| connection.prepare(sql).map(drop))?;
        insert.prepare(connection)
    })?;
    if mode == Mode::Truncate {
        check_truncate(database, &table.name)?;
    }
    Ok(prologue)
}

/// The table's own triggers might make the row that a key refers to, so that only the end can tell.
fn watched(database: &Database, table: &Table) -> Result<Vec<String>> {
    if has_triggers(database, &table.name)? { Ok(Vec::new()) } else { watches(database, table, &table.name, true) }
}

/// Whether the table takes and refuses each row the same, be it alone or one of many. Keys are judged at the end of a
/// statement: by then another of its rows may be what a row refers to, or have made that in a trigger. And of each of many
/// rows SQLite asks who refers to it, which may take long, and fails where a key of another table is not unique here.
fn judges_rows_apart(database: &Database, table: &str) -> Result<bool> {
    let refers_to_itself = Key::of(database, table)?.iter().any(|key| key.refers_to(table) && !key.deferred);
    Ok(!refers_to_itself && referring(database, table)?.is_empty() && !has_triggers(database, table)?)
}

fn has_triggers(database: &Database, table: &str) -> Result<bool> {
    Ok(attached(database, table)?.iter().any(|made| made.sql.starts_with("CREATE TRIGGER")))
}

impl Sink for Direct {
    fn write(&mut self, flush: &[Part], _: Option<&Place>) -> Result<Vec<Reject>> {
        if flush.is_empty() {
            return Ok(Vec::new());
        }
        self.begin()?;
        self.insert.rows(&self.database, flush, self.kept.as_mut())
    }

    fn kept(&self) -> usize {
        self.kept.as_ref().map_or(0, |kept| kept.count)
    }

    fn settle(&mut self) -> Result<Option<Vec<Reject>>> {
        match &mut self.kept {
            Some(kept) if self.begun => next_refused(&self.database, &self.insert, kept),
            _ => Ok(None),
        }
    }

    fn prepare(&mut self, _: &Account) -> Result<()> {
        self.begin()
    }

    fn publish(&mut self) -> Result<()> {
        self.emptied = self.emptied && !holds_rows(&self.database, &self.table)?;
        self.database.commit().map_err(|error| self.explained(error))?;
        self.database.keep(&self.table)
    }

    fn emptied(&self) -> bool {
        self.emptied
    }

    fn bytes_written(&self) -> u64 {
        0
    }
}
