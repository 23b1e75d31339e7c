//! `replace`: rows go to a staging table, committed flush by flush, which takes the table's place in the last transaction.

use anyhow::{Context, Result};
use rusqlite::Row;

use super::database::Database;
use super::insert::Insert;
use super::locks::Locks;
use super::names::{STAGING_PREFIX, quote, rename_table, rename_unique_index};
use super::table::Table;
use crate::batch::Reject;
use crate::exit::{ExitCode, fatal};
use crate::load::{Part, Sink};

pub struct Staged {
    pub database: Database,
    pub insert: Insert,
    pub target: String,
    /// The table to replace, where there is one.
    pub existing: Option<Table>,
    /// `CREATE TABLE` of the staging table.
    pub create: String,
    pub begun: bool,
    pub published: bool,
    /// Given back when the database is closed.
    pub _locks: Option<Locks>,
}

/// The staging table's name.
pub fn staging(table: &str) -> String {
    format!("{STAGING_PREFIX}{table}")
}

/// The staging table with the definition of the table that it replaces.
pub fn create_like(table: &Table) -> Result<String> {
    rename_table(&table.sql, &staging(&table.name))
        .with_context(|| format!("cannot read the definition of table {}", table.name))
}

impl Staged {
    fn begin(&mut self) -> Result<()> {
        if self.begun {
            return Ok(());
        }
        if self.existing.is_some() && self.references_itself()? {
            // Enforced now, the staged rows would have to refer to the old ones; the swap checks them.
            self.database.execute("pragma foreign_keys = off")?;
        }
        self.database.transaction(|| {
            self.database.execute(&format!("drop table if exists {}", quote(&staging(&self.target))))?;
            self.database.execute(&self.create)?;
            self.unique_indexes()
        })?;
        self.begun = true;
        Ok(())
    }

    /// Unique indexes refuse rows, so they must stand before the rows come; the swap makes them anew under their names.
    fn unique_indexes(&self) -> Result<()> {
        let staging = staging(&self.target);
        for (number, sql) in self.attached()?.iter().enumerate() {
            if let Some(sql) = rename_unique_index(sql, &format!("{staging}_{number}"), &staging) {
                self.database.execute(&sql)?;
            }
        }
        Ok(())
    }

    /// The statements that made the existing table's indexes and triggers.
    fn attached(&self) -> Result<Vec<String>> {
        let sql = "select sql from sqlite_schema where tbl_name = ?1 collate nocase
                   and type in ('index', 'trigger') and sql is not null order by rowid";
        self.database.patiently(|connection| {
            connection.prepare(sql)?.query_map([&self.target], |row: &Row| row.get(0))?.collect()
        })
    }

    /// SQLite's documented way to change a table: drop the old one, rename the new one, make indexes and triggers anew.
    fn swap(&self) -> Result<()> {
        let (staging, target) = (quote(&staging(&self.target)), quote(&self.target));
        let dangling = self.dangling()?;
        let attached = self.attached()?;
        for index in self.staging_indexes()? {
            self.database.execute(&format!("drop index {}", quote(&index)))?;
        }
        if self.existing.is_some() {
            self.database.execute(&format!("drop table {target}"))?;
        }
        self.database.execute(&format!("alter table {staging} rename to {target}"))?;
        attached.iter().try_for_each(|sql| self.database.execute(sql))?;
        if self.dangling()? > dangling {
            let message =
                format!("foreign keys into or out of table {} would no longer hold; nothing is replaced", self.target);
            return Err(fatal(ExitCode::Data, message));
        }
        Ok(())
    }

    fn staging_indexes(&self) -> Result<Vec<String>> {
        let sql = "select name from sqlite_schema where type = 'index' and tbl_name = ?1 and sql is not null";
        let staging = staging(&self.target);
        self.database
            .patiently(|connection| connection.prepare(sql)?.query_map([&staging], |row: &Row| row.get(0))?.collect())
    }

    fn references_itself(&self) -> Result<bool> {
        let sql = "select count(*) from pragma_foreign_key_list(?1) where \"table\" = ?1 collate nocase";
        self.count(sql).map(|keys| keys > 0)
    }

    /// Rows whose foreign key, into the table or out of it, finds nothing.
    fn dangling(&self) -> Result<i64> {
        let keys = "select count(*) from sqlite_schema m, pragma_foreign_key_list(m.name) f where m.type = 'table'
                    and (f.\"table\" = ?1 collate nocase or m.name = ?1 collate nocase)";
        if self.count(keys)? == 0 {
            return Ok(0);
        }
        self.count(
            "select count(*) from pragma_foreign_key_check
                    where \"table\" = ?1 collate nocase or parent = ?1 collate nocase",
        )
    }

    fn count(&self, sql: &str) -> Result<i64> {
        self.database.patiently(|connection| connection.query_row(sql, [&self.target], |row| row.get(0)))
    }
}

impl Sink for Staged {
    fn write(&mut self, flush: &[Part]) -> Result<Vec<Reject>> {
        self.begin()?;
        self.database.transaction(|| self.insert.rows(&self.database, flush))
    }

    fn prepare(&mut self) -> Result<()> {
        self.begin()
    }

    fn publish(&mut self) -> Result<()> {
        // Dropping the old table must not touch rows that refer to it, and renaming must not rewrite who refers to what.
        self.database.execute("pragma foreign_keys = off; pragma legacy_alter_table = on")?;
        self.database.transaction(|| self.swap())?;
        self.published = true;
        self.database.keep();
        Ok(())
    }

    fn bytes_written(&self) -> u64 {
        0
    }
}

impl Drop for Staged {
    fn drop(&mut self) {
        if self.begun && !self.published {
            self.database.rollback();
            // Best effort: the next run drops a left-over.
            self.database.execute(&format!("drop table if exists {}", quote(&staging(&self.target)))).ok();
        }
    }
}
