//! Rejects files of earlier runs: each stands beside the present one, under the time of its last write.

use std::fs::{self, Metadata};
use std::io::{self, ErrorKind};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use chrono::{DateTime, NaiveDateTime, Utc};
use rustix::fs::{CWD, RenameFlags, renameat_with};
use rustix::io::Errno;

use super::inputs::Inputs;
use crate::job::is_rejects_file;
use crate::lock::is_ours;
use crate::paths::{fitted, folder_of};

/// `20261129T030000Z`.
const TIME: &str = "%Y%m%dT%H%M%SZ";

/// Moves the file at `from` beside `target`, under the time of its own last write. `None` where nothing stands there.
pub fn move_aside(from: &Path, target: &Path) -> io::Result<Option<PathBuf>> {
    let found = match fs::symlink_metadata(from) {
        Err(cause) if cause.kind() == ErrorKind::NotFound => return Ok(None),
        found => found?,
    };
    move_as_of(from, target, found.mtime()).map(Some)
}

/// Moves it under another time, in seconds since 1970.
pub fn move_as_of(from: &Path, target: &Path, seconds: i64) -> io::Result<PathBuf> {
    let time = DateTime::<Utc>::from_timestamp(seconds, 0).unwrap_or_default().format(TIME).to_string();
    let mut number = next_number(target, &time);
    loop {
        let label = if number == 1 { time.clone() } else { format!("{time}-{number}") };
        let place = beside(target, &label);
        match rename_to_new(from, &place) {
            Err(cause) if cause.kind() == ErrorKind::AlreadyExists => number += 1,
            outcome => return outcome.map(|()| place),
        }
    }
}

/// One more than the highest of this time: a lower one that has become free would make the newest file look like the oldest.
fn next_number(target: &Path, time: &str) -> u64 {
    let labels = names_beside(target).into_iter().filter_map(|name| label(target, &name));
    labels.filter(|label| label.0 == time).map(|label| label.1).max().unwrap_or(0).saturating_add(1)
}

/// The names in the folder of `target`.
fn names_beside(target: &Path) -> Vec<String> {
    let Ok(entries) = fs::read_dir(folder_of(target)) else { return Vec::new() };
    entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok()).collect()
}

/// Removes the oldest of them, so that `keep` stay. Only plain files of ours count, and none that the run reads. What it has
/// `moved` itself is the newest, whatever its time says, and stays where any do.
pub fn prune(target: &Path, keep: usize, inputs: &Inputs, moved: &[PathBuf]) -> Vec<PathBuf> {
    let is_earlier = |found: &Metadata| found.is_file() && is_ours(found) && !inputs.has(found);
    let mut earlier: Vec<((String, u64), PathBuf)> = names_beside(target)
        .into_iter()
        .filter_map(|name| {
            let label = label(target, &name)?;
            let path = target.with_file_name(&name);
            let is_ours = fs::symlink_metadata(&path).is_ok_and(|found| is_earlier(&found)) && is_rejects_file(&path);
            is_ours.then_some((label, path))
        })
        .collect();
    let surplus = earlier.len().saturating_sub(keep);
    earlier.retain(|(_, path)| keep == 0 || !moved.contains(path));
    earlier.sort();
    let removed = earlier.into_iter().take(surplus).map(|(_, path)| path);
    removed.filter(|path| fs::remove_file(path).is_ok()).collect()
}

/// What a file of this label is called.
fn beside(target: &Path, label: &str) -> PathBuf {
    let text = |part: Option<&std::ffi::OsStr>| part.unwrap_or_default().to_string_lossy().into_owned();
    let ending = target.extension().map_or_else(String::new, |_| format!(".{}", text(target.extension())));
    target.with_file_name(fitted(&text(target.file_stem()), &format!(".{label}{ending}")))
}

/// Time and number of a file of this name, where it is an earlier one of `target`.
fn label(target: &Path, name: &str) -> Option<(String, u64)> {
    let ending = target.extension().map_or_else(String::new, |ending| format!(".{}", ending.to_string_lossy()));
    let label = name.strip_suffix(ending.as_str())?.rsplit('.').next()?;
    let (time, number) = label.split_once('-').unwrap_or((label, "1"));
    NaiveDateTime::parse_from_str(time, TIME).ok()?;
    let number = number.parse().ok()?;
    (beside(target, label).file_name()? == name).then(|| (time.to_owned(), number))
}

/// Renames, but never over anything.
pub fn rename_to_new(from: &Path, to: &Path) -> io::Result<()> {
    match renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE) {
        Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) => {}
        outcome => return Ok(outcome?),
    }
    // A file system that cannot do that in one step can often link.
    match fs::hard_link(from, to) {
        Ok(()) => fs::remove_file(from),
        Err(cause) if cause.kind() == ErrorKind::AlreadyExists => Err(cause),
        Err(_) if fs::symlink_metadata(to).is_ok() => Err(ErrorKind::AlreadyExists.into()),
        Err(_) => fs::rename(from, to),
    }
}
