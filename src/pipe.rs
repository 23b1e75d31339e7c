//! Opening what is written straight through: named pipes, devices and open descriptors.

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
use crate::paths::{cannot_create, is_descriptor};
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

/// Refuses a descriptor of a regular file: opened anew it would be written from its begin, over what others write through
/// the descriptor. Those of standard output and standard error are not opened anew.
pub fn check(path: &Path) -> Result<()> {
    if is_descriptor(path) && path.is_file() && standard(path).is_none() {
        return Err(cannot_create(path, "it stands for a regular file; name the file itself"));
    }
    Ok(())
}

/// Opens what is no regular file; a pipe is waited for.
pub fn open_through(path: &Path, stop: &AtomicBool, cannot: impl Fn() -> String) -> Result<File> {
    check(path)?;
    let file = match standard(path) {
        Some(Standard::Output) => rustix::io::dup(std::io::stdout()).map(File::from),
        Some(Standard::Error) => rustix::io::dup(std::io::stderr()).map(File::from),
        None if is_pipe(path) => return open_blocking(path, stop, cannot),
        None => return File::options().append(true).open(path).or_exit(ExitCode::CannotCreate, cannot),
    };
    file.or_exit(ExitCode::CannotCreate, cannot)
}

enum Standard {
    Output,
    Error,
}

/// What has one of these names is ours already.
fn standard(path: &Path) -> Option<Standard> {
    let is = |number: &str, name: &str| {
        path == Path::new("/dev").join(name)
            || ["/dev/fd", "/proc/self/fd"].iter().any(|folder| path == Path::new(folder).join(number))
    };
    if is("1", "stdout") { Some(Standard::Output) } else { is("2", "stderr").then_some(Standard::Error) }
}
