//! Targets that are no regular files: pipes, devices and open descriptors. Written straight through, in every mode.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use anyhow::Result;

use crate::load::frame::Frame;
use crate::load::patient::Patient;
use crate::load::stream::Stream;
use crate::load::text::TextWriter;
use crate::load::{Sink, stdout};
use crate::paths::{cannot_create, is_descriptor};
use crate::pipe;

/// Refuses a descriptor of a regular file, as for everything that is written straight through, but standard output.
pub fn check(path: &Path) -> Result<()> {
    if is_descriptor(path) && path.is_file() && path != Path::new("/dev/stdout") {
        return Err(cannot_create(path, "it stands for a regular file; name the file itself, or write to -"));
    }
    Ok(())
}

/// Opens the target; a pipe waits for its reader.
pub fn open(path: &Path, frame: Frame, stop: &Arc<AtomicBool>) -> Result<Box<dyn Sink>> {
    if path == Path::new("/dev/stdout") {
        return stdout::open(frame, stop.clone());
    }
    let file = if pipe::is_pipe(path) {
        pipe::open(path, stop, || format!("cannot create {}", path.display()))?
    } else {
        File::options().append(true).open(path).map_err(|cause| cannot_create(path, cause))?
    };
    let file = Patient::new(file, stop.clone());
    Ok(Box::new(Stream::new(TextWriter::new(file, path.display().to_string(), frame))))
}
