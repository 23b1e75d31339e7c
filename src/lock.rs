//! Locks that keep two runs off one file, and leave none behind.

use std::fs::{self, File, Metadata, TryLockError};
use std::io::ErrorKind;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use anyhow::Result;
use rustix::fs::OFlags;

use crate::exit::{ExitCode, OrExit, fatal};

/// Opens and locks `path`, created where it is missing and otherwise left as it is. Whoever held the lock before may have
/// renamed or removed the file meanwhile; then we hold the lock of a file that no longer stands there, and begin again.
pub fn lock(path: &Path, target: &str) -> Result<File> {
    loop {
        let file = File::options()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .custom_flags(OFlags::NOFOLLOW.bits() as i32)
            .open(path)
            .or_exit(ExitCode::CannotCreate, || format!("cannot create {target}"))?;
        match file.try_lock() {
            Ok(()) => {}
            // Some network file systems have no locks.
            Err(TryLockError::Error(cause)) if cause.kind() == ErrorKind::Unsupported => {}
            Err(TryLockError::Error(cause)) => {
                return Err(fatal(ExitCode::CannotCreate, format!("cannot lock {target}: {cause}")));
            }
            Err(TryLockError::WouldBlock) => {
                let message = format!("another run is writing {target}; try again when it has ended");
                return Err(fatal(ExitCode::TryAgain, message));
            }
        }
        if stands_at(&file, path) {
            return Ok(file);
        }
    }
}

fn stands_at(file: &File, path: &Path) -> bool {
    let identity = |found: Metadata| (found.dev(), found.ino());
    let (ours, there) = (file.metadata().map(identity), fs::symlink_metadata(path).map(identity));
    matches!((ours, there), (Ok(ours), Ok(there)) if ours == there)
}

/// A lock beside a target that cannot be locked itself; its file goes when it is dropped.
pub struct LockFile {
    path: PathBuf,
    /// Closed, and so unlocked, after the file has gone.
    _file: File,
}

impl LockFile {
    pub fn acquire(path: PathBuf, target: &str) -> Result<LockFile> {
        let file = lock(&path, target)?;
        Ok(LockFile { path, _file: file })
    }
}

impl Drop for LockFile {
    fn drop(&mut self) {
        // Best effort: a left-over holds no lock.
        fs::remove_file(&self.path).ok();
    }
}
