//! `append` and `truncate`: the whole load in one transaction, so that a failed run changes nothing.

use anyhow::Result;

use super::database::Database;
use super::insert::Insert;
use super::locks::Locks;
use crate::batch::Reject;
use crate::load::{Part, Sink};

pub struct Direct {
    pub database: Database,
    pub insert: Insert,
    /// What the transaction begins with: making the table, or emptying it.
    pub prologue: Option<String>,
    pub begun: bool,
    /// Given back when the database is closed.
    pub _locks: Option<Locks>,
}

impl Direct {
    /// Begins with the first rows: until then others may write.
    fn begin(&mut self) -> Result<()> {
        if self.begun {
            return Ok(());
        }
        self.database.begin()?;
        self.begun = true;
        self.prologue.as_ref().map_or(Ok(()), |sql| self.database.execute(sql))
    }
}

impl Sink for Direct {
    fn write(&mut self, flush: &[Part]) -> Result<Vec<Reject>> {
        self.begin()?;
        self.insert.rows(&self.database, flush)
    }

    fn prepare(&mut self) -> Result<()> {
        self.begin()
    }

    fn publish(&mut self) -> Result<()> {
        self.database.commit()?;
        self.database.keep();
        Ok(())
    }

    fn bytes_written(&self) -> u64 {
        0
    }
}
