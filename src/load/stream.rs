//! A pipe, a device or standard output, written straight through.

use anyhow::Result;

use super::patient::Patient;
use super::text::TextWriter;
use super::{Part, Sink};
use crate::batch::Reject;

/// A sink whose rows are gone once written: there is nothing to publish and nothing to take back.
pub struct Stream {
    writer: TextWriter<Patient>,
}

impl Stream {
    pub fn new(writer: TextWriter<Patient>) -> Stream {
        Stream { writer }
    }
}

impl Sink for Stream {
    fn write(&mut self, flush: &[Part]) -> Result<Vec<Reject>> {
        self.writer.write(flush)?;
        Ok(Vec::new())
    }

    fn prepare(&mut self) -> Result<()> {
        self.writer.write_header()
    }

    fn publish(&mut self) -> Result<()> {
        Ok(())
    }

    fn bytes_written(&self) -> u64 {
        self.writer.written()
    }
}
