//! A compressed input, unpacked by a thread of its own that reads ahead.

mod compressed;
mod members;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use anyhow::Result;
use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, bounded};

use crate::exit::{ExitCode, OrExit, fatal};
use crate::job::Method;
use crate::stop::Stop;

use super::reader::{Got, PATIENCE, Reader};
use compressed::Compressed;
use members::Blocks;

/// Blocks that lie between the threads: what is read ahead stays small.
const AHEAD: usize = 4;

/// The unpacked bytes of an input.
pub struct Inflating {
    name: String,
    method: Method,
    size: Option<u64>,
    slow: bool,
    /// What the thread tells of itself while it runs.
    shared: Arc<Shared>,
    /// `None` once no more will come.
    blocks: Option<Receiver<Result<Vec<u8>>>>,
    /// Gives the blocks back to be filled anew.
    spent: Sender<Vec<u8>>,
    /// The block being handed out, from `taken` on.
    block: Vec<u8>,
    taken: usize,
    thread: Option<JoinHandle<()>>,
    failed: bool,
}

/// What both threads look at.
#[derive(Default)]
struct Shared {
    /// Compressed bytes read so far.
    offset: AtomicU64,
    /// Nobody wants more.
    closed: AtomicBool,
}

impl Inflating {
    /// Goes on with a reader of which `first` has been read.
    pub fn start(reader: Reader, first: Vec<u8>, method: Method) -> Result<Inflating> {
        let (name, size, slow) = (reader.name().to_owned(), reader.size(), reader.is_slow());
        let shared = Arc::<Shared>::default();
        let (output, blocks) = bounded(AHEAD);
        let (spent, empty) = bounded(AHEAD);
        let compressed = Compressed::new(reader, first, shared.clone());
        let work = move || members::unpack(compressed, method, Blocks::new(output, empty));
        let thread = thread::Builder::new().name("inflate".to_owned()).spawn(work);
        let thread = thread.or_exit(ExitCode::Failure, || format!("cannot start a thread to unpack {name}"))?;
        Ok(Inflating {
            name,
            method,
            size,
            slow,
            shared,
            blocks: Some(blocks),
            spent,
            block: Vec::new(),
            taken: 0,
            thread: Some(thread),
            failed: false,
        })
    }

    /// What unpacks it.
    pub fn method(&self) -> Method {
        self.method
    }

    /// Leaves out the first bytes, which `pass` is shown; false where the run is asked to stop before they have been unpacked.
    /// Where there are fewer it is exit 65.
    pub fn pass_to(&mut self, offset: u64, stop: &Stop, mut pass: impl FnMut(&[u8])) -> Result<bool> {
        let mut left = offset;
        while left > 0 && !stop.asked() {
            if self.taken == self.block.len() && self.next_block(PATIENCE)? == Got::End {
                let (name, end) = (&self.name, offset - left);
                let message =
                    format!("{name} was truncated: it unpacks to {end} bytes, and byte {offset} is to be read on from");
                return Err(fatal(ExitCode::Data, message));
            }
            let rest = self.block.get(self.taken..).unwrap_or_default();
            let passed = rest.get(..left as usize).unwrap_or(rest);
            pass(passed);
            self.taken += passed.len();
            left -= passed.len() as u64;
        }
        Ok(left == 0)
    }

    /// Size as it is compressed.
    pub fn size(&self) -> Option<u64> {
        self.size
    }

    /// Compressed bytes read so far.
    pub fn offset(&self) -> u64 {
        self.shared.offset.load(Relaxed)
    }

    pub fn is_slow(&self) -> bool {
        self.slow
    }

    /// As `Reader::read`, for the unpacked bytes.
    pub fn read(&mut self, buffer: &mut Vec<u8>, want: usize, patience: Duration) -> Result<Got> {
        if self.taken == self.block.len() {
            match self.next_block(patience) {
                Ok(Got::Bytes) => {}
                other => return other,
            }
        }
        buffer.reserve_exact(want);
        let rest = self.block.get(self.taken..).unwrap_or_default();
        let bytes = rest.get(..want).unwrap_or(rest);
        buffer.extend_from_slice(bytes);
        self.taken += bytes.len();
        Ok(Got::Bytes)
    }

    fn next_block(&mut self, patience: Duration) -> Result<Got> {
        let Some(blocks) = &self.blocks else { return self.ended() };
        match blocks.recv_timeout(patience) {
            Ok(Ok(block)) => {
                let spent = std::mem::replace(&mut self.block, block);
                self.taken = 0;
                // Where there is no room, or nobody to fill it, it is freed.
                drop(self.spent.try_send(spent));
                Ok(Got::Bytes)
            }
            Ok(Err(error)) => {
                self.failed = true;
                self.blocks = None;
                Err(error)
            }
            Err(RecvTimeoutError::Timeout) => Ok(Got::Nothing),
            Err(RecvTimeoutError::Disconnected) => {
                self.blocks = None;
                self.failed = self.join().is_err();
                self.ended()
            }
        }
    }

    /// A stream that failed never looks as if it had ended.
    fn ended(&self) -> Result<Got> {
        match self.failed {
            true => {
                Err(fatal(ExitCode::Failure, format!("unpacking {} failed; this is a bug of gristmill", self.name)))
            }
            false => Ok(Got::End),
        }
    }

    fn join(&mut self) -> thread::Result<()> {
        self.thread.take().map_or(Ok(()), JoinHandle::join)
    }
}

/// The thread ends with the input: it waits for a pipe no longer than we do.
impl Drop for Inflating {
    fn drop(&mut self) {
        self.shared.closed.store(true, Relaxed);
        self.blocks = None;
        // Its panic has been told by the hook; nobody wants its bytes.
        drop(self.join());
    }
}
