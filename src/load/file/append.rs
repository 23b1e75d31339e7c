//! Appending to a text file: its old rows are copied first, and must stand under the same header, or be JSON objects.

use std::fs::{File, Metadata};
use std::io::{self, BufRead, BufReader, ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use anyhow::Result;

use super::quotes::Quotes;
use crate::exit::{ExitCode, OrExit, fatal};
use crate::format::json::Scan;
use crate::job::TextFormat;
use crate::stop::Stopped;

/// A header longer than this is no header.
const MAX_HEADER: u64 = 16 << 20;

/// A line of JSON that is longer is judged by how it begins.
const MAX_LINE: u64 = 16 << 20;

/// A byte order mark.
const MARK: &[u8] = b"\xEF\xBB\xBF";

/// Read at a time where the bytes are looked at.
const LOOK: usize = 256 << 10;

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
    match format {
        TextFormat::Csv { delimiter } => check_header(path, &old, *delimiter, names)?,
        TextFormat::Jsonl => check_object(path, &old)?,
        TextFormat::Template(_) => return Ok(Some(old)),
    }
    old.rewind().or_exit(ExitCode::Io, || format!("cannot read {}", path.display()))?;
    Ok(Some(old))
}

/// Copies the old rows, ending the last line where it has no end. Returns what the file was when the copy began: what
/// others change in it from then on is not in the copy.
pub fn copy(mut old: File, path: &Path, format: &TextFormat, new: &File, stop: &AtomicBool) -> Result<Metadata> {
    let cannot = || "cannot copy the rows to append to".to_owned();
    let before = old.metadata().or_exit(ExitCode::Io, cannot)?;
    let mut quotes = match format {
        TextFormat::Csv { delimiter } => Some(Quotes::new(*delimiter)),
        _ => None,
    };
    let mut step = || match &mut quotes {
        Some(quotes) => copy_seen(&old, new, quotes),
        None => copy_step(&old, new),
    };
    while step().or_exit(ExitCode::Io, cannot)? > 0 {
        if stop.load(Relaxed) {
            return Err(anyhow::Error::new(Stopped));
        }
    }
    if quotes.is_some_and(|quotes| quotes.are_open()) {
        let reason =
            "it ends inside quotes, so that the new rows would be part of its last field; mend its last record";
        return Err(refused(path, reason));
    }
    end_last_line(&mut old, new).or_exit(ExitCode::Io, cannot)?;
    Ok(before)
}

/// Copies up to a step's worth, and looks at it on the way.
fn copy_seen(old: &File, mut new: &File, quotes: &mut Quotes) -> io::Result<u64> {
    let mut reader = BufReader::with_capacity(LOOK, old.take(COPY_STEP));
    let mut copied = 0;
    loop {
        let bytes = reader.fill_buf()?;
        if bytes.is_empty() {
            return Ok(copied);
        }
        quotes.pass(bytes);
        new.write_all(bytes)?;
        let length = bytes.len();
        copied += length as u64;
        reader.consume(length);
    }
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
        Some(difference) => Err(refused(path, &format!("{difference}; select the columns of its header"))),
    }
}

/// Refuses a file whose first line is no JSON object: it holds something else.
fn check_object(path: &Path, old: &File) -> Result<()> {
    let mut reader = BufReader::new(old);
    let mut line = Vec::new();
    while line.trim_ascii().is_empty() {
        line.clear();
        let read = (&mut reader).take(MAX_LINE).read_until(b'\n', &mut line);
        if read.or_exit(ExitCode::Io, || format!("cannot read {}", path.display()))? == 0 {
            return Ok(());
        }
    }
    let is_whole = (line.len() as u64) < MAX_LINE;
    if is_whole && !is_object(&line) || !line.trim_ascii().starts_with(b"{") && !line.starts_with(MARK) {
        return Err(refused(path, "its first line is no JSON object; name another file"));
    }
    Ok(())
}

fn is_object(line: &[u8]) -> bool {
    let text = std::str::from_utf8(line.strip_prefix(MARK).unwrap_or(line)).map(str::trim);
    text.is_ok_and(|text| text.starts_with('{') && Scan::new(text).value_alone().is_ok())
}

fn refused(path: &Path, why: &str) -> anyhow::Error {
    fatal(ExitCode::Config, format!("cannot append to {}: {why}, or use mode replace", path.display()))
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
