//! The lock file of a table, beside its database: it tells a run at once that another one would spoil it.

use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::lock::LockFile;
use crate::paths::{display_name, folder_of, hidden_name};

/// Locks the table from second zero to the end of the run: two runs into it would mix their rows, or fill one staging
/// table. Runs into other tables of the database wait for this one only while it writes, as everybody does.
pub fn lock_table(path: &Path, table: &str) -> Result<LockFile> {
    LockFile::acquire(beside(path, table, ".lock"), &format!("table {table} of {}", path.display()))
}

/// A hidden file of ours beside the database, one for each table and no two.
pub fn beside(database: &Path, table: &str, ending: &str) -> PathBuf {
    folder_of(database).join(file_name(&display_name(database), table, ending))
}

fn file_name(database: &str, table: &str, ending: &str) -> String {
    // SQLite names the journal of a database after it, which must not be too long either.
    const JOURNAL: &str = "-journal";
    let mut name = hidden_name(&format!("{database}-{}", escaped(table)), &format!("{ending}{JOURNAL}"));
    name.truncate(name.len() - JOURNAL.len());
    name
}

/// SQLite's tables differ by more than the case of ASCII letters.
fn escaped(table: &str) -> String {
    let escaped = |c: char| match c.to_ascii_lowercase() {
        c if c.is_alphanumeric() || c == '_' => c.to_string(),
        c => format!("%{:X}%", u32::from(c)),
    };
    table.chars().map(escaped).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::paths::LONGEST_NAME;

    fn file_name(database: &str, table: &str) -> String {
        super::file_name(database, table, ".lock")
    }

    #[test]
    fn every_table_has_a_lock_of_its_own() {
        assert_eq!(file_name("a.db", "Orders_2"), ".a.db-orders_2.lock");
        assert_eq!(file_name("a.db", "ORDERS_2"), ".a.db-orders_2.lock");
        assert_eq!(file_name("a.db", "../a b"), ".a.db-%2E%%2E%%2F%a%20%b.lock");
        assert_ne!(escaped("a b"), escaped("a_b"));
        assert_ne!(escaped("a\"b"), escaped("a'b"));
    }

    #[test]
    fn long_names_are_cut_and_stay_apart() {
        let long = "größe.".repeat(60);
        let (one, other) = (file_name("a.db", &long), file_name("a.db", &format!("{long}b")));
        assert!(one.len() <= LONGEST_NAME && other.len() <= LONGEST_NAME);
        assert_ne!(one, other);
        assert_eq!(one, file_name("a.db", &long.replace('g', "G")));
        assert!(file_name(&"d".repeat(248), "t").len() <= LONGEST_NAME);
    }
}
