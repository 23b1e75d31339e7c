//! Writing flushes of text to an open file, pipe or device, and naming it when that fails.

use std::fs::File;
use std::io::{self, ErrorKind, IoSlice, Write};

use anyhow::{Context, Result};

use super::frame::Frame;
use super::{Account, ClosedPipe, Part};
use crate::exit::{ExitCode, fatal};
use crate::stop::Stopped;

/// A text target under its name in messages. The header waits for the first flush, or for the end where none comes.
pub struct TextWriter<W = File> {
    out: W,
    name: String,
    frame: Frame,
    written: u64,
}

impl<W: Write> TextWriter<W> {
    pub fn new(out: W, name: String, frame: Frame) -> TextWriter<W> {
        TextWriter { out, name, frame, written: 0 }
    }

    /// Writes the parts' lines with as few calls as the system takes; nothing, be it a header, without parts.
    pub fn write(&mut self, parts: &[Part]) -> Result<()> {
        if parts.is_empty() {
            return Ok(());
        }
        self.write_header()?;
        let mut slices = Vec::with_capacity(parts.len());
        for part in parts {
            slices.push(IoSlice::new(part.text().context("a text sink was handed rows that are not text")?));
        }
        let bytes: usize = slices.iter().map(|slice| slice.len()).sum();
        write_all_vectored(&mut self.out, &mut slices).map_err(|cause| write_error(&self.name, cause))?;
        self.written += bytes as u64;
        Ok(())
    }

    pub fn write_header(&mut self) -> Result<()> {
        let header = std::mem::take(&mut self.frame.header);
        self.write_bytes(&header)
    }

    pub fn write_footer(&mut self, account: &Account) -> Result<()> {
        let footer = self.frame.footer(account);
        self.write_bytes(&footer)
    }

    fn write_bytes(&mut self, bytes: &[u8]) -> Result<()> {
        self.out.write_all(bytes).map_err(|cause| write_error(&self.name, cause))?;
        self.written += bytes.len() as u64;
        Ok(())
    }

    pub fn written(&self) -> u64 {
        self.written
    }
}

/// A failed write ends the run: cleanly where the reader has gone, else with the system's words.
pub fn write_error(name: &str, cause: io::Error) -> anyhow::Error {
    match cause.kind() {
        ErrorKind::BrokenPipe => anyhow::Error::new(ClosedPipe),
        _ if cause.get_ref().is_some_and(|inner| inner.is::<Stopped>()) => anyhow::Error::new(Stopped),
        _ => fatal(ExitCode::Io, format!("cannot write {name}: {cause}")),
    }
}

/// Like `Write::write_all`: goes on after a short write or an interruption.
fn write_all_vectored(out: &mut impl Write, mut slices: &mut [IoSlice<'_>]) -> io::Result<()> {
    IoSlice::advance_slices(&mut slices, 0);
    while !slices.is_empty() {
        match out.write_vectored(slices) {
            Ok(0) => return Err(ErrorKind::WriteZero.into()),
            Ok(written) => IoSlice::advance_slices(&mut slices, written),
            Err(cause) if cause.kind() == ErrorKind::Interrupted => {}
            Err(cause) => return Err(cause),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
