//! What leaves the pool: rows in the form that a sink writes.

use super::{Batch, Records, Refused, RowOrigin};
use crate::arrow::array::ArrayRef;

/// Rows ready to be written by one sink; owns its bytes and refers to no chunk.
#[derive(Debug)]
pub struct Encoded {
    pub payload: Payload,
    /// The end of each row: a running total of encoded bytes, raw copies included.
    pub ends: Vec<usize>,
    /// Where each row came from, for a sink that can refuse a row; else empty.
    pub origins: Vec<RowOrigin>,
}

impl Encoded {
    pub fn rows(&self) -> usize {
        self.ends.len()
    }

    /// Gives back memory that was reserved for more rows than came: a few rows of a filter may wait long for their flush.
    pub fn shrink(&mut self) {
        if let Payload::Text(bytes) | Payload::Rows { bytes, .. } = &mut self.payload
            && bytes.len() < bytes.capacity() / 2
        {
            bytes.shrink_to_fit();
        }
        if self.ends.len() < self.ends.capacity() / 2 {
            self.ends.shrink_to_fit();
        }
    }

    /// Forgets all but the first `rows`.
    pub fn truncate(&mut self, rows: usize) {
        self.ends.truncate(rows);
        self.origins.truncate(rows);
        match &mut self.payload {
            Payload::Nothing => {}
            Payload::Text(bytes) => bytes.truncate(self.ends.last().copied().unwrap_or(0)),
            Payload::Rows { bytes, ends } => {
                ends.truncate(rows);
                bytes.truncate(ends.last().copied().unwrap_or(0));
            }
            Payload::Columns(arrays) => arrays.iter_mut().for_each(|array| *array = array.slice(0, rows)),
        }
    }
}

/// The pure half of a sink: makes a batch into what the sink writes. Runs in the pool.
pub trait Encoder: Send + Sync {
    /// Encodes the kept rows. A row that does not fit the target's types is left out and returned as refused, in ascending
    /// order (stage load, this sink).
    fn encode(&self, records: &dyn Records, batch: &Batch) -> (Encoded, Vec<Refused>);
    /// What the person should know of all that was encoded.
    fn remark(&self) -> Option<String> {
        None
    }
}

/// The rows themselves, in the form that the sink writes.
#[derive(Debug)]
pub enum Payload {
    /// Rows only counted.
    Nothing,
    /// Whole lines, line ends included; `Encoded::ends` are offsets into it.
    Text(Vec<u8>),
    /// One array per output column.
    Columns(Vec<ArrayRef>),
    /// Rows as bytes, and where in these each ends.
    Rows { bytes: Vec<u8>, ends: Vec<usize> },
}
