//! Unpacks a file of one or more streams: members of gzip, frames of zstd, streams of bzip2 and xz.

use std::io::{self, BufRead, ErrorKind, Read};

use anyhow::Result;
use crossbeam_channel::{Receiver, Sender};

use crate::extract::compression::{LONGEST_MAGIC, begins, is_begin_of_magic};
use crate::extract::damage::Damage;
use crate::job::Method;
use crate::stop::Stopped;

use super::compressed::Compressed;

/// Bytes of a block that is full: the first is small, for a header is all that is wanted of some files.
const FIRST_BLOCK: usize = 16 << 10;
const LARGEST_BLOCK: usize = 256 << 10;
/// What unpacking may take: twice what `xz -9` makes necessary, and as much as `zstd --ultra -22` does.
const MOST_MEMORY: u64 = 128 << 20;

/// Sends all that the input holds, then what went wrong, if anything did. Returning ends the blocks.
pub fn unpack(mut input: Compressed, method: Method, mut blocks: Blocks) {
    let unpacked = members(&mut input, method, &mut blocks).and_then(|()| blocks.flush());
    if let Err(error) = unpacked {
        blocks.fail(error);
    }
}

fn members(input: &mut Compressed, method: Method, blocks: &mut Blocks) -> Result<()> {
    let mut first = true;
    while another(input, method, first, blocks)? {
        first = false;
        let unpacked = decoder(input, method).and_then(|mut decoder| blocks.fill(&mut *decoder));
        unpacked.map_err(|error| input.failure().unwrap_or_else(|| why(&error, method).into()))?;
        if blocks.gone {
            return Err(anyhow::Error::new(Stopped));
        }
    }
    Ok(())
}

/// Whether another stream begins here; anything but that or the end is damage.
fn another(input: &mut Compressed, method: Method, first: bool, blocks: &mut Blocks) -> Result<bool> {
    loop {
        let bytes = match input.peek(LONGEST_MAGIC) {
            Err(error) if error.kind() == ErrorKind::WouldBlock => {
                blocks.flush()?;
                continue;
            }
            Err(error) => return Err(input.failure().unwrap_or_else(|| why(&error, method).into())),
            Ok(bytes) => bytes,
        };
        if bytes.is_empty() && !first {
            return Ok(false);
        }
        if begins(method, bytes) {
            return Ok(true);
        }
        let padding = if first { 0 } else { padding(method, bytes) };
        if padding == 0 {
            return Err(no_stream(bytes, method).into());
        }
        input.consume(padding);
    }
}

/// How many of these bytes may stand behind a stream without meaning anything.
fn padding(method: Method, bytes: &[u8]) -> usize {
    match method {
        // Tapes and disks were filled up so.
        Method::Gzip => bytes.iter().take_while(|byte| **byte == 0).count(),
        Method::Xz if bytes.starts_with(&[0; 4]) => 4,
        _ => 0,
    }
}

fn no_stream(bytes: &[u8], method: Method) -> Damage {
    match is_begin_of_magic(method, bytes) {
        true => Damage::CutShort(method),
        false => Damage::Trailing(method),
    }
}

/// What unpacks the one stream that begins here.
fn decoder(input: &mut Compressed, method: Method) -> io::Result<Box<dyn Read + '_>> {
    Ok(match method {
        Method::Gzip => Box::new(flate2::bufread::GzDecoder::new(input)),
        Method::Zstd => Box::new(zstd::stream::read::Decoder::with_buffer(input)?.single_frame()),
        Method::Bzip2 => Box::new(bzip2::bufread::BzDecoder::new(input)),
        Method::Xz => {
            let stream = liblzma::stream::Stream::new_stream_decoder(MOST_MEMORY, 0)?;
            Box::new(liblzma::bufread::XzDecoder::new_stream(input, stream))
        }
    })
}

fn why(error: &io::Error, method: Method) -> Damage {
    match error.kind() {
        _ if takes_too_much(error) => Damage::TooMuch(method, MOST_MEMORY),
        ErrorKind::UnexpectedEof => Damage::CutShort(method),
        _ => Damage::Broken(method, error.to_string()),
    }
}

/// What zstd says of it has no other form than words.
fn takes_too_much(error: &io::Error) -> bool {
    let inner = error.get_ref().and_then(|inner| inner.downcast_ref::<liblzma::stream::Error>());
    inner.is_some_and(|inner| *inner == liblzma::stream::Error::MemLimit)
        || error.to_string().contains("too much memory")
}

/// Fills blocks and sends them.
pub struct Blocks {
    output: Sender<Result<Vec<u8>>>,
    /// Blocks to use again.
    empty: Receiver<Vec<u8>>,
    block: Vec<u8>,
    size: usize,
    filled: usize,
    /// Nobody takes them any more.
    gone: bool,
}

impl Blocks {
    pub fn new(output: Sender<Result<Vec<u8>>>, empty: Receiver<Vec<u8>>) -> Blocks {
        Blocks { output, empty, block: Vec::new(), size: FIRST_BLOCK, filled: 0, gone: false }
    }

    /// Unpacks until the stream ends or nobody takes the blocks. What a pipe brought goes on at once when it is idle.
    fn fill(&mut self, decoder: &mut dyn Read) -> io::Result<()> {
        while !self.gone {
            self.block.resize(self.size, 0);
            let room = self.block.get_mut(self.filled..).unwrap_or_default();
            match decoder.read(room) {
                Ok(0) => return Ok(()),
                Ok(bytes) => self.filled += bytes,
                Err(error) if error.kind() == ErrorKind::WouldBlock => self.send(),
                Err(error) => return Err(error),
            }
            if self.filled == self.size {
                self.send();
            }
        }
        Ok(())
    }

    fn send(&mut self) {
        if self.filled == 0 {
            return;
        }
        let spare = self.empty.try_recv().unwrap_or_default();
        let mut block = std::mem::replace(&mut self.block, spare);
        block.truncate(self.filled);
        self.filled = 0;
        self.size = (2 * self.size).min(LARGEST_BLOCK);
        self.gone = self.output.send(Ok(block)).is_err();
    }

    fn flush(&mut self) -> Result<()> {
        self.send();
        if self.gone { Err(anyhow::Error::new(Stopped)) } else { Ok(()) }
    }

    /// Sends what was unpacked before, then the error.
    fn fail(mut self, error: anyhow::Error) {
        self.send();
        if !self.gone {
            drop(self.output.send(Err(error)));
        }
    }
}
