//! Opening a named pipe to write into it.

use std::fs::{self, File};
use std::os::unix::fs::{FileTypeExt, OpenOptionsExt};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::thread;
use std::time::Duration;

use anyhow::Result;
use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};
use rustix::io::Errno;

use crate::exit::{ExitCode, OrExit};
use crate::stop::Stopped;

/// How often we ask whether a pipe has got its reader.
const READER_POLL: Duration = Duration::from_millis(20);

/// Whether the path is that of a pipe.
pub fn is_pipe(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|found| found.file_type().is_fifo())
}

/// Waits for a reader as any shell redirection does, but not beyond the stop flag: then the error is `Stopped`. Writing to
/// the file does not block. `cannot` says what could not be created, exit 73.
pub fn open(path: &Path, stop: &AtomicBool, cannot: impl FnOnce() -> String) -> Result<File> {
    loop {
        match File::options().write(true).custom_flags(OFlags::NONBLOCK.bits() as i32).open(path) {
            Err(cause) if cause.raw_os_error() == Some(Errno::NXIO.raw_os_error()) => {}
            opened => return opened.or_exit(ExitCode::CannotCreate, cannot),
        }
        if stop.load(Relaxed) {
            return Err(anyhow::Error::new(Stopped));
        }
        thread::sleep(READER_POLL);
    }
}

/// The same; writing to the file waits for the reader.
pub fn open_blocking(path: &Path, stop: &AtomicBool, cannot: impl Fn() -> String) -> Result<File> {
    let file = open(path, stop, &cannot)?;
    fcntl_getfl(&file)
        .and_then(|flags| fcntl_setfl(&file, flags - OFlags::NONBLOCK))
        .or_exit(ExitCode::CannotCreate, cannot)?;
    Ok(file)
}
