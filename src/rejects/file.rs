//! The rejects file: CSV, one record for each rejected row. It grows under a hidden name and is put in place at the end; one
//! of an earlier run that stands there is moved aside, and a file of any other kind is never touched.

use std::fs::{self, File};
use std::io::{self, BufWriter};
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::Result;

use super::earlier::{move_as_of, move_aside, prune, rename_to_new};
use super::inputs::Inputs;
use super::work::{WorkFile, take_over};
use crate::batch::{REJECTS_HEADER, Reject};
use crate::exit::{ExitCode, OrExit, fatal};
use crate::format::raw_text;
use crate::job::is_rejects_file;
use crate::partial::{dress_as, sync_folder};
use crate::paths::{check_file, folder_of, follow_links, is_special};
use crate::pipe;

pub struct RejectsFile {
    path: PathBuf,
    writer: csv::Writer<BufWriter<File>>,
    /// Of a regular file.
    grows: Option<Growing>,
}

/// A file that is still to be put in place.
struct Growing {
    work: WorkFile,
    /// Its place, links followed.
    target: PathBuf,
    keep: usize,
    inputs: Inputs,
    leftovers: Vec<PathBuf>,
}

/// What has become of the rejects of this run and of earlier ones.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Placed {
    /// Where those of this run are; `None` where there are none, or no file was wanted.
    pub file: Option<PathBuf>,
    /// Where the file of an earlier run was moved.
    pub moved: Vec<PathBuf>,
    /// Older files that were removed.
    pub removed: Vec<PathBuf>,
    /// What else the person should know.
    pub remarks: Vec<String>,
}

/// Refuses a path where no rejects file can be put, before the run begins.
pub fn check(path: &Path) -> Result<()> {
    if is_special(path) {
        return pipe::check(path);
    }
    let target = follow_links(path)?;
    check_file(&target)?;
    match is_replaceable(&target).or_exit(ExitCode::CannotCreate, || cannot_create(path))? {
        true => Ok(()),
        false => {
            let shown = path.display();
            let message = format!("{shown} is not a rejects file and would be lost; name another in errors.rejects");
            Err(fatal(ExitCode::CannotCreate, message))
        }
    }
}

impl RejectsFile {
    /// Opens a pipe or a device, or begins a new file beside `path`. `keep` earlier ones stay.
    pub fn create(path: &Path, keep: usize, inputs: Inputs, stop: &AtomicBool) -> Result<RejectsFile> {
        check(path)?;
        let (file, grows) = if is_special(path) {
            (pipe::open_through(path, stop, || cannot_create(path))?, None)
        } else {
            let growing = Growing::begin(path, keep, inputs)?;
            let file = growing.work.file.try_clone().or_exit(ExitCode::CannotCreate, || cannot_create(path))?;
            (file, Some(growing))
        };
        let mut writer = csv::WriterBuilder::new().flexible(false).from_writer(BufWriter::new(file));
        let begun = writer.write_record(REJECTS_HEADER).map_err(io::Error::other).and_then(|()| writer.flush());
        begun.or_exit(ExitCode::Io, || cannot_write(path))?;
        Ok(RejectsFile { path: path.to_owned(), writer, grows })
    }

    pub fn write(&mut self, reject: &Reject) -> Result<()> {
        write(&mut self.writer, reject).or_exit(ExitCode::Io, || cannot_write(&self.path))
    }

    /// What has been written outlives a run that is killed.
    pub fn flush(&mut self) -> Result<()> {
        self.writer.flush().or_exit(ExitCode::Io, || cannot_write(&self.path))
    }

    /// Makes the file whole and puts it in place, or removes it where it holds none.
    pub fn finish(&mut self, any: bool) -> Result<Placed> {
        self.flush()?;
        let Some(growing) = self.grows.take() else {
            return Ok(Placed { file: any.then(|| self.path.clone()), ..Placed::default() });
        };
        growing.finish(any).or_exit(ExitCode::Io, || cannot_write(&self.path))
    }
}

impl Growing {
    fn begin(path: &Path, keep: usize, inputs: Inputs) -> Result<Growing> {
        let cannot = || cannot_create(path);
        let target = follow_links(path)?;
        let leftovers = take_over(&target);
        let work = WorkFile::create(&target, cannot)?;
        let dressed = match fs::metadata(&target) {
            Ok(old) => dress_as(&work.file, &old),
            Err(_) => Ok(()),
        };
        dressed.and_then(|()| inputs.narrow(&work.file)).or_exit(ExitCode::CannotCreate, cannot)?;
        Ok(Growing { work, target, keep, inputs, leftovers })
    }

    fn finish(self, any: bool) -> io::Result<Placed> {
        let mut placed = Placed { moved: self.leftovers.clone(), ..Placed::default() };
        placed.remarks.extend(
            self.leftovers.iter().map(|left| format!("{} holds the rejects of a run that was killed", left.display())),
        );
        if any {
            self.put_in_place(&mut placed)?;
        } else {
            self.work.remove()?;
            if is_rejects_file(&self.target) {
                placed.moved.extend(move_aside(&self.target, &self.target)?);
            }
        }
        if !placed.moved.is_empty() {
            placed.removed = prune(&self.target, self.keep, &self.inputs, &placed.moved);
            placed.moved.retain(|path| !placed.removed.contains(path));
        }
        // Best effort: the rejects themselves are on the disk.
        sync_folder(folder_of(&self.target)).ok();
        Ok(placed)
    }

    /// Whatever others put there meanwhile, nothing is lost.
    fn put_in_place(&self, placed: &mut Placed) -> io::Result<()> {
        self.work.file.sync_all()?;
        if !self.work.stands() {
            return Err(io::Error::other("somebody else removed or replaced it"));
        }
        loop {
            match rename_to_new(&self.work.path, &self.target) {
                Err(cause) if cause.kind() == io::ErrorKind::AlreadyExists => {}
                Err(cause) => return Err(cause),
                Ok(()) => {
                    placed.file = Some(self.target.clone());
                    return Ok(());
                }
            }
            if !is_replaceable(&self.target)? {
                let file = move_as_of(&self.work.path, &self.target, now())?;
                let (shown, file_shown) = (self.target.display(), file.display());
                placed.remarks.push(format!("{shown} is no longer a rejects file; the rejects are in {file_shown}"));
                placed.file = Some(file);
                return Ok(());
            }
            if let Some(aside) = move_aside(&self.target, &self.target)? {
                match fs::metadata(&aside).is_ok_and(|found| found.len() == 0) {
                    true => fs::remove_file(&aside)?,
                    false => placed.moved.push(aside),
                }
            }
        }
    }
}

impl Drop for RejectsFile {
    /// A run that breaks off leaves what it has rejected.
    fn drop(&mut self) {
        let flushed = self.writer.flush().is_ok();
        if let Some(growing) = self.grows.take() {
            let header = u64::try_from(REJECTS_HEADER.join(",").len()).unwrap_or_default() + 1;
            let any = growing.work.file.metadata().is_ok_and(|found| found.len() > header);
            // Best effort: what stays hidden is taken over by the next run.
            let _left = flushed && growing.finish(any).is_err();
        }
    }
}

/// Whether there is nothing, nothing in it, or a rejects file.
fn is_replaceable(target: &Path) -> io::Result<bool> {
    match fs::metadata(target) {
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => Ok(true),
        found => Ok(found?.len() == 0 || is_rejects_file(target)),
    }
}

fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or_default()
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
    let (raw, escaped) = raw_text(&origin.raw, origin.file.charset.get().copied());
    let message = if escaped { format!("escaped: {}", reject.message) } else { reject.message.clone() };
    file.write_record([
        origin.file.name.as_str(),
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
