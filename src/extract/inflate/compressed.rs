//! The compressed bytes as the decoders want them.

use std::io::{self, BufRead, Read};
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use crate::extract::reader::{Got, PATIENCE, Reader};
use crate::stop::Stopped;

use super::Shared;

/// Bytes read at once.
const READ: usize = 1 << 16;
/// How long a block that is not full waits for more from a pipe.
const LINGER: Duration = Duration::from_millis(5);

/// Reads with patience: what does not come in time is an error `WouldBlock`, after which reading may go on.
pub struct Compressed {
    reader: Reader,
    /// From `taken` on not yet unpacked.
    buffer: Vec<u8>,
    taken: usize,
    ended: bool,
    idle: bool,
    shared: Arc<Shared>,
    /// Why reading failed, which an `io::Error` cannot carry.
    failed: Option<anyhow::Error>,
}

impl Compressed {
    pub fn new(reader: Reader, first: Vec<u8>, shared: Arc<Shared>) -> Compressed {
        shared.offset.store(reader.offset(), Relaxed);
        Compressed { reader, buffer: first, taken: 0, ended: false, idle: false, shared, failed: None }
    }

    /// The next `bytes` bytes, or all there are.
    pub fn peek(&mut self, bytes: usize) -> io::Result<&[u8]> {
        while self.rest().len() < bytes && !self.ended {
            self.refill()?;
        }
        let rest = self.rest();
        Ok(rest.get(..bytes).unwrap_or(rest))
    }

    /// Why reading failed, if that is why unpacking did.
    pub fn failure(&mut self) -> Option<anyhow::Error> {
        self.failed.take()
    }

    fn rest(&self) -> &[u8] {
        self.buffer.get(self.taken..).unwrap_or_default()
    }

    fn refill(&mut self) -> io::Result<()> {
        if self.shared.closed.load(Relaxed) {
            return Err(self.fail(anyhow::Error::new(Stopped)));
        }
        self.buffer.drain(..self.taken);
        self.taken = 0;
        let patience = if self.idle { PATIENCE } else { LINGER };
        let got = self.reader.read(&mut self.buffer, READ, patience).map_err(|error| self.fail(error))?;
        self.shared.offset.store(self.reader.offset(), Relaxed);
        self.ended = got == Got::End;
        self.idle = got == Got::Nothing;
        if self.idle { Err(io::ErrorKind::WouldBlock.into()) } else { Ok(()) }
    }

    fn fail(&mut self, error: anyhow::Error) -> io::Error {
        self.failed = Some(error);
        io::Error::other("reading failed")
    }
}

impl BufRead for Compressed {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.peek(1)?;
        Ok(self.rest())
    }

    fn consume(&mut self, bytes: usize) {
        self.taken += bytes;
    }
}

impl Read for Compressed {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let bytes = self.fill_buf()?.read(buffer)?;
        self.consume(bytes);
        Ok(bytes)
    }
}
