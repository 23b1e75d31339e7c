//! Appending to a text file: its old rows are copied first, and must stand under the same header.

use std::fs::{File, Metadata};
use std::io::{self, ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use anyhow::Result;

use crate::exit::{ExitCode, OrExit, fatal};
use crate::job::TextFormat;
use crate::stop::Stopped;

/// A header longer than this is no header.
const MAX_HEADER: u64 = 16 << 20;

/// Copied between two looks at the stop flag: tens of milliseconds' worth.
const COPY_STEP: u64 = 64 << 20;

/// The existing file, opened and checked; `None` where there is nothing to append to.
pub fn old_rows(path: &Path, format: &TextFormat, names: &[&str]) -> Result<Option<File>> {
    let mut old = match File::open(path) {
        Err(cause) if cause.kind() == ErrorKind::NotFound => return Ok(None),
        opened => opened.or_exit(ExitCode::Io, || format!("cannot read {}", path.display()))?,
    };
    let length = old.metadata().or_exit(ExitCode::Io, || format!("cannot read {}", path.display()))?.len();
    if length == 0 {
        return Ok(None);
    }
    if let TextFormat::Csv { delimiter } = format {
        check_header(path, &old, *delimiter, names)?;
        old.rewind().or_exit(ExitCode::Io, || format!("cannot read {}", path.display()))?;
    }
    Ok(Some(old))
}

/// Copies the old rows, ending the last line where it has no end. Returns what the file was when the copy began: what
/// others change in it from then on is not in the copy.
pub fn copy(mut old: File, new: &File, stop: &AtomicBool) -> Result<Metadata> {
    let cannot = || "cannot copy the rows to append to".to_owned();
    let before = old.metadata().or_exit(ExitCode::Io, cannot)?;
    while copy_step(&old, new).or_exit(ExitCode::Io, cannot)? > 0 {
        if stop.load(Relaxed) {
            return Err(anyhow::Error::new(Stopped));
        }
    }
    end_last_line(&mut old, new).or_exit(ExitCode::Io, cannot)?;
    Ok(before)
}

fn copy_step(old: &File, new: &File) -> io::Result<u64> {
    io::copy(&mut old.take(COPY_STEP), &mut &*new)
}

fn end_last_line(old: &mut File, new: &File) -> io::Result<()> {
    let mut last = [0];
    old.seek(SeekFrom::End(-1))?;
    old.read_exact(&mut last)?;
    if last != *b"\n" { (&*new).write_all(b"\n") } else { Ok(()) }
}

fn check_header(path: &Path, old: &File, delimiter: u8, names: &[&str]) -> Result<()> {
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .has_headers(false)
        .flexible(true)
        .from_reader(old.take(MAX_HEADER));
    let mut header = csv::StringRecord::new();
    reader.read_record(&mut header).or_exit(ExitCode::Config, || format!("cannot append to {}", path.display()))?;
    match difference(&header, names) {
        None => Ok(()),
        Some(difference) => Err(fatal(
            ExitCode::Config,
            format!(
                "cannot append to {}: {difference}; select the columns of its header, or use mode replace",
                path.display()
            ),
        )),
    }
}

/// The first way in which the old header is not ours.
fn difference(old: &csv::StringRecord, names: &[&str]) -> Option<String> {
    for (index, (theirs, ours)) in old.iter().zip(names).enumerate() {
        if theirs != *ours {
            return Some(format!("column {} of its header is {theirs:?}, of the query {ours:?}", index + 1));
        }
    }
    (old.len() != names.len()).then(|| format!("its header has {} columns, the query has {}", old.len(), names.len()))
}
