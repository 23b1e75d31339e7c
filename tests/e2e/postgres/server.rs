//! A schema of a test's own, and psql to look at it.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use crate::support::{Done, Folder};

/// Dropped at the end, with all that stands in it.
pub struct Schema {
    pub url: String,
    pub name: String,
    pub folder: Folder,
}

impl Schema {
    pub fn new() -> Schema {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let url = std::env::var("GRISTMILL_POSTGRES").expect("GRISTMILL_POSTGRES is the URL of a server");
        let name = format!("t{}_{}", std::process::id(), NEXT.fetch_add(1, Relaxed));
        let schema = Schema { url, name, folder: Folder::new() };
        schema.sql(&format!("create schema {}", schema.name));
        schema
    }

    /// What psql prints, its columns parted by `|`.
    #[track_caller]
    pub fn sql(&self, sql: &str) -> String {
        let mut psql = Command::new("psql");
        psql.args([&self.url, "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-c", sql]).stdin(Stdio::null());
        let output = psql.env("PGOPTIONS", format!("-c search_path={}", self.name)).output().unwrap();
        assert!(output.status.success(), "{sql}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().trim_end().to_owned()
    }

    /// The target of a table in the schema.
    pub fn table(&self, table: &str) -> String {
        let sign = if self.url.contains('?') { '&' } else { '?' };
        format!("{}{sign}table={}.{table}", self.url, self.name)
    }

    /// The server's own socket.
    pub fn socket(&self) -> PathBuf {
        let (_, folder) =
            self.url.split_once("host=").expect("a server on a socket, as scripts/with-postgres starts one");
        Path::new(folder.split('&').next().unwrap_or_default()).join(".s.PGSQL.5432")
    }

    /// Loads `rows`, a CSV file, into a table.
    pub fn load(&self, rows: &str, table: &str, options: &[&str]) -> Done {
        self.folder.write("in.csv", rows);
        let target = self.table(table);
        self.folder.mill([&["run", "in.csv", &target], options].concat())
    }
}

impl Drop for Schema {
    fn drop(&mut self) {
        self.sql(&format!("drop schema {} cascade", self.name));
    }
}
