//! Work files: made by one run, locked so that two keep off one, and none left behind. Somebody else may have planted
//! their names in a folder that others can write, so nothing that stands there is believed.

use std::fs::{self, File, Metadata, TryLockError};
use std::io::{self, ErrorKind};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use anyhow::Result;
use rustix::fs::OFlags;
use rustix::process::geteuid;

use crate::exit::{ExitCode, OrExit, fatal};

const WRITABLE_BY_US: u32 = 0o200;
/// By those who are not the owner.
const WRITABLE_BY_OTHERS: u32 = 0o022;

/// Makes and locks the work file `path`, or takes over, with what it holds, one that a killed run of ours left. Whoever held
/// the lock before may have renamed or removed the file meanwhile; then we begin again.
pub fn lock(path: &Path, target: &str) -> Result<File> {
    loop {
        let locked = match create(path) {
            Ok(file) => locked_at(file, path, target)?,
            Err(cause) if cause.kind() == ErrorKind::AlreadyExists => take_over(path, target)?,
            Err(cause) => return Err(cause).or_exit(ExitCode::CannotCreate, || format!("cannot create {target}")),
        };
        if let Some(file) = locked {
            return Ok(file);
        }
    }
}

/// A file that was not there, whatever name somebody has planted.
pub fn create(path: &Path) -> io::Result<File> {
    File::options().read(true).write(true).create_new(true).custom_flags(OFlags::NOFOLLOW.bits() as i32).open(path)
}

/// A left-over that is locked and ours alone; `None` where none stands there any more.
fn take_over(path: &Path, target: &str) -> Result<Option<File>> {
    let is_plain = fs::symlink_metadata(path).is_ok_and(|found| found.is_file());
    let Some(file) = is_plain.then(|| open_standing(path)).flatten() else {
        return remove_ours(path, target).map(|()| None);
    };
    let Some(file) = locked_at(file, path, target)? else { return Ok(None) };
    match file.metadata().is_ok_and(|found| is_ours_alone(&found) && found.mode() & WRITABLE_BY_US != 0) {
        true => Ok(Some(file)),
        false => remove_ours(path, target).map(|()| None),
    }
}

/// A file of another's can often only be read, which is enough to lock it. A pipe in its place is not waited for.
fn open_standing(path: &Path) -> Option<File> {
    let flags = (OFlags::NOFOLLOW | OFlags::NONBLOCK).bits() as i32;
    let open = |write| File::options().read(true).write(write).custom_flags(flags).open(path);
    open(true).or_else(|_| open(false)).ok()
}

/// The file, locked; `None` where it stands at its path no longer.
fn locked_at(file: File, path: &Path, target: &str) -> Result<Option<File>> {
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
    Ok(stands_at(&file, path).then_some(file))
}

/// Whether the open file is the one at this path, which is no link.
pub fn stands_at(file: &File, path: &Path) -> bool {
    let identity = |found: Metadata| (found.dev(), found.ino());
    let (ours, there) = (file.metadata().map(identity), fs::symlink_metadata(path).map(identity));
    matches!((ours, there), (Ok(ours), Ok(there)) if ours == there)
}

/// Whether it is a plain file of ours, under this one name, that nobody else could have written.
pub fn is_ours_alone(found: &Metadata) -> bool {
    found.is_file() && is_ours(found) && found.nlink() == 1 && found.mode() & WRITABLE_BY_OTHERS == 0
}

/// Whether it belongs to the user that we run as.
pub fn is_ours(found: &Metadata) -> bool {
    found.uid() == geteuid().as_raw()
}

/// Removes what stands in the way of a work file, if it is ours; a folder is not removed.
pub fn remove_ours(path: &Path, target: &str) -> Result<()> {
    let found = match fs::symlink_metadata(path) {
        Err(cause) if cause.kind() == ErrorKind::NotFound => return Ok(()),
        found => found.or_exit(ExitCode::CannotCreate, || format!("cannot create {target}"))?,
    };
    if found.is_dir() || !is_ours(&found) {
        let (shown, owner) = (path.display(), found.uid());
        let what = if found.is_dir() { "a folder".to_owned() } else { format!("of another user, {owner}") };
        let message = format!("cannot create {target}: {shown} stands in its way and is {what}; have it removed");
        return Err(fatal(ExitCode::CannotCreate, message));
    }
    match fs::remove_file(path) {
        Err(cause) if cause.kind() == ErrorKind::NotFound => Ok(()),
        removed => removed.or_exit(ExitCode::CannotCreate, || format!("cannot create {target}")),
    }
}

/// A lock beside a target that cannot be locked itself; its file goes when it is dropped.
pub struct LockFile {
    path: PathBuf,
    /// Closed, and so unlocked, after the file has gone.
    file: File,
}

impl LockFile {
    pub fn acquire(path: PathBuf, target: &str) -> Result<LockFile> {
        let file = lock(&path, target)?;
        Ok(LockFile { path, file })
    }
}

impl Drop for LockFile {
    fn drop(&mut self) {
        if stands_at(&self.file, &self.path) {
            // Best effort: a left-over holds no lock.
            fs::remove_file(&self.path).ok();
        }
    }
}

#[cfg(test)]
mod tests;
