//! Where a file may stand: what must hold of a path and its folder before anything is created there.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::ErrorKind;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use anyhow::Result;
use rustix::fs::{Access, access};

use crate::exit::{ExitCode, fatal};

/// A link may point to a link, but not for ever.
const MAX_LINKS: usize = 40;

/// The last part of the path, as the summary and the rejects file name a sink.
pub fn display_name(path: &Path) -> String {
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}

/// Where a target grows until it is published: a hidden file beside it.
pub fn partial_beside(target: &Path) -> PathBuf {
    folder_of(target).join(hidden_name(&display_name(target), ".partial"))
}

/// As long as file systems let a file's name be.
pub const LONGEST_NAME: usize = 255;

/// The name of a hidden file of ours, one for each `name` and `ending`.
pub fn hidden_name(name: &str, ending: &str) -> String {
    fitted(&format!(".{name}"), ending)
}

/// A file's name of these two parts. What is too long for one is cut, and told apart by its hash.
pub fn fitted(name: &str, ending: &str) -> String {
    if name.len() + ending.len() <= LONGEST_NAME {
        return format!("{name}{ending}");
    }
    let mut hasher = DefaultHasher::new();
    name.hash(&mut hasher);
    let ending = format!("-{:016x}{ending}", hasher.finish());
    let mut cut = name.to_owned();
    while cut.len() + ending.len() > LONGEST_NAME {
        cut.pop();
    }
    cut + &ending
}

/// Whether the path names something that a rename would not replace but destroy: a pipe, a device, an open descriptor.
pub fn is_special(path: &Path) -> bool {
    is_descriptor(path) || fs::metadata(path).is_ok_and(|found| !found.is_file() && !found.is_dir())
}

/// Whether the path is a link to whatever a descriptor of ours is, be it a regular file that somebody else writes to.
pub fn is_descriptor(path: &Path) -> bool {
    let names = ["/dev/stdin", "/dev/stdout", "/dev/stderr"];
    names.iter().any(|name| path == Path::new(name)) || path.starts_with("/dev/fd") || path.starts_with("/proc/self/fd")
}

/// The path behind symbolic links, which need not exist yet.
pub fn follow_links(path: &Path) -> Result<PathBuf> {
    let mut place = path.to_path_buf();
    for _ in 0..MAX_LINKS {
        match fs::read_link(&place) {
            Ok(target) => place = folder_of(&place).join(target),
            Err(_) => return Ok(place),
        }
    }
    Err(cannot_create(path, "too many symbolic links"))
}

/// The folder that a path stands in.
pub fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// Refuses a path under which no file can be created or replaced.
pub fn check_file(path: &Path) -> Result<()> {
    check_folder(path)?;
    match fs::metadata(path) {
        Ok(found) if found.is_dir() => Err(cannot_create(path, "it is a folder; name a file")),
        Ok(_) if access(path, Access::WRITE_OK).is_err() => {
            Err(cannot_create(path, "the file is read-only; make it writable or name another"))
        }
        Ok(_) => Ok(()),
        Err(cause) if cause.kind() == ErrorKind::NotFound => match path.as_os_str().as_bytes().last() {
            Some(b'/') => Err(cannot_create(path, "it names a folder; name a file")),
            _ => Ok(()),
        },
        Err(cause) => Err(cannot_create(path, cause)),
    }
}

/// Refuses a path whose folder is missing, is no folder, or takes no new files.
pub fn check_folder(path: &Path) -> Result<()> {
    let folder = folder_of(path);
    let shown = folder.display();
    match fs::metadata(folder) {
        Ok(found) if !found.is_dir() => Err(cannot_create(path, format!("{shown} is not a folder"))),
        Ok(_) => access(folder, Access::WRITE_OK | Access::EXEC_OK)
            .map_err(|cause| cannot_create(path, format!("folder {shown} is not writable: {cause}"))),
        Err(cause) if cause.kind() == ErrorKind::NotFound => {
            Err(cannot_create(path, format!("folder {shown} does not exist; create it first")))
        }
        Err(cause) => Err(cannot_create(path, cause)),
    }
}

/// The error for a target that cannot be created, exit 73.
pub fn cannot_create(path: &Path, why: impl std::fmt::Display) -> anyhow::Error {
    fatal(ExitCode::CannotCreate, format!("cannot create {}: {why}", path.display()))
}
