//! Where the bytes of an input come from: as they lie there, or unpacked.

use std::time::Duration;

use anyhow::Result;

use crate::job::Method;
use crate::stop::Stop;

use super::inflate::Inflating;
use super::origin::Origin;
use super::reader::{Got, Reader};

/// The bytes of an input.
pub enum Bytes {
    Raw(Reader),
    Inflated(Box<Inflating>),
}

impl Bytes {
    /// The same input, unpacked; `first` has been read of it.
    pub fn inflate(self, first: Vec<u8>, method: Method) -> Result<Bytes> {
        match self {
            Bytes::Raw(reader) => Ok(Bytes::Inflated(Box::new(Inflating::start(reader, first, method)?))),
            inflated => Ok(inflated),
        }
    }

    /// The same input, opened again, from a byte of what is read of it on. What has to be unpacked before that, `pass` is shown.
    /// `None` where the run is asked to stop meanwhile.
    pub fn again_at(
        &self,
        origin: &Origin,
        offset: u64,
        stop: &Stop,
        pass: impl FnMut(&[u8]),
    ) -> Result<Option<Bytes>> {
        match self {
            Bytes::Raw(_) => origin.open_at(offset).map(|reader| Some(Bytes::Raw(reader))),
            Bytes::Inflated(inflating) => {
                let mut again = Inflating::start(origin.open()?, Vec::new(), inflating.method())?;
                Ok(again.pass_to(offset, stop, pass)?.then(|| Bytes::Inflated(Box::new(again))))
            }
        }
    }

    /// Size in bytes as it lies there, where it is known beforehand.
    pub fn size(&self) -> Option<u64> {
        match self {
            Bytes::Raw(reader) => reader.size(),
            Bytes::Inflated(inflating) => inflating.size(),
        }
    }

    /// Bytes read so far, as they lie there.
    pub fn offset(&self) -> u64 {
        match self {
            Bytes::Raw(reader) => reader.offset(),
            Bytes::Inflated(inflating) => inflating.offset(),
        }
    }

    /// Whether reading may have to wait for somebody to write.
    pub fn is_slow(&self) -> bool {
        match self {
            Bytes::Raw(reader) => reader.is_slow(),
            Bytes::Inflated(inflating) => inflating.is_slow(),
        }
    }

    /// Appends what is there, at most `want` bytes (at least 1), waiting up to `patience` for the first of them.
    pub fn read(&mut self, buffer: &mut Vec<u8>, want: usize, patience: Duration) -> Result<Got> {
        match self {
            Bytes::Raw(reader) => reader.read(buffer, want, patience),
            Bytes::Inflated(inflating) => inflating.read(buffer, want, patience),
        }
    }
}
