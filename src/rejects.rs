//! The one writer of the rejects file, and the judge of the error budget.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use anyhow::Result;

use crate::batch::Reject;
use crate::exit::{ExitCode, OrExit, fatal};
use crate::job::{Errors, OnError};

/// Rows from which on the share of rejects is judged: a handful says little.
const RATIO_FROM_ROWS: u64 = 10_000;

const HEADER: [&str; 9] = ["file", "line", "byte_offset", "stage", "sink", "column", "error_type", "error", "raw"];

/// Every rejected row passes here, once. Shared by the stages; each call writes its rows together.
pub struct Rejects {
    path: PathBuf,
    on_error: OnError,
    budget: Budget,
    state: Mutex<State>,
}

/// How many rejects of each kind there were.
pub type Tally = BTreeMap<&'static str, u64>;

struct Budget {
    max_errors: u64,
    max_ratio: f64,
}

struct State {
    /// `None` in a dry run.
    file: Option<csv::Writer<BufWriter<File>>>,
    rows_read: u64,
    total: u64,
    /// Those that passed with their chunk.
    passed: u64,
    tally: Tally,
}

impl Rejects {
    /// Replaces the file of an earlier run. A dry run counts and judges but writes nothing.
    pub fn create(errors: &Errors, dry_run: bool) -> Result<Rejects> {
        let file = if dry_run { None } else { Some(open(&errors.rejects)?) };
        Ok(Rejects {
            path: errors.rejects.clone(),
            on_error: errors.on_error,
            budget: Budget { max_errors: errors.max_errors, max_ratio: errors.max_error_ratio },
            state: Mutex::new(State { file, rows_read: 0, total: 0, passed: 0, tally: Tally::new() }),
        })
    }

    /// A chunk passes, in input order: `read` rows, and those of them that were rejected, in order.
    pub fn pass(&self, read: u64, rejects: &[Reject]) -> Result<()> {
        let state = &mut *self.lock();
        let before = state.rows_read;
        for reject in rejects {
            let row = before + reject.origin.record as u64;
            self.advance(state, row)?;
            state.rows_read = row + 1;
            self.add(state, reject)?;
            state.passed += 1;
            self.budget.judge_ratio(state.passed, state.rows_read)?;
        }
        self.advance(state, before + read)
    }

    /// Rows without a reject go by. The share of rejects is highest at a reject, judged there, or where judging begins.
    fn advance(&self, state: &mut State, rows_read: u64) -> Result<()> {
        let begins = state.rows_read < RATIO_FROM_ROWS && rows_read >= RATIO_FROM_ROWS;
        state.rows_read = rows_read;
        if begins { self.budget.judge_ratio(state.passed, RATIO_FROM_ROWS) } else { Ok(()) }
    }

    /// A sink refused rows, some time after their chunk passed: their share of all is judged at the end, for how many rows
    /// have been read by now is a matter of chance.
    pub fn refused(&self, rejects: &[Reject]) -> Result<()> {
        let state = &mut *self.lock();
        rejects.iter().try_for_each(|reject| self.add(state, reject))
    }

    /// The last judgement, when all rows have been read and written.
    pub fn judge(&self) -> Result<()> {
        let state = self.lock();
        self.budget.judge_ratio(state.total, state.rows_read)
    }

    /// Makes the file whole. A run without rejects leaves none.
    pub fn finish(&self) -> Result<Tally> {
        let state = &mut *self.lock();
        if let Some(mut file) = state.file.take() {
            file.flush().or_exit(ExitCode::Io, || self.cannot_write())?;
            drop(file);
            // A pipe, a device or a link is not ours to remove.
            let ours = std::fs::symlink_metadata(&self.path).is_ok_and(|found| found.is_file());
            if state.total == 0 && ours {
                std::fs::remove_file(&self.path)
                    .or_exit(ExitCode::Io, || format!("cannot remove {}", self.path.display()))?;
            }
        }
        Ok(state.tally.clone())
    }

    /// Rejects so far.
    pub fn total(&self) -> u64 {
        self.lock().total
    }

    /// Where they are written.
    pub fn path(&self) -> &Path {
        &self.path
    }

    fn add(&self, state: &mut State, reject: &Reject) -> Result<()> {
        if let Some(file) = &mut state.file {
            write(file, reject).or_exit(ExitCode::Io, || self.cannot_write())?;
        }
        state.total += 1;
        *state.tally.entry(reject.error_type.name()).or_default() += 1;
        if self.on_error == OnError::Stop {
            return Err(fatal(ExitCode::Data, describe(reject)));
        }
        self.budget.judge_count(state.total)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        // A poisoned lock means that another stage panicked while writing; its own error ends the run.
        self.state.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    fn cannot_write(&self) -> String {
        format!("cannot write the rejects file {}", self.path.display())
    }
}

impl Budget {
    fn judge_count(&self, total: u64) -> Result<()> {
        if total <= self.max_errors {
            return Ok(());
        }
        Err(fatal(
            ExitCode::Budget,
            format!(
                "the count of rejects, {total}, is over errors.max_errors = {}; raise it to go on past them",
                self.max_errors
            ),
        ))
    }

    fn judge_ratio(&self, total: u64, rows_read: u64) -> Result<()> {
        if rows_read < RATIO_FROM_ROWS || total as f64 <= self.max_ratio * rows_read as f64 {
            return Ok(());
        }
        Err(fatal(
            ExitCode::Budget,
            format!(
                "the share of rejects, {total} of {rows_read} rows, is over errors.max_error_ratio = {}; raise it to go on past them",
                self.max_ratio
            ),
        ))
    }
}

fn open(path: &Path) -> Result<csv::Writer<BufWriter<File>>> {
    let file = File::create(path)
        .or_exit(ExitCode::CannotCreate, || format!("cannot create the rejects file {}", path.display()))?;
    let mut writer = csv::WriterBuilder::new().flexible(false).from_writer(BufWriter::new(file));
    writer
        .write_record(HEADER)
        .or_exit(ExitCode::Io, || format!("cannot write the rejects file {}", path.display()))?;
    Ok(writer)
}

fn write(file: &mut csv::Writer<BufWriter<File>>, reject: &Reject) -> csv::Result<()> {
    let origin = &reject.origin;
    // A row of a group has no line of its own; every row of today has.
    let (raw, escaped) = printable(&origin.raw);
    let message = if escaped { format!("escaped: {}", reject.message) } else { reject.message.clone() };
    file.write_record([
        origin.file.path.to_string_lossy().as_ref(),
        &origin.line.to_string(),
        &origin.offset.to_string(),
        reject.stage.name(),
        reject.sink.as_deref().unwrap_or_default(),
        reject.column.as_deref().unwrap_or_default(),
        reject.error_type.name(),
        &message,
        &raw,
    ])
}

/// The raw bytes as text, and whether they had to be escaped: where they are not UTF-8, bad bytes become `\xHH` and every
/// backslash is doubled, so that the bytes can be restored exactly.
fn printable(raw: &[u8]) -> (String, bool) {
    if let Ok(text) = std::str::from_utf8(raw) {
        return (text.to_owned(), false);
    }
    let mut text = String::with_capacity(raw.len() + 16);
    for piece in raw.utf8_chunks() {
        text.push_str(&piece.valid().replace('\\', r"\\"));
        text.extend(piece.invalid().iter().map(|byte| format!("\\x{byte:02X}")));
    }
    (text, true)
}

fn describe(reject: &Reject) -> String {
    let origin = &reject.origin;
    let column = reject.column.as_ref().map(|column| format!(", column {column:?}")).unwrap_or_default();
    format!(
        "{}, line {}{column}: {} ({}); errors.on_error = \"reject\" would go on without this row",
        origin.file.path.display(),
        origin.line,
        reject.message,
        reject.error_type.name()
    )
}

impl Drop for Rejects {
    fn drop(&mut self) {
        // Kept at every exit: a run that failed has said why; what it rejected until then must be on disk all the same.
        if let Some(file) = &mut self.lock().file {
            let _lost = file.flush().is_err();
        }
    }
}

#[cfg(test)]
mod tests;
