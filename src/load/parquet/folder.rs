//! A folder of parts. It grows under a hidden name beside the target and takes its place as a whole, in one step: whoever
//! reads the folder finds all parts of one run, whenever this one is killed.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Result;
use rustix::fs::{CWD, RenameFlags, renameat_with};
use rustix::io::Errno;

use crate::exit::{ExitCode, OrExit, fatal};
use crate::lock::LockFile;
use crate::place::{cannot_create, display_name, folder_of, hidden_name, partial_beside};

pub struct PartFolder {
    target: PathBuf,
    /// Where the parts grow.
    place: PathBuf,
    /// How many there are.
    count: usize,
    _lock: LockFile,
}

impl PartFolder {
    /// Creates `.NAME.partial` beside `target`, in place of one that a killed run left.
    pub fn create(target: &Path) -> Result<PartFolder> {
        let shown = target.display().to_string();
        let lock = LockFile::acquire(folder_of(target).join(hidden_name(&display_name(target), ".lock")), &shown)?;
        let place = partial_beside(target);
        remove(&place).map_err(|cause| cannot_create(target, format!("cannot remove {}: {cause}", place.display())))?;
        fs::create_dir(&place).map_err(|cause| cannot_create(target, cause))?;
        let folder = PartFolder { target: target.to_path_buf(), place, count: 0, _lock: lock };
        // No more people may read it than may read the folder that it replaces.
        if let Ok(old) = fs::metadata(target) {
            fs::set_permissions(&folder.place, old.permissions()).map_err(|cause| cannot_create(target, cause))?;
        }
        Ok(folder)
    }

    /// The next part, and how messages name it.
    pub fn next(&mut self) -> Result<(Arc<File>, String)> {
        let name = part_name(self.count);
        let shown = self.target.join(&name).display().to_string();
        let file = OpenOptions::new().write(true).create_new(true).open(self.place.join(&name));
        let file = file.or_exit(ExitCode::CannotCreate, || format!("cannot create {shown}"))?;
        if let Ok(old) = fs::metadata(self.target.join(part_name(0))) {
            file.set_permissions(old.permissions())
                .or_exit(ExitCode::Io, || format!("cannot set the permissions of {shown}"))?;
        }
        self.count += 1;
        Ok((Arc::new(file), shown))
    }

    /// All names of parts are on the disk.
    pub fn sync(&self) -> Result<()> {
        sync(&self.place).or_exit(ExitCode::Io, || format!("cannot fsync {}", self.place.display()))
    }

    /// Takes the target's place; the old parts go. What others have put into the old folder during the run is not lost.
    pub fn publish(&self) -> Result<()> {
        check_parts(&self.target)?;
        self.replace().or_exit(ExitCode::Io, || format!("cannot rename to {}", self.target.display()))?;
        let above = folder_of(&self.target);
        sync(above).or_exit(ExitCode::Io, || {
            format!("{} is complete, but folder {} cannot be fsynced", self.target.display(), above.display())
        })
    }

    fn replace(&self) -> io::Result<()> {
        match renameat_with(CWD, &self.place, CWD, &self.target, RenameFlags::EXCHANGE) {
            Ok(()) => Ok(()),
            Err(Errno::NOENT) => fs::rename(&self.place, &self.target),
            Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) => self.replace_in_steps(),
            Err(cause) => Err(cause.into()),
        }
    }

    /// Where the file system exchanges nothing: for a moment there is no folder, and the old one stands beside it.
    fn replace_in_steps(&self) -> io::Result<()> {
        let old = folder_of(&self.target).join(hidden_name(&display_name(&self.target), ".old"));
        remove(&old)?;
        fs::rename(&self.target, &old)?;
        fs::rename(&self.place, &self.target)?;
        fs::rename(&old, &self.place)
    }
}

impl Drop for PartFolder {
    /// Removes what is half done, or once published the old parts. Best effort: the next run removes a left-over.
    fn drop(&mut self) {
        remove(&self.place).ok();
    }
}

/// Refuses a target that is no folder, or holds anything but parts.
pub fn check(target: &Path) -> Result<()> {
    match fs::metadata(target) {
        Ok(found) if !found.is_dir() => {
            let why = "it is a file, and load.max_rows and load.max_bytes write a folder; name another or remove it";
            Err(cannot_create(target, why))
        }
        Ok(_) => check_parts(target),
        Err(cause) if cause.kind() == ErrorKind::NotFound => Ok(()),
        Err(cause) => Err(cannot_create(target, cause)),
    }
}

fn check_parts(target: &Path) -> Result<()> {
    let entries = match fs::read_dir(target) {
        Err(cause) if cause.kind() == ErrorKind::NotFound => return Ok(()),
        entries => entries.or_exit(ExitCode::Io, || format!("cannot read {}", target.display()))?,
    };
    for entry in entries {
        let name = entry.or_exit(ExitCode::Io, || format!("cannot read {}", target.display()))?.file_name();
        if !name.to_str().is_some_and(is_part) {
            let shown = target.display();
            let message =
                format!("cannot replace {shown}: it holds {name:?}, which is no part; name a folder of its own");
            return Err(fatal(ExitCode::Config, message));
        }
    }
    Ok(())
}

/// Removes a folder with its parts, where there is one. With anything else in it, it stays.
fn remove(folder: &Path) -> io::Result<()> {
    let entries = match fs::read_dir(folder) {
        Err(cause) if cause.kind() == ErrorKind::NotFound => return Ok(()),
        entries => entries?,
    };
    for entry in entries {
        let entry = entry?;
        if entry.file_name().to_str().is_some_and(is_part) {
            fs::remove_file(entry.path())?;
        }
    }
    fs::remove_dir(folder)
}

fn part_name(index: usize) -> String {
    format!("part-{index:05}.parquet")
}

fn is_part(name: &str) -> bool {
    let number = name.strip_prefix("part-").and_then(|rest| rest.strip_suffix(".parquet"));
    number.is_some_and(|number| number.len() >= 5 && number.bytes().all(|byte| byte.is_ascii_digit()))
}

fn sync(folder: &Path) -> io::Result<()> {
    match File::open(folder)?.sync_all() {
        Err(cause) if matches!(cause.kind(), ErrorKind::InvalidInput | ErrorKind::Unsupported) => Ok(()),
        outcome => outcome,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_parts() {
        assert_eq!((part_name(0), part_name(123_456)), ("part-00000.parquet".into(), "part-123456.parquet".into()));
        for name in ["part-00000.parquet", "part-123456.parquet"] {
            assert!(is_part(name), "{name}");
        }
        for name in
            ["part-1.parquet", "part-0000a.parquet", "part-.parquet", "part-00000.csv", ".part-00000.parquet", ""]
        {
            assert!(!is_part(name), "{name}");
        }
    }

    /// Folders beside each other: the new parts, and what there was.
    #[test]
    fn the_folder_is_replaced_with_and_without_an_exchange() {
        for in_steps in [false, true] {
            let folder = tempfile::tempdir().unwrap();
            let target = folder.path().join("out");
            fs::create_dir(&target).unwrap();
            for old in 0..3 {
                fs::write(target.join(part_name(old)), "old").unwrap();
            }
            let mut parts = PartFolder::create(&target).unwrap();
            parts.next().unwrap();
            if in_steps {
                parts.replace_in_steps().unwrap()
            } else {
                parts.publish().unwrap()
            }
            drop(parts);
            let names = |folder: &Path| -> Vec<_> {
                fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
            };
            assert_eq!((names(folder.path()), names(&target)), (vec!["out".to_owned()], vec![part_name(0)]));
        }
    }
}
