//! The summary as JSON in a file: what can be wrong with its place is found before the run, and it is put there after it.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use anyhow::Result;
use serde::Serialize;

use crate::exit::{ExitCode, fatal};
use crate::partial::Partial;
use crate::pipe;
use crate::place::{check_file, follow_links, is_special};

/// Where the summary goes.
pub struct SummaryFile {
    path: PathBuf,
    out: Out,
}

enum Out {
    /// A pipe, a device or an open descriptor.
    Through(File),
    /// A file, which replaces that of an earlier run when it is whole.
    Beside(Partial),
}

impl SummaryFile {
    /// Begins a file beside `path`, or waits for the reader of a pipe until the stop flag is raised.
    pub fn create(path: &Path, stop: &AtomicBool) -> Result<SummaryFile> {
        let out = if is_special(path) {
            let cannot = || format!("cannot create the summary {}", path.display());
            Out::Through(pipe::open_through(path, stop, cannot)?)
        } else {
            let target = follow_links(path)?;
            check_file(&target)?;
            Out::Beside(Partial::create(&target)?)
        };
        Ok(SummaryFile { path: path.to_owned(), out })
    }

    fn put(&mut self, text: &[u8]) -> Result<()> {
        match &mut self.out {
            Out::Through(file) => Ok(file.write_all(text)?),
            Out::Beside(partial) => {
                (&*partial.file).write_all(text)?;
                partial.sync()?;
                partial.publish(None)
            }
        }
    }

    /// Writes the summary: `what` says what had happened to the load by then, should this fail.
    pub fn write(&mut self, summary: &impl Serialize, what: &str) -> Result<()> {
        let written = serde_json::to_string(summary)
            .map_err(|cause| io::Error::other(cause).into())
            .and_then(|json| self.put((json + "\n").as_bytes()));
        written.map_err(|cause| {
            let path = self.path.display();
            fatal(ExitCode::Io, format!("cannot write the summary {path}: {cause:#}; {what}"))
        })
    }
}
