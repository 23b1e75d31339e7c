//! A file that grows beside its target until it may take the target's place.

use std::fs::{self, File, Metadata, Permissions};
use std::io::{self, ErrorKind};
use std::os::unix::fs::{MetadataExt, PermissionsExt, fchown};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Result;

use crate::exit::{ExitCode, OrExit, fatal};
use crate::lock::{lock, stands_at};
use crate::paths::{cannot_create, folder_of, partial_beside};

/// Reading, writing and executing, by owner, group and others; not set-user-ID and the like, which were given to what the old
/// file held.
const PLAIN_MODE: u32 = 0o777;

/// A locked file under a fixed hidden name, removed when it is dropped unpublished.
pub struct Partial {
    pub file: Arc<File>,
    path: PathBuf,
    target: PathBuf,
    published: bool,
}

impl Partial {
    /// Creates `.NAME.partial` in the folder of `target`, or takes over one that a killed run left.
    pub fn create(target: &Path) -> Result<Partial> {
        let path = partial_beside(target);
        let file = Arc::new(lock(&path, &target.display().to_string())?);
        // Only the holder of the lock may shorten the file: another run's rows may stand in it.
        let partial = Partial { file, path, target: target.to_path_buf(), published: false };
        partial.file.set_len(0).map_err(|cause| cannot_create(target, cause))?;
        // From the first row on no more people may read it than may read the file that it replaces.
        partial.dress()?;
        Ok(partial)
    }

    /// Everything written is on the disk. A failed fsync is never tried again: the kernel may have dropped the pages.
    pub fn sync(&self) -> Result<()> {
        self.dress()?;
        self.file.sync_all().or_exit(ExitCode::Io, || format!("cannot fsync {}", self.path.display()))
    }

    /// How long the file is that stands in the target's place.
    pub fn standing(&self) -> u64 {
        fs::metadata(&self.target).map_or(0, |found| found.len())
    }

    /// Takes the target's place. `old`: the file whose rows stand in this one, as they did when they were copied.
    pub fn publish(&mut self, old: Option<&Metadata>) -> Result<()> {
        let shown = self.target.display();
        if let Some(old) = old
            && !fs::metadata(&self.target).is_ok_and(|now| is_unchanged(old, &now))
        {
            let message =
                format!("{shown} was changed by somebody else during the run; nothing was appended, run again");
            return Err(fatal(ExitCode::TryAgain, message));
        }
        if !stands_at(&self.file, &self.path) {
            let message = format!("{} was removed or replaced by somebody else during the run", self.path.display());
            return Err(fatal(ExitCode::Io, message));
        }
        self.give_away();
        fs::rename(&self.path, &self.target).or_exit(ExitCode::Io, || format!("cannot rename to {shown}"))?;
        self.published = true;
        let folder = folder_of(&self.target);
        sync_folder(folder)
            .or_exit(ExitCode::Io, || format!("{shown} is complete, but folder {} cannot be fsynced", folder.display()))
    }

    /// Gives the file the permissions of the one that it replaces.
    fn dress(&self) -> Result<()> {
        let Ok(old) = fs::metadata(&self.target) else { return Ok(()) };
        dress_as(&self.file, &old)
            .or_exit(ExitCode::Io, || format!("cannot set the permissions of {}", self.path.display()))
    }

    /// Only root may, and only at the end: until then a killed run's left-over must be seen to be ours.
    fn give_away(&self) {
        if let Ok(old) = fs::metadata(&self.target)
            && self.file.metadata().is_ok_and(|new| new.uid() != old.uid())
        {
            fchown(&*self.file, Some(old.uid()), None).ok();
        }
    }
}

/// Gives the file the group, where we may, and the permissions of an old one; where the group is another, it may no more than
/// everybody.
pub fn dress_as(file: &File, old: &Metadata) -> io::Result<()> {
    let new = file.metadata()?;
    let of_group = new.gid() == old.gid() || fchown(file, None, Some(old.gid())).is_ok();
    let mode = if of_group { old.mode() } else { without_group(old.mode()) };
    file.set_permissions(Permissions::from_mode(mode & PLAIN_MODE))
}

/// The permissions of a group whose people were others before.
pub fn without_group(mode: u32) -> u32 {
    (mode & !0o070) | (((mode & 0o007) << 3) & mode)
}

impl Drop for Partial {
    fn drop(&mut self) {
        if !self.published && stands_at(&self.file, &self.path) {
            // Best effort: a left-over is taken over by the next run.
            fs::remove_file(&self.path).ok();
        }
    }
}

fn is_unchanged(old: &Metadata, now: &Metadata) -> bool {
    let state = |of: &Metadata| (of.dev(), of.ino(), of.len(), of.mtime(), of.mtime_nsec());
    state(old) == state(now)
}

/// Makes a rename durable, where the file system can.
pub fn sync_folder(folder: &Path) -> io::Result<()> {
    match File::open(folder)?.sync_all() {
        Err(cause) if matches!(cause.kind(), ErrorKind::InvalidInput | ErrorKind::Unsupported) => Ok(()),
        outcome => outcome,
    }
}
