//! One connection to one database file: opened, waited for while others hold it, and closed leaving nothing of ours.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Result;
use rusqlite::{Connection, OpenFlags};

use super::created::CreatedFile;
use super::fault::{error, is_busy, unfit, words};
use super::handed::hand_over;
use crate::cancel::Patience;
use crate::console::say;
use crate::exit::{ExitCode, fatal};
use crate::load::Setting;
use crate::paths::{cannot_create, folder_of};
use crate::stop::Stopped;

/// How long another process may hold the database before we give up.
const MAX_WAIT: Duration = Duration::from_secs(60);

/// Between two tries; the stop flag is looked at as often.
const RETRY_INTERVAL: Duration = Duration::from_millis(20);

/// How long one try to be alone keeps new readers out while it waits for the old ones. Without it, readers that come and
/// go all the time would keep us waiting for ever.
const TIME_TO_LEAVE: Duration = Duration::from_millis(500);

/// How long a run that is over may still wait to take away what it made.
const TIME_TO_CLEAR: Duration = Duration::from_secs(1);

/// Steps of SQLite's machine, some milliseconds of work.
const STEPS_BETWEEN_LOOKS: i32 = 100_000;

pub struct Database {
    pub connection: Connection,
    created: Option<CreatedFile>,
    /// As the user knows it.
    path: PathBuf,
    /// The file that is open, and its device and inode.
    place: PathBuf,
    identity: Option<(u64, u64)>,
    stop: Arc<AtomicBool>,
}

impl Database {
    /// Opens the file, or where it is missing one that gets its name when the load is in, and checks that it can be written.
    pub fn open(path: &Path, table: &str, setting: &Setting) -> Result<Database> {
        let created = if path.exists() { None } else { Some(CreatedFile::create(path, table)?) };
        let place = created.as_ref().map_or(path, CreatedFile::place).to_path_buf();
        let connection = connect(&place, setting.stop.clone()).map_err(|cause| error(path, cause))?;
        let (stop, identity) = (setting.stop.clone(), identity(&place));
        let database = Database { connection, created, path: path.to_path_buf(), place, identity, stop };
        database.check_writable()?;
        Ok(database)
    }

    fn check_writable(&self) -> Result<()> {
        self.patiently(|connection| connection.query_row("select count(*) from sqlite_schema", [], |_| Ok(())))?;
        if self.connection.is_readonly("main").map_err(|cause| self.error(cause))? {
            return Err(cannot_create(&self.path, "the database is read-only; make it writable or name another"));
        }
        self.undone(|_| Ok(())).map_err(|cause| self.error(cause))
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

    /// Fails where the run is to end.
    pub fn check_stop(&self) -> Result<()> {
        if self.stop.load(Relaxed) { Err(anyhow::Error::new(Stopped)) } else { Ok(()) }
    }

    fn wait(&self, begun: Instant) -> Result<()> {
        self.check_stop()?;
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

    /// Begins a transaction when nobody reads any more: beside readers SQLite would keep all that it writes in memory, and
    /// wait for them at the commit. With a write-ahead log it has neither need, and readers stay.
    pub fn begin(&self) -> Result<()> {
        let outcome = self.patiently(|connection| {
            connection.busy_timeout(TIME_TO_LEAVE)?;
            let outcome = connection.execute_batch("begin exclusive");
            connection.busy_timeout(Duration::ZERO).and(outcome)
        });
        self.check_identity()?;
        outcome
    }

    /// Commits into the file that still stands at its path.
    pub fn commit(&self) -> Result<()> {
        self.check_identity()?;
        self.patiently(|connection| connection.execute_batch("commit"))
    }

    /// Rows would go into a file that nobody can find any more. SQLite itself notices only at a beginning, and only where
    /// the file was not empty.
    fn check_identity(&self) -> Result<()> {
        if self.stands() {
            return Ok(());
        }
        self.rollback();
        let message = format!("{} was removed or replaced after the run began; run again", self.path.display());
        Err(fatal(ExitCode::TryAgain, message))
    }

    /// Whether the open file is still the one at its path.
    fn stands(&self) -> bool {
        identity(&self.place) == self.identity
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

    /// Tries what a load of the table will do, so that what cannot work is told before the first row is read.
    pub fn try_out(&self, table: &str, work: impl FnOnce(&Connection) -> rusqlite::Result<()>) -> Result<()> {
        self.undone(work).map_err(|cause| unfit(&self.path, table, cause))
    }

    /// Does the work in a transaction that is undone again. Does nothing while another process holds the database: that
    /// may be done when the first rows come.
    fn undone(&self, work: impl FnOnce(&Connection) -> rusqlite::Result<()>) -> rusqlite::Result<()> {
        let outcome = self.connection.execute_batch("begin immediate").and_then(|()| work(&self.connection));
        self.rollback();
        match outcome {
            Err(cause) if is_busy(&cause) => Ok(()),
            outcome => outcome,
        }
    }

    /// Ends an open transaction. A failure changes nothing: closing the connection rolls back too.
    pub fn rollback(&self) {
        if !self.connection.is_autocommit() {
            self.connection.execute_batch("rollback").ok();
        }
    }

    /// The load is in: a file that we made gets its name. Where another has been made meanwhile, the table goes there.
    pub fn keep(&mut self, table: &str) -> Result<()> {
        let Some(created) = &mut self.created else { return Ok(()) };
        if !created.publish()? {
            hand_over(self, &self.path, table)?;
        }
        self.created = None;
        Ok(())
    }

    /// Takes away what the run made, when it has failed. Others may be in the way, so this waits a little, even when the run
    /// is to end; what stays all the same is named.
    pub fn clear(&self, sql: &str, what: &str) {
        self.rollback();
        self.connection.busy_timeout(TIME_TO_CLEAR).ok();
        if let Err(cause) = self.connection.execute_batch(sql)
            && self.stands()
        {
            let (shown, words) = (self.path.display(), words(&cause));
            say(&format!("gristmill: {what} is left over in {shown}, and may be dropped: {words}"));
        }
    }

    /// An error of SQLite's, with the file and an exit code.
    pub fn error(&self, cause: rusqlite::Error) -> anyhow::Error {
        error(&self.path, cause)
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        self.rollback();
    }
}

/// A long statement, such as one that sets off triggers or builds an index, is given up when the run is to end; what takes
/// things back is shorter.
fn connect(path: &Path, stop: Arc<AtomicBool>) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let place = placed(path);
    let mut connection = Connection::open_with_flags(place, flags)?;
    let mut patience = Patience::new(stop);
    connection.progress_handler(STEPS_BETWEEN_LOOKS, Some(move || patience.is_over()))?;
    connection.busy_timeout(Duration::ZERO)?;
    Ok(connection)
}

/// With its folder in front a path cannot be taken for a `file:` address.
pub fn placed(path: &Path) -> PathBuf {
    folder_of(path).join(path.file_name().unwrap_or_default())
}

fn identity(path: &Path) -> Option<(u64, u64)> {
    fs::metadata(path).ok().map(|found| (found.dev(), found.ino()))
}
