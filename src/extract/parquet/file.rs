//! A regular file read at places, as the decoder asks for them.

use std::io::{self, BufReader, ErrorKind, Read};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use anyhow::Result;
use bytes::Bytes;
use parquet::errors::ParquetError;
use parquet::file::reader::{ChunkReader, Length};

use crate::exit::{ExitCode, fatal};
use crate::extract::input::Input;
use crate::extract::ranged::Ranged;

/// About what the header of a page takes up. Its values are asked for by their own.
const HEADER: usize = 512;

/// An open file, shared by the readers of its columns.
#[derive(Clone)]
pub struct SharedFile(Arc<Inner>);

struct Inner {
    file: Ranged,
    /// Bytes read so far.
    read: AtomicU64,
    /// What the system said when it could not read, which the decoder would call damage.
    failure: OnceLock<String>,
}

impl SharedFile {
    pub fn open(input: &Input) -> Result<SharedFile> {
        let file = input.origin.open_ranged()?.ok_or_else(|| {
            let name = &input.file.name;
            let message =
                format!("cannot read {name}: a parquet file is read from its end, and this is no regular file");
            fatal(ExitCode::NoInput, message)
        })?;
        Ok(SharedFile(Arc::new(Inner { file, read: AtomicU64::new(0), failure: OnceLock::new() })))
    }

    /// Bytes read since the last call.
    pub fn newly_read(&self) -> u64 {
        self.0.read.swap(0, Ordering::Relaxed)
    }

    /// Why the system could not read, if it could not.
    pub fn failure(&self) -> Option<&str> {
        self.0.failure.get().map(String::as_str)
    }

    /// The first and the last bytes, as many as there are of `count`.
    pub fn ends(&self, count: usize) -> io::Result<(Vec<u8>, Vec<u8>)> {
        let count = count.min(self.len() as usize);
        let (mut first, mut last) = (vec![0; count], vec![0; count]);
        self.0.file.read_exact_at(&mut first, 0)?;
        self.0.file.read_exact_at(&mut last, self.len() - count as u64)?;
        Ok((first, last))
    }

    fn count<T>(&self, done: io::Result<T>, bytes: impl Fn(&T) -> usize) -> io::Result<T> {
        match &done {
            Ok(read) => drop(self.0.read.fetch_add(bytes(read) as u64, Ordering::Relaxed)),
            Err(error) if matches!(error.kind(), ErrorKind::UnexpectedEof | ErrorKind::Interrupted) => {}
            Err(error) => drop(self.0.failure.set(error.to_string())),
        }
        done
    }
}

impl Length for SharedFile {
    fn len(&self) -> u64 {
        self.0.file.len()
    }
}

impl ChunkReader for SharedFile {
    type T = BufReader<From>;

    fn get_read(&self, start: u64) -> Result<BufReader<From>, ParquetError> {
        Ok(BufReader::with_capacity(HEADER, From { file: self.clone(), at: start }))
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes, ParquetError> {
        // What a damaged file asks for is not set aside before it is known to be there.
        if start.checked_add(length as u64).is_none_or(|end| end > self.len()) {
            return Err(ParquetError::EOF(format!("{length} bytes at byte {start} reach beyond the end")));
        }
        let mut bytes = vec![0; length];
        self.count(self.0.file.read_exact_at(&mut bytes, start), |()| length)?;
        Ok(bytes.into())
    }
}

/// Reads on from a place.
pub struct From {
    file: SharedFile,
    at: u64,
}

impl Read for From {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.file.count(self.file.0.file.read_at(buffer, self.at), |read| *read)?;
        self.at += read as u64;
        Ok(read)
    }
}
