//! One connection to one database file: opened, waited for while others hold it, and closed leaving nothing of ours.

use std::fs::{self, File};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Result;
use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::STAGING_PREFIX;
use crate::exit::{ExitCode, fatal};
use crate::load::place::{cannot_create, display_name, folder_of};
use crate::load::{Setting, Stopped};

/// How long another process may hold the database before we give up.
const MAX_WAIT: Duration = Duration::from_secs(60);

/// Between two tries; the stop flag is looked at as often.
const RETRY_INTERVAL: Duration = Duration::from_millis(20);

/// The connection stands first, so that it is closed before a file of our own making is removed.
pub struct Database {
    pub connection: Connection,
    created: Option<CreatedFile>,
    path: PathBuf,
    stop: Arc<AtomicBool>,
}

impl Database {
    /// Opens the file, which is created where it is missing, and checks that it is a database that can be written.
    pub fn open(path: &Path, setting: &Setting) -> Result<Database> {
        let created = CreatedFile::create(path)?;
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        // With its folder in front the path cannot be taken for a `file:` address.
        let place = folder_of(path).join(display_name(path));
        let connection = Connection::open_with_flags(place, flags).map_err(|cause| error(path, cause))?;
        connection.busy_timeout(Duration::ZERO).map_err(|cause| error(path, cause))?;
        let database = Database { connection, created, path: path.to_path_buf(), stop: setting.stop.clone() };
        database.check_writable()?;
        Ok(database)
    }

    fn check_writable(&self) -> Result<()> {
        self.patiently(|connection| connection.query_row("select count(*) from sqlite_schema", [], |_| Ok(())))?;
        if self.connection.is_readonly("main").map_err(|cause| self.error(cause))? {
            return Err(cannot_create(&self.path, "the database is read-only; make it writable or name another"));
        }
        match self.connection.execute_batch("begin immediate; rollback") {
            // Who holds it now may be done when the first rows come.
            Err(cause) if is_busy(&cause) => Ok(()),
            outcome => outcome.map_err(|cause| self.error(cause)),
        }
    }

    /// Tries until nobody else holds the database, the run is to end, or a minute has passed.
    pub fn patiently<T>(&self, mut attempt: impl FnMut(&Connection) -> rusqlite::Result<T>) -> Result<T> {
        let begun = Instant::now();
        loop {
            match attempt(&self.connection) {
                Err(cause) if is_busy(&cause) => self.wait(begun)?,
                outcome => return outcome.map_err(|cause| self.error(cause)),
            }
        }
    }

    fn wait(&self, begun: Instant) -> Result<()> {
        if self.stop.load(Relaxed) {
            return Err(anyhow::Error::new(Stopped));
        }
        if begun.elapsed() >= MAX_WAIT {
            let (shown, seconds) = (self.path.display(), MAX_WAIT.as_secs());
            let message = format!("another process has held {shown} for {seconds} s; run again when it has ended");
            return Err(fatal(ExitCode::Unavailable, message));
        }
        thread::sleep(RETRY_INTERVAL);
        Ok(())
    }

    pub fn execute(&self, sql: &str) -> Result<()> {
        self.connection.execute_batch(sql).map_err(|cause| self.error(cause))
    }

    pub fn begin(&self) -> Result<()> {
        self.patiently(|connection| connection.execute_batch("begin immediate"))
    }

    /// Commits. A reader may be in the way, so this waits too.
    pub fn commit(&self) -> Result<()> {
        self.patiently(|connection| connection.execute_batch("commit"))
    }

    /// Does the work in a transaction of its own; nothing of it stays when it fails.
    pub fn transaction<T>(&self, work: impl FnOnce() -> Result<T>) -> Result<T> {
        self.begin()?;
        let outcome = work().and_then(|value| self.commit().map(|()| value));
        if outcome.is_err() {
            self.rollback();
        }
        outcome
    }

    /// Ends an open transaction. A failure changes nothing: closing the connection rolls back too.
    pub fn rollback(&self) {
        if !self.connection.is_autocommit() {
            self.connection.execute_batch("rollback").ok();
        }
    }

    /// The load is in: a file that we created stays.
    pub fn keep(&mut self) {
        if let Some(created) = &mut self.created {
            created.keep = true;
        }
    }

    /// An error of SQLite's, with the file and an exit code.
    pub fn error(&self, cause: rusqlite::Error) -> anyhow::Error {
        error(&self.path, cause)
    }

    /// Whether nobody else has put anything into the file that we created.
    fn is_ours_alone(&self) -> bool {
        let others = format!("select count(*) from sqlite_schema where tbl_name not like '{STAGING_PREFIX}%'");
        self.connection.query_row(&others, [], |row| row.get::<_, i64>(0)).is_ok_and(|others| others == 0)
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        self.rollback();
        if self.created.is_some() && !self.is_ours_alone() {
            self.keep();
        }
    }
}

fn is_busy(cause: &rusqlite::Error) -> bool {
    matches!(cause.sqlite_error_code(), Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked))
}

fn error(path: &Path, cause: rusqlite::Error) -> anyhow::Error {
    let code = match cause.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => ExitCode::Unavailable,
        Some(ErrorCode::DiskFull | ErrorCode::SystemIoFailure | ErrorCode::DatabaseCorrupt) => ExitCode::Io,
        Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen | ErrorCode::PermissionDenied | ErrorCode::NotADatabase) => {
            ExitCode::CannotCreate
        }
        // A statement that does not fit the schema: a table dropped meanwhile, too many columns.
        Some(ErrorCode::Unknown | ErrorCode::SchemaChanged) => ExitCode::Config,
        // A constraint that is judged only at commit, so no single row can be blamed.
        Some(ErrorCode::ConstraintViolation) => ExitCode::Data,
        _ => ExitCode::Failure,
    };
    fatal(code, format!("cannot write database {}: {cause}", path.display()))
}

/// A database file that did not exist before, removed with its journals unless it is kept.
struct CreatedFile {
    path: PathBuf,
    keep: bool,
}

impl CreatedFile {
    /// Creates the file; `None` where it exists already.
    fn create(path: &Path) -> Result<Option<CreatedFile>> {
        match File::create_new(path) {
            Ok(_) => Ok(Some(CreatedFile { path: path.to_path_buf(), keep: false })),
            Err(cause) if cause.kind() == ErrorKind::AlreadyExists => Ok(None),
            Err(cause) => Err(cannot_create(path, cause)),
        }
    }
}

impl Drop for CreatedFile {
    fn drop(&mut self) {
        if self.keep {
            return;
        }
        for suffix in ["", "-journal", "-wal", "-shm"] {
            let mut path = self.path.clone().into_os_string();
            path.push(suffix);
            fs::remove_file(path).ok();
        }
    }
}
