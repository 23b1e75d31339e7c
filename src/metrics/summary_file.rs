//! The summary as JSON in a file: what can be wrong with its place is found before the run, and it is put there after it.

use std::fs::{self, File};
use std::io::{self, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use anyhow::Result;
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};

use crate::exit::{ExitCode, OrExit, fatal};
use crate::partial::Partial;
use crate::paths::{check_file, follow_links, is_special};
use crate::pipe;

/// No summary is longer.
const LONGEST: u64 = 64 << 20;

/// What every summary has, also that of a run which did not begin.
#[derive(Deserialize)]
struct Marks {
    #[serde(rename = "job")]
    _job: IgnoredAny,
    #[serde(rename = "exit_code")]
    _exit_code: IgnoredAny,
    #[serde(rename = "balanced")]
    _balanced: IgnoredAny,
}

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
            check_standing(path, &target)?;
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

/// Refuses a place where something stands that is no summary: it would be lost.
fn check_standing(path: &Path, target: &Path) -> Result<()> {
    let cannot = || format!("cannot create the summary {}", path.display());
    if !fs::metadata(target).is_ok_and(|found| found.len() > 0) {
        return Ok(());
    }
    let standing = BufReader::new(File::open(target).or_exit(ExitCode::CannotCreate, cannot)?.take(LONGEST));
    match serde_json::from_reader::<_, Marks>(standing) {
        Ok(_) => Ok(()),
        Err(cause) if cause.is_io() => Err(cause).or_exit(ExitCode::CannotCreate, cannot),
        Err(_) => {
            let message = format!("{} is not a summary and would be lost; name another in --summary", path.display());
            Err(fatal(ExitCode::CannotCreate, message))
        }
    }
}
