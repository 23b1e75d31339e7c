//! A folder of parts. It grows under a hidden name beside the target and takes its place as a whole, in one step: whoever
//! reads the folder finds all parts of one run, whenever this one is killed.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Result;
use rustix::fs::{CWD, Mode, OFlags, RenameFlags, openat, renameat_with};
use rustix::io::Errno;

use super::held::HeldFolder;
use crate::exit::{ExitCode, OrExit, fatal};
use crate::lock::{LockFile, is_ours, remove_ours};
use crate::partial::{dress_as, sync_folder};
use crate::paths::{cannot_create, display_name, folder_of, hidden_name, partial_beside};

/// What every Parquet file begins with.
const MAGIC: &[u8] = b"PAR1";

pub struct PartFolder {
    target: PathBuf,
    /// Where the parts grow.
    place: PathBuf,
    /// What grows there.
    parts: HeldFolder,
    /// How many there are.
    count: usize,
    /// What stands at the place once the parts have left it.
    replaced: Option<HeldFolder>,
    published: bool,
    _lock: LockFile,
}

impl PartFolder {
    /// Creates `.NAME.partial` beside `target`, in place of one that a killed run left.
    pub fn create(target: &Path) -> Result<PartFolder> {
        let shown = target.display().to_string();
        let lock = LockFile::acquire(folder_of(target).join(hidden_name(&display_name(target), ".lock")), &shown)?;
        let place = partial_beside(target);
        clear(&place, target)?;
        fs::create_dir(&place).map_err(|cause| cannot_create(target, cause))?;
        let parts = HeldFolder::open(&place).map_err(|cause| cannot_create(target, cause))?;
        let parts = parts.ok_or_else(|| cannot_create(target, "somebody else removed its work folder"))?;
        let target = target.to_path_buf();
        let folder = PartFolder { target, place, parts, count: 0, replaced: None, published: false, _lock: lock };
        // No more people may read it than may read the folder that it replaces.
        if let Ok(old) = fs::metadata(&folder.target) {
            folder.parts.dress_as(&old).map_err(|cause| cannot_create(&folder.target, cause))?;
        }
        Ok(folder)
    }

    /// The next part, and how messages name it.
    pub fn next(&mut self) -> Result<(Arc<File>, String)> {
        let name = part_name(self.count);
        let shown = self.target.join(&name).display().to_string();
        let file = self.parts.create(&name).or_exit(ExitCode::CannotCreate, || format!("cannot create {shown}"))?;
        if let Ok(old) = fs::symlink_metadata(self.target.join(part_name(0)))
            && old.is_file()
        {
            dress_as(&file, &old).or_exit(ExitCode::Io, || format!("cannot set the permissions of {shown}"))?;
        }
        self.count += 1;
        Ok((Arc::new(file), shown))
    }

    /// All names of parts are on the disk.
    pub fn sync(&self) -> Result<()> {
        self.parts.sync().or_exit(ExitCode::Io, || format!("cannot fsync {}", self.place.display()))
    }

    /// Takes the target's place; the old parts go. What others have put into the old folder during the run is not lost.
    pub fn publish(&mut self) -> Result<()> {
        check_parts(&self.target)?;
        if !self.parts.stands_at(&self.place) {
            let message = format!("{} was removed or replaced by somebody else during the run", self.place.display());
            return Err(fatal(ExitCode::Io, message));
        }
        let cannot = || format!("cannot rename to {}", self.target.display());
        self.replaced = HeldFolder::open(&self.target).or_exit(ExitCode::Io, cannot)?;
        self.replace().or_exit(ExitCode::Io, cannot)?;
        self.published = true;
        let above = folder_of(&self.target);
        sync_folder(above).or_exit(ExitCode::Io, || {
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
        clear(&old, &self.target).map_err(io::Error::other)?;
        fs::rename(&self.target, &old)?;
        fs::rename(&self.place, &self.target)?;
        fs::rename(&old, &self.place)
    }
}

impl Drop for PartFolder {
    /// Removes what is half done, or once published the old parts. Best effort: the next run removes a left-over.
    fn drop(&mut self) {
        let left = if self.published { self.replaced.as_ref() } else { Some(&self.parts) };
        if let Some(left) = left {
            left.remove(&self.place, is_part).ok();
        }
    }
}

/// Removes the folder of parts that a killed run of ours left there, or whatever else of ours is in the way.
fn clear(place: &Path, target: &Path) -> Result<()> {
    let cannot = |cause| cannot_create(target, format!("cannot remove {}: {cause}", place.display()));
    let left = if fs::symlink_metadata(place).is_ok_and(|found| found.is_dir()) {
        HeldFolder::open(place).map_err(cannot)?
    } else {
        None
    };
    match left {
        Some(left) if left.metadata().is_ok_and(|found| is_ours(&found)) => left.remove(place, is_part).map_err(cannot),
        _ => remove_ours(place, &target.display().to_string()),
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
        let what = match name.to_str().is_some_and(is_part) {
            true => no_part(&target.join(&name))?,
            false => Some("which is no part"),
        };
        if let Some(what) = what {
            let shown = target.display();
            let message = format!("cannot replace {shown}: it holds {name:?}, {what}; name a folder of its own");
            return Err(fatal(ExitCode::Config, message));
        }
    }
    Ok(())
}

/// Why what has the name of a part is none, so that it is not to be lost. One that is gone by now is in nobody's way.
fn no_part(path: &Path) -> Result<Option<&'static str>> {
    let cannot = || format!("cannot read {}", path.display());
    let found = match fs::symlink_metadata(path) {
        Err(cause) if cause.kind() == ErrorKind::NotFound => return Ok(None),
        found => found.or_exit(ExitCode::Io, cannot)?.file_type(),
    };
    Ok(match found {
        _ if found.is_dir() => Some("which is a folder and no part"),
        _ if found.is_symlink() => Some("which is a symbolic link and no part"),
        _ if !found.is_file() => Some("which is no regular file and no part"),
        _ if !begins_as_parquet(path).or_exit(ExitCode::Io, cannot)? => Some("which is no Parquet file"),
        _ => None,
    })
}

fn begins_as_parquet(path: &Path) -> io::Result<bool> {
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let mut begin = Vec::new();
    File::from(openat(CWD, path, flags, Mode::empty())?).take(MAGIC.len() as u64).read_to_end(&mut begin)?;
    Ok(begin == MAGIC)
}

fn part_name(index: usize) -> String {
    format!("part-{index:05}.parquet")
}

fn is_part(name: &str) -> bool {
    let number = name.strip_prefix("part-").and_then(|rest| rest.strip_suffix(".parquet"));
    number.is_some_and(|number| number.len() >= 5 && number.bytes().all(|byte| byte.is_ascii_digit()))
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
                fs::write(target.join(part_name(old)), MAGIC).unwrap();
            }
            let mut parts = PartFolder::create(&target).unwrap();
            parts.next().unwrap();
            if in_steps {
                parts.replaced = HeldFolder::open(&target).unwrap();
                parts.replace_in_steps().unwrap();
                parts.published = true;
            } else {
                parts.publish().unwrap()
            }
            drop(parts);
            assert_eq!((names(folder.path()), names(&target)), (vec!["out".to_owned()], vec![part_name(0)]));
        }
    }

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    /// A folder with a part of somebody else's, and a target that is still to be made.
    fn with_victim() -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("victim")).unwrap();
        fs::write(folder.path().join("victim").join(part_name(0)), "mine").unwrap();
        let target = folder.path().join("out");
        (folder, target)
    }

    #[test]
    fn a_planted_link_takes_nobodys_parts() {
        for name in [".out.partial", ".out.old"] {
            let (folder, target) = with_victim();
            std::os::unix::fs::symlink("victim", folder.path().join(name)).unwrap();
            fs::create_dir(&target).unwrap();
            let mut parts = PartFolder::create(&target).unwrap();
            parts.next().unwrap();
            parts.replaced = HeldFolder::open(&target).unwrap();
            parts.replace_in_steps().unwrap();
            parts.published = true;
            drop(parts);
            assert_eq!(names(folder.path()), ["out", "victim"]);
            assert_eq!(names(&folder.path().join("victim")), [part_name(0)]);
            assert_eq!(names(&target), [part_name(0)]);
        }
    }

    #[test]
    fn a_work_folder_that_is_exchanged_during_the_run_is_not_published() {
        let (folder, target) = with_victim();
        let mut parts = PartFolder::create(&target).unwrap();
        parts.next().unwrap();
        fs::rename(folder.path().join(".out.partial"), folder.path().join("moved")).unwrap();
        std::os::unix::fs::symlink("victim", folder.path().join(".out.partial")).unwrap();
        parts.next().unwrap();
        assert_eq!(ExitCode::of(&parts.publish().unwrap_err()), ExitCode::Io);
        drop(parts);
        assert_eq!(names(&folder.path().join("victim")), [part_name(0)]);
        assert!(!target.exists());
    }

    #[test]
    fn a_left_over_of_another_user_is_refused() {
        if !rustix::process::geteuid().is_root() {
            return;
        }
        let (folder, target) = with_victim();
        let left = folder.path().join(".out.partial");
        fs::rename(folder.path().join("victim"), &left).unwrap();
        std::os::unix::fs::chown(&left, Some(65_534), None).unwrap();
        let error = PartFolder::create(&target).err().unwrap();
        assert_eq!(ExitCode::of(&error), ExitCode::CannotCreate, "{error}");
        assert_eq!(names(&left), [part_name(0)]);
    }
}
