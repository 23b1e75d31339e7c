//! Writing to a pipe whose reader may be slow: waiting for it ends when the run is asked to stop.

use std::fs::File;
use std::io::{self, ErrorKind, IoSlice, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;

use crate::stop::Stopped;

/// How long one wait for the reader lasts before we look whether to stop.
const PATIENCE: Timespec = Timespec { tv_sec: 0, tv_nsec: 100_000_000 };

/// A file that is written without blocking, where it is a pipe; any other file is simply written.
pub struct Patient {
    file: File,
    stop: Arc<AtomicBool>,
}

impl Patient {
    pub fn new(file: File, stop: Arc<AtomicBool>) -> Patient {
        Patient { file, stop }
    }

    fn wait(&self) -> io::Result<()> {
        if self.stop.load(Relaxed) {
            return Err(io::Error::other(Stopped));
        }
        match poll(&mut [PollFd::new(&self.file, PollFlags::OUT)], Some(&PATIENCE)) {
            Ok(_) | Err(Errno::INTR) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    fn until_done(&mut self, mut write: impl FnMut(&mut File) -> io::Result<usize>) -> io::Result<usize> {
        loop {
            match write(&mut self.file) {
                Err(cause) if cause.kind() == ErrorKind::WouldBlock => self.wait()?,
                done => return done,
            }
        }
    }
}

impl Write for Patient {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.until_done(|file| file.write(bytes))
    }

    fn write_vectored(&mut self, slices: &[IoSlice<'_>]) -> io::Result<usize> {
        self.until_done(|file| file.write_vectored(slices))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}
