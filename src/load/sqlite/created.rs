//! A database file of our own making, which goes again when the load does not come to pass.

use std::fs::{self, File};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::lock::is_ours;
use crate::place::cannot_create;

/// A database file that did not exist before.
pub struct CreatedFile(PathBuf);

impl CreatedFile {
    /// Creates the file; `None` where it exists already.
    pub fn create(path: &Path) -> Result<Option<CreatedFile>> {
        match File::create_new(path) {
            Ok(_) => Ok(Some(CreatedFile(path.to_path_buf()))),
            Err(cause) if cause.kind() == ErrorKind::AlreadyExists => Ok(None),
            Err(cause) => Err(cannot_create(path, cause)),
        }
    }

    /// Removes it with its journals.
    pub fn remove(self) {
        // The database last: as long as it stands, nobody makes a new one whose journal we would take away.
        for suffix in ["-journal", "-wal", "-shm", ""] {
            let mut path = self.0.clone().into_os_string();
            path.push(suffix);
            if fs::symlink_metadata(&path).is_ok_and(|found| found.is_file() && is_ours(&found)) {
                // Best effort: what stays is an empty database.
                fs::remove_file(path).ok();
            }
        }
    }
}
