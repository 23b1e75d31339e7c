//! The summary as JSON in a file: opened before the run, so that it can be written after it.

use std::fs::File;
use std::io::{self, Seek, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use anyhow::Result;
use serde::Serialize;

use crate::exit::{ExitCode, OrExit, fatal};
use crate::pipe;

/// Where the summary goes. An earlier run's is gone, so that it is not taken for this one's.
pub struct SummaryFile {
    path: PathBuf,
    file: File,
}

impl SummaryFile {
    /// Creates or empties the file, or waits for the reader of a pipe until the stop flag is raised.
    pub fn create(path: &Path, stop: &AtomicBool) -> Result<SummaryFile> {
        let cannot = || format!("cannot create the summary {}", path.display());
        let file = match pipe::is_pipe(path) {
            true => pipe::open_blocking(path, stop, cannot)?,
            false => File::create(path).or_exit(ExitCode::CannotCreate, cannot)?,
        };
        Ok(SummaryFile { path: path.to_owned(), file })
    }

    /// Another run may have written here meanwhile; the last one's summary stands alone.
    fn replace(&mut self, text: &[u8]) -> io::Result<()> {
        if self.file.metadata()?.is_file() {
            self.file.set_len(0)?;
            self.file.rewind()?;
        }
        self.file.write_all(text)
    }

    /// Writes the summary: `what` says what had happened to the load by then, should this fail.
    pub fn write(&mut self, summary: &impl Serialize, what: &str) -> Result<()> {
        let written = serde_json::to_string(summary)
            .map_err(io::Error::other)
            .and_then(|json| self.replace((json + "\n").as_bytes()));
        written.map_err(|cause| {
            let path = self.path.display();
            fatal(ExitCode::Io, format!("cannot write the summary {path}: {cause}; {what}"))
        })
    }
}
