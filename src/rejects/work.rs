//! The file that rejects are written to until it is put in place: hidden, and each run's own.

use std::fs::{self, File, TryLockError};
use std::hash::{BuildHasher, Hasher, RandomState};
use std::io::{self, ErrorKind, Read};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use anyhow::Result;
use rustix::fs::OFlags;

use super::earlier::move_aside;
use crate::batch::rejects_header;
use crate::exit::{ExitCode, OrExit};
use crate::lock::{create, is_ours, stands_at};
use crate::paths::{display_name, folder_of, hidden_name};

/// Digits of a run's id.
const ID: usize = 16;

pub struct WorkFile {
    pub path: PathBuf,
    pub file: File,
}

impl WorkFile {
    /// Makes `.NAME.ID.partial` beside `target`, locked as long as it is open.
    pub fn create(target: &Path, cannot: impl Fn() -> String) -> Result<WorkFile> {
        loop {
            let path = path(target, &run_id());
            match create(&path) {
                Err(cause) if cause.kind() == ErrorKind::AlreadyExists => {}
                // Another run may look for left-overs in the moment before it is locked.
                Ok(file) if is_free(&file) && stands_at(&file, &path) => return Ok(WorkFile { path, file }),
                Ok(_) => {}
                Err(cause) => return Err(cause).or_exit(ExitCode::CannotCreate, cannot),
            }
        }
    }

    /// Whether it is still where it was made.
    pub fn stands(&self) -> bool {
        stands_at(&self.file, &self.path)
    }

    pub fn remove(&self) -> io::Result<()> {
        if self.stands() { fs::remove_file(&self.path) } else { Ok(()) }
    }
}

/// Locks it, unless another run has. Some network file systems have no locks.
fn is_free(file: &File) -> bool {
    match file.try_lock() {
        Ok(()) => true,
        Err(TryLockError::Error(cause)) => cause.kind() == ErrorKind::Unsupported,
        Err(TryLockError::WouldBlock) => false,
    }
}

fn path(target: &Path, id: &str) -> PathBuf {
    folder_of(target).join(hidden_name(&display_name(target), &format!(".{id}.partial")))
}

/// No other run has it.
fn run_id() -> String {
    let mut hasher = RandomState::new().build_hasher();
    hasher.write_u32(std::process::id());
    format!("{:0ID$x}", hasher.finish())
}

/// What killed runs left is moved beside `target`, like the rejects of any earlier run, and named; what holds no reject goes.
pub fn take_over(target: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder_of(target)) else { return Vec::new() };
    let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    names
        .filter(|name| is_left_over(target, name))
        .filter_map(|name| take(&folder_of(target).join(name), target))
        .collect()
}

fn is_left_over(target: &Path, name: &str) -> bool {
    let id = name.strip_suffix(".partial").and_then(|name| name.get(name.len().checked_sub(ID)?..));
    id.is_some_and(|id| {
        id.bytes().all(|byte| byte.is_ascii_hexdigit())
            && path(target, id).file_name().is_some_and(|whole| whole == name)
    })
}

/// Best effort: what cannot be taken over now is by the next run.
fn take(left: &Path, target: &Path) -> Option<PathBuf> {
    let flags = (OFlags::NOFOLLOW | OFlags::NONBLOCK).bits() as i32;
    let file = File::options().read(true).custom_flags(flags).open(left).ok()?;
    let found = file.metadata().ok()?;
    let is_left = found.is_file() && is_ours(&found) && found.nlink() == 1 && file.try_lock().is_ok();
    if !is_left || !stands_at(&file, left) {
        return None;
    }
    let header = format!("{}\n", rejects_header());
    let mut begin = Vec::new();
    (&file).take(header.len() as u64 + 1).read_to_end(&mut begin).ok()?;
    if header.as_bytes().starts_with(&begin) {
        fs::remove_file(left).ok();
        return None;
    }
    if begin.starts_with(header.as_bytes()) { move_aside(left, target).ok().flatten() } else { None }
}
