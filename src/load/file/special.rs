//! Targets that are no regular files: pipes, devices and open descriptors. Written straight through, in every mode.

use std::fs::{self, File};
use std::os::unix::fs::{FileTypeExt, OpenOptionsExt};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::thread;
use std::time::Duration;

use anyhow::Result;
use rustix::fs::OFlags;
use rustix::io::Errno;

use crate::load::patient::Patient;
use crate::load::place::cannot_create;
use crate::load::stream::Stream;
use crate::load::text::TextWriter;
use crate::load::{Sink, Stopped, stdout};

/// How often we ask whether a pipe has got its reader.
const READER_POLL: Duration = Duration::from_millis(20);

/// Whether the path names something that a rename would not replace but destroy.
pub fn is_special(path: &Path) -> bool {
    // These are links to whatever the descriptor is, be it a regular file that somebody else is writing to.
    let descriptor = path == Path::new("/dev/stdout")
        || path == Path::new("/dev/stderr")
        || path.starts_with("/dev/fd")
        || path.starts_with("/proc/self/fd");
    descriptor || fs::metadata(path).is_ok_and(|found| !found.is_file() && !found.is_dir())
}

pub fn open(path: &Path, header: Vec<u8>, stop: &Arc<AtomicBool>) -> Result<Box<dyn Sink>> {
    if path == Path::new("/dev/stdout") {
        return stdout::open(header, stop.clone());
    }
    let pipe = fs::metadata(path).is_ok_and(|found| found.file_type().is_fifo());
    let file = if pipe {
        open_pipe(path, stop)?
    } else {
        File::options().append(true).open(path).map_err(|cause| cannot_create(path, cause))?
    };
    let file = Patient::new(file, stop.clone());
    Ok(Box::new(Stream::new(TextWriter::new(file, path.display().to_string(), header))))
}

/// Waits for a reader as any shell redirection does, but not beyond the stop flag.
fn open_pipe(path: &Path, stop: &AtomicBool) -> Result<File> {
    loop {
        match File::options().write(true).custom_flags(OFlags::NONBLOCK.bits() as i32).open(path) {
            Ok(file) => return Ok(file),
            Err(cause) if cause.raw_os_error() != Some(Errno::NXIO.raw_os_error()) => {
                return Err(cannot_create(path, cause));
            }
            Err(_) if stop.load(Relaxed) => return Err(anyhow::Error::new(Stopped)),
            Err(_) => thread::sleep(READER_POLL),
        }
    }
}
