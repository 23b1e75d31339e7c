//! Standard output, written without a buffer of its own: a flush is already large.

use std::fs::File;
use std::io;
use std::os::fd::AsFd;
use std::os::unix::fs::{FileTypeExt, OpenOptionsExt};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use anyhow::Result;
use rustix::fs::OFlags;

use super::Sink;
use super::frame::Frame;
use super::patient::Patient;
use super::stream::Stream;
use super::text::TextWriter;
use crate::exit::{ExitCode, OrExit};

/// The sink of `-`.
pub fn open(frame: Frame, stop: Arc<AtomicBool>) -> Result<Box<dyn Sink>> {
    let name = "standard output";
    let descriptor =
        io::stdout().as_fd().try_clone_to_owned().or_exit(ExitCode::CannotCreate, || format!("cannot open {name}"))?;
    let file = unblocked(File::from(descriptor));
    Ok(Box::new(Stream::new(TextWriter::new(Patient::new(file, stop), name.into(), frame))))
}

/// A pipe is opened anew, so that not blocking is our affair and not that of all who share it.
fn unblocked(file: File) -> File {
    let pipe = file.metadata().is_ok_and(|found| found.file_type().is_fifo());
    let reopened =
        pipe.then(|| File::options().write(true).custom_flags(OFlags::NONBLOCK.bits() as i32).open("/proc/self/fd/1"));
    reopened.and_then(Result::ok).unwrap_or(file)
}
