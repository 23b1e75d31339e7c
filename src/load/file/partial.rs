//! The file that grows beside its target until it may take the target's place.

use std::fs::{self, File, Metadata};
use std::io::ErrorKind;
use std::os::unix::fs::{MetadataExt, fchown};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Result;

use crate::exit::{ExitCode, OrExit, fatal};
use crate::lock::lock;
use crate::place::{cannot_create, folder_of, partial_beside};

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
        if let Ok(old) = fs::metadata(target) {
            partial.dress_as(&old)?;
        }
        Ok(partial)
    }

    /// Everything written is on the disk. A failed fsync is never tried again: the kernel may have dropped the pages.
    pub fn sync(&self) -> Result<()> {
        if let Ok(old) = fs::metadata(&self.target) {
            self.dress_as(&old)?;
        }
        self.file.sync_all().or_exit(ExitCode::Io, || format!("cannot fsync {}", self.path.display()))
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
        fs::rename(&self.path, &self.target).or_exit(ExitCode::Io, || format!("cannot rename to {shown}"))?;
        self.published = true;
        let folder = folder_of(&self.target);
        File::open(folder)
            .and_then(|folder| sync_folder(&folder))
            .or_exit(ExitCode::Io, || format!("{shown} is complete, but folder {} cannot be fsynced", folder.display()))
    }

    /// Gives the file the permissions, and where we may the owner, of the one that it replaces.
    fn dress_as(&self, old: &Metadata) -> Result<()> {
        let new = self.file.metadata().or_exit(ExitCode::Io, || format!("cannot read {}", self.path.display()))?;
        if (new.uid(), new.gid()) != (old.uid(), old.gid()) {
            // Only root may give files away, so failing is normal.
            fchown(&*self.file, Some(old.uid()), Some(old.gid())).ok();
        }
        self.file
            .set_permissions(old.permissions())
            .or_exit(ExitCode::Io, || format!("cannot set the permissions of {}", self.path.display()))
    }
}

impl Drop for Partial {
    fn drop(&mut self) {
        if !self.published {
            // Best effort: a left-over is taken over by the next run.
            fs::remove_file(&self.path).ok();
        }
    }
}

fn is_unchanged(old: &Metadata, now: &Metadata) -> bool {
    let state = |of: &Metadata| (of.dev(), of.ino(), of.len(), of.mtime(), of.mtime_nsec());
    state(old) == state(now)
}

/// Makes the rename durable, where the file system can.
fn sync_folder(folder: &File) -> std::io::Result<()> {
    match folder.sync_all() {
        Err(cause) if matches!(cause.kind(), ErrorKind::InvalidInput | ErrorKind::Unsupported) => Ok(()),
        outcome => outcome,
    }
}
