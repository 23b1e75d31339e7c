//! The rejects file: CSV, one record for each rejected row.

use std::fs::{self, File};
use std::io::{self, BufWriter, Read, Seek};
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use anyhow::Result;

use crate::batch::Reject;
use crate::exit::{ExitCode, OrExit, fatal};
use crate::format::raw::written;
use crate::lock::lock;
use crate::pipe;

const HEADER: [&str; 9] = ["file", "line", "byte_offset", "stage", "sink", "column", "error_type", "error", "raw"];

pub struct RejectsFile {
    path: PathBuf,
    /// Of a regular file that this run has locked, or of a pipe or device.
    writer: csv::Writer<BufWriter<File>>,
}

impl RejectsFile {
    /// Replaces the file of an earlier run.
    pub fn create(path: &Path, stop: &AtomicBool) -> Result<RejectsFile> {
        let file = match fs::canonicalize(path) {
            Ok(found) if found.is_file() => take_over(&found, path)?,
            _ if pipe::is_pipe(path) => pipe::open_blocking(path, stop, || cannot_create(path))?,
            // A device; a folder or a dead link is refused in the system's words.
            _ if fs::symlink_metadata(path).is_ok() => {
                File::create(path).or_exit(ExitCode::CannotCreate, || cannot_create(path))?
            }
            _ => take_over(path, path)?,
        };
        let mut writer = csv::WriterBuilder::new().flexible(false).from_writer(BufWriter::new(file));
        writer.write_record(HEADER).or_exit(ExitCode::Io, || cannot_write(path))?;
        Ok(RejectsFile { path: path.to_owned(), writer })
    }

    pub fn write(&mut self, reject: &Reject) -> Result<()> {
        write(&mut self.writer, reject).or_exit(ExitCode::Io, || cannot_write(&self.path))
    }

    /// Makes the file whole, or removes it.
    pub fn finish(mut self, keep: bool) -> Result<()> {
        self.writer.flush().or_exit(ExitCode::Io, || cannot_write(&self.path))?;
        // A pipe, a device or a link is not ours to remove. What is removed is still locked, so it is no other run's.
        if !keep && fs::symlink_metadata(&self.path).is_ok_and(|found| found.is_file()) {
            fs::remove_file(&self.path).or_exit(ExitCode::Io, || format!("cannot remove {}", self.path.display()))?;
        }
        Ok(())
    }
}

/// Locks the file for this run and empties it: that of an earlier run is replaced, any other kind of file is not. `named`
/// is its path as the user wrote it.
fn take_over(path: &Path, named: &Path) -> Result<File> {
    let shown = named.display();
    let mut file = lock(path, &format!("the rejects file {shown} (--rejects or errors.rejects names another)"))?;
    if !may_replace(&mut file).or_exit(ExitCode::CannotCreate, || cannot_create(named))? {
        let message = format!("{shown} is not a rejects file and would be lost; name another in errors.rejects");
        return Err(fatal(ExitCode::CannotCreate, message));
    }
    file.set_len(0).and_then(|()| file.rewind()).or_exit(ExitCode::CannotCreate, || cannot_create(named))?;
    Ok(file)
}

/// Whether it is empty or begins as a rejects file does.
fn may_replace(file: &mut File) -> io::Result<bool> {
    let header = HEADER.join(",");
    let mut begin = Vec::new();
    file.take(header.len() as u64).read_to_end(&mut begin)?;
    Ok(begin.is_empty() || begin == header.as_bytes())
}

fn cannot_create(path: &Path) -> String {
    format!("cannot create the rejects file {}", path.display())
}

fn cannot_write(path: &Path) -> String {
    format!("cannot write the rejects file {}", path.display())
}

fn write(file: &mut csv::Writer<BufWriter<File>>, reject: &Reject) -> csv::Result<()> {
    let origin = &reject.origin;
    // A row of a group has no line of its own.
    let place = |number: u64| if origin.line == 0 { String::new() } else { number.to_string() };
    let (raw, escaped) = written(&origin.raw, origin.file.charset.get().copied());
    let message = if escaped { format!("escaped: {}", reject.message) } else { reject.message.clone() };
    file.write_record([
        origin.file.path.to_string_lossy().as_ref(),
        &place(origin.line),
        &place(origin.offset),
        reject.stage.name(),
        reject.sink.as_deref().unwrap_or_default(),
        reject.column.as_deref().unwrap_or_default(),
        reject.error_type.name(),
        &message,
        &raw,
    ])
}
