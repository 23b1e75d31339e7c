//! A database file of our own making: it grows under a hidden name, and gets its own only with the table in it, so that a
//! run that fails or is killed leaves no database behind.

use std::ffi::OsString;
use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use anyhow::Result;
use rustix::fs::{CWD, RenameFlags, renameat_with};
use rustix::io::Errno;

use super::lock_file::beside;
use crate::exit::{ExitCode, OrExit};
use crate::lock;
use crate::partial::sync_folder;
use crate::paths::{cannot_create, folder_of};

/// What SQLite puts behind a database's name for its journals.
const SUFFIXES: [&str; 4] = ["-journal", "-wal", "-shm", ""];

/// A database that no other program knows of yet.
pub struct CreatedFile {
    /// Where it stands.
    place: PathBuf,
    /// Where it is to stand.
    target: PathBuf,
    published: bool,
}

impl CreatedFile {
    /// Makes an empty file for a table whose lock is held. What a killed run has left of one goes first.
    pub fn create(target: &Path, table: &str) -> Result<CreatedFile> {
        let place = beside(target, table, ".partial");
        let created = CreatedFile { place, target: target.to_path_buf(), published: false };
        let shown = target.display().to_string();
        created.files().iter().try_for_each(|path| lock::remove_ours(path, &shown))?;
        lock::create(&created.place).map_err(|cause| cannot_create(target, cause))?;
        Ok(created)
    }

    pub fn place(&self) -> &Path {
        &self.place
    }

    /// Gives the file its name; false where another file has it by now.
    pub fn publish(&mut self) -> Result<bool> {
        let shown = self.target.display();
        match rename_beside_none(&self.place, &self.target) {
            Err(cause) if cause.kind() == ErrorKind::AlreadyExists => return Ok(false),
            renamed => renamed.or_exit(ExitCode::Io, || format!("cannot rename to {shown}"))?,
        }
        self.published = true;
        let folder = folder_of(&self.target);
        sync_folder(folder).or_exit(ExitCode::Io, || {
            format!("{shown} is complete, but folder {} cannot be fsynced", folder.display())
        })?;
        Ok(true)
    }

    /// The file and its journals. The database last: as long as it stands, nobody makes a new one whose journal we would
    /// take away.
    fn files(&self) -> [PathBuf; 4] {
        SUFFIXES.map(|suffix| {
            let mut name: OsString = self.place.clone().into_os_string();
            name.push(suffix);
            name.into()
        })
    }
}

impl Drop for CreatedFile {
    fn drop(&mut self) {
        if !self.published {
            // Best effort: what stays is hidden, and the next run takes it away.
            self.files().iter().for_each(|path| drop(fs::remove_file(path)));
        }
    }
}

/// Renames a file, but over no other.
fn rename_beside_none(from: &Path, to: &Path) -> io::Result<()> {
    match renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE) {
        // Some file systems cannot. There the moment between look and rename is open.
        Err(Errno::INVAL | Errno::NOSYS | Errno::OPNOTSUPP) => match fs::symlink_metadata(to) {
            Ok(_) => Err(ErrorKind::AlreadyExists.into()),
            Err(_) => fs::rename(from, to),
        },
        renamed => renamed.map_err(io::Error::from),
    }
}
