//! `append` and `truncate`: the whole load in one transaction, so that a failed run changes nothing.

use anyhow::Result;

use super::dangling::dangling;
use super::database::Database;
use super::emptying::check_truncate;
use super::insert::Insert;
use super::keys::{Key, watches};
use super::locks::Locks;
use super::names::quote;
use super::swap::attached;
use super::table::Table;
use super::target::Target;
use crate::batch::Reject;
use crate::exit::{ExitCode, fatal};
use crate::job::Mode;
use crate::load::{Part, Sink};

/// What a transaction may write before readers are waited for. SQLite keeps in memory what it cannot write while others
/// read, and rows in the order of no index touch a page each.
const MAX_ROWS_BESIDE_READERS: usize = 10_000;
const MAX_BYTES_BESIDE_READERS: usize = 2 << 20;

pub struct Direct {
    database: Database,
    insert: Insert,
    table: String,
    /// What the transaction begins with: making the table, or emptying it.
    prologue: Vec<String>,
    begun: bool,
    written: Written,
    /// Given back when the database is closed.
    _locks: Option<Locks>,
}

/// Rows and bytes of the transaction, while others may still read the database.
#[derive(Clone, Copy)]
enum Written {
    BesideReaders { rows: usize, bytes: usize },
    Alone,
}

impl Direct {
    /// Checks that the table can be made or filled, and does nothing yet.
    pub fn open(target: Target, mode: Mode) -> Result<Direct> {
        let Target { sink, name: table, existing, plan, database, locks } = target;
        let insert = Insert::new(sink, &table, &table, &plan.columns);
        let prologue = match &existing {
            None => tried_new(&database, &insert, plan.create_sql(&table)?)?,
            Some(existing) => tried_existing(&database, &insert, existing, mode)?,
        };
        // Emptying a table may touch all of it.
        let written =
            if mode == Mode::Truncate { Written::Alone } else { Written::BesideReaders { rows: 0, bytes: 0 } };
        Ok(Direct { database, insert, table, prologue, begun: false, written, _locks: locks })
    }

    /// Begins with the first rows: until then others may write.
    fn begin(&mut self) -> Result<()> {
        if self.begun {
            return Ok(());
        }
        match self.written {
            Written::BesideReaders { .. } => self.database.begin()?,
            Written::Alone => self.database.begin_exclusive()?,
        }
        self.begun = true;
        self.prologue.iter().try_for_each(|sql| self.database.execute(sql))
    }

    /// Waits for readers to leave as soon as the load is a large one; from then on SQLite keeps new ones out by itself.
    fn stay_flat(&mut self, flush: &[Part]) -> Result<()> {
        let Written::BesideReaders { mut rows, mut bytes } = self.written else { return Ok(()) };
        for part in flush {
            rows += part.rows.len();
            bytes += part.span().len();
        }
        self.written = if rows < MAX_ROWS_BESIDE_READERS && bytes < MAX_BYTES_BESIDE_READERS {
            Written::BesideReaders { rows, bytes }
        } else {
            self.database.patiently(|connection| connection.cache_flush())?;
            Written::Alone
        };
        Ok(())
    }

    /// What a failed commit blames no row for: a foreign key that could be judged no sooner.
    fn explained(&self, error: anyhow::Error) -> anyhow::Error {
        if ExitCode::of(&error) != ExitCode::Data {
            return error;
        }
        match self.dangling() {
            Ok(Some(what)) => {
                let remedy = "load the row that is missing, or leave out the row that needs it";
                fatal(ExitCode::Data, format!("{error}: {what}; nothing is loaded; {remedy}"))
            }
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
    let has_triggers = attached(database, &table.name)?.iter().any(|sql| sql.starts_with("CREATE TRIGGER"));
    if has_triggers { Ok(Vec::new()) } else { watches(database, table, &table.name, true) }
}

impl Sink for Direct {
    fn write(&mut self, flush: &[Part]) -> Result<Vec<Reject>> {
        self.begin()?;
        let rejects = self.insert.rows(&self.database, flush)?;
        self.stay_flat(flush)?;
        Ok(rejects)
    }

    fn prepare(&mut self) -> Result<()> {
        self.begin()
    }

    fn publish(&mut self) -> Result<()> {
        self.database.commit().map_err(|error| self.explained(error))?;
        self.database.keep();
        Ok(())
    }

    fn bytes_written(&self) -> u64 {
        0
    }
}
