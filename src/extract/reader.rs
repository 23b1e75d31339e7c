//! Bytes from a file, a FIFO, a command or standard input, without ever waiting longer than a signal may.

use std::fs::File;
use std::os::fd::OwnedFd;
use std::os::unix::fs::FileTypeExt;
use std::time::Duration;

use anyhow::Result;
use rustix::buffer::spare_capacity;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::SeekFrom;
use rustix::io::Errno;

use super::origin::Running;
use crate::exit::{ExitCode, OrExit, fatal};

/// How long an idle pipe may keep us from looking whether we should stop.
pub const PATIENCE: Duration = Duration::from_millis(100);

/// An open input.
pub struct Reader {
    fd: OwnedFd,
    name: String,
    /// Size when opened, for a regular file, which is always ready; `None` for what must be polled.
    size: Option<u64>,
    /// How far it has been read, from its begin; standard input from where we found it.
    offset: u64,
    /// Who writes it, where that is a program of ours.
    writer: Option<Running>,
}

/// What one attempt to read came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Got {
    /// Some bytes were appended.
    Bytes,
    /// Nothing came within the time allowed.
    Nothing,
    /// No more bytes will come.
    End,
}

impl Reader {
    /// What has been opened under this name.
    pub(super) fn new(fd: OwnedFd, name: String) -> Result<Reader> {
        let file = File::from(fd);
        let meta = file.metadata().or_exit(ExitCode::NoInput, || format!("cannot open {name}"))?;
        if meta.is_dir() {
            return Err(fatal(ExitCode::NoInput, format!("cannot read {name}: it is a folder")));
        }
        let polled = meta.file_type().is_fifo() || meta.file_type().is_socket() || meta.file_type().is_char_device();
        let fd = OwnedFd::from(file);
        // Standard input may stand in the middle of a file.
        let passed = rustix::fs::seek(&fd, SeekFrom::Current(0)).unwrap_or(0);
        let size = (!polled).then(|| meta.len().saturating_sub(passed));
        Ok(Reader { fd, name, size, offset: 0, writer: None })
    }

    /// Its bytes are whole only if the program that writes them ends well.
    pub(super) fn written_by(self, writer: Running) -> Reader {
        Reader { writer: Some(writer), ..self }
    }

    /// Leaves out what lies before a byte of a regular file that has just been opened.
    pub(super) fn pass_to(&mut self, offset: u64) -> Result<()> {
        let name = &self.name;
        if let Some(size) = self.size.filter(|size| *size < offset) {
            let message = format!("{name} was truncated: it ends at byte {size}, before byte {offset} to read on from");
            return Err(fatal(ExitCode::Data, message));
        }
        if offset > 0 {
            let cannot = || format!("cannot read {name} from byte {offset} on");
            rustix::fs::seek(&self.fd, SeekFrom::Start(offset)).or_exit(ExitCode::Io, cannot)?;
        }
        self.offset = offset;
        Ok(())
    }

    /// What messages call it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Size in bytes, where it is known beforehand.
    pub fn size(&self) -> Option<u64> {
        self.size
    }

    /// How far it has been read, from its begin.
    pub fn offset(&self) -> u64 {
        self.offset
    }

    /// Whether reading may have to wait for somebody to write.
    pub fn is_slow(&self) -> bool {
        self.size.is_none()
    }

    /// Appends what is there, at most `want` bytes (at least 1), waiting up to `patience` for the first of them.
    pub fn read(&mut self, buffer: &mut Vec<u8>, want: usize, patience: Duration) -> Result<Got> {
        if self.is_slow() && !self.ready(patience)? {
            return Ok(Got::Nothing);
        }
        // Exact, so that a chunk is no larger than asked for: all the room there is gets filled.
        buffer.reserve_exact(want);
        match rustix::io::read(&self.fd, spare_capacity(buffer)) {
            Ok(0) => self.end(patience),
            Ok(bytes) => {
                self.offset += bytes as u64;
                Ok(Got::Bytes)
            }
            Err(Errno::INTR | Errno::AGAIN) => Ok(Got::Nothing),
            Err(Errno::ISDIR) => Err(fatal(ExitCode::NoInput, format!("cannot read {}: it is a folder", self.name))),
            Err(error) => {
                Err(fatal(ExitCode::Io, format!("cannot read {} at byte {}: {error}", self.name, self.offset)))
            }
        }
    }

    fn ready(&self, patience: Duration) -> Result<bool> {
        let timeout = Timespec { tv_sec: patience.as_secs() as i64, tv_nsec: i64::from(patience.subsec_nanos()) };
        match poll(&mut [PollFd::new(&self.fd, PollFlags::IN)], Some(&timeout)) {
            Ok(ready) => Ok(ready > 0),
            Err(Errno::INTR) => Ok(false),
            Err(error) => Err(fatal(ExitCode::Io, format!("cannot wait for {}: {error}", self.name))),
        }
    }

    /// A regular file that ends before its size was cut short while we read it. A program may close its output and fail
    /// later.
    fn end(&mut self, patience: Duration) -> Result<Got> {
        if let Some(writer) = &mut self.writer {
            return Ok(if writer.has_ended(patience)? { Got::End } else { Got::Nothing });
        }
        match self.size {
            Some(size) if self.offset < size => Err(fatal(
                ExitCode::Data,
                format!("{} was truncated while being read: it ends at byte {} of {size}", self.name, self.offset),
            )),
            _ => Ok(Got::End),
        }
    }
}
