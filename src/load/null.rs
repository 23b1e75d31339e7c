//! `null:` counts rows and writes nothing; also what stands in for any sink in a dry run.

use anyhow::Result;

use super::{Account, Part, Sink};
use crate::batch::{Batch, Encoded, Encoder, Payload, Place, Records, Refused, Reject};

/// Counts rows.
pub struct NullEncoder;

impl Encoder for NullEncoder {
    fn encode(&self, _: &dyn Records, batch: &Batch) -> (Encoded, Vec<Refused>) {
        // A row costs what it takes to count it, so that counted rows do not pile up either.
        let ends = (1..=batch.kept.len()).map(|rows| rows * size_of::<usize>()).collect();
        (Encoded { payload: Payload::Nothing, ends, origins: Vec::new() }, Vec::new())
    }
}

pub struct NullSink;

impl Sink for NullSink {
    fn write(&mut self, _: &[Part], _: Option<&Place>) -> Result<Vec<Reject>> {
        Ok(Vec::new())
    }

    fn prepare(&mut self, _: &Account) -> Result<()> {
        Ok(())
    }

    fn publish(&mut self) -> Result<()> {
        Ok(())
    }

    fn bytes_written(&self) -> u64 {
        0
    }
}
