//! Lock files beside a database: they tell a run at once that another one would spoil it or be in its way.

use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::job::Mode;
use crate::load::place::{display_name, folder_of};
use crate::lock::LockFile;

/// What a run holds of a database from second zero to its end.
pub struct Locks {
    /// Two runs into one table would mix their rows, or fill one staging table.
    _table: LockFile,
    /// Append and truncate hold the whole database from their first row to their last. A second such run would wait for
    /// all of the first. `replace` lets others in after every flush, and so waits for them as they for it.
    _database: Option<LockFile>,
}

impl Locks {
    pub fn acquire(path: &Path, table: &str, mode: Mode) -> Result<Locks> {
        let shown = path.display();
        let whole = matches!(mode, Mode::Append | Mode::Truncate);
        let database = || LockFile::acquire(beside(path, ""), &format!("database {shown}"));
        Ok(Locks {
            _database: whole.then(database).transpose()?,
            _table: LockFile::acquire(
                beside(path, &format!("-{}", file_name(table))),
                &format!("table {table} of {shown}"),
            )?,
        })
    }
}

fn beside(path: &Path, table: &str) -> PathBuf {
    folder_of(path).join(format!(".{}{table}.lock", display_name(path)))
}

/// A file name for each table and no two: SQLite's tables differ by more than the case of ASCII letters.
fn file_name(table: &str) -> String {
    let escaped = |c: char| match c.to_ascii_lowercase() {
        c if c.is_alphanumeric() || c == '_' => c.to_string(),
        c => format!("%{:X}%", u32::from(c)),
    };
    table.chars().map(escaped).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_has_a_lock_of_its_own() {
        assert_eq!(file_name("Orders_2"), "orders_2");
        assert_eq!(file_name("ORDERS_2"), "orders_2");
        assert_eq!(file_name("../a b"), "%2E%%2E%%2F%a%20%b");
        assert_ne!(file_name("a b"), file_name("a_b"));
        assert_ne!(file_name("a\"b"), file_name("a'b"));
    }
}
