//! A pipe, a device or standard output, written straight through.

use anyhow::Result;

use super::patient::Patient;
use super::text::TextWriter;
use super::{Account, Part, Sink};
use crate::batch::{Place, Reject};

/// A sink whose rows are gone once written: there is nothing to take back. Its footer tells that they are all there, and so
/// waits for the run to have succeeded.
pub struct Stream {
    writer: TextWriter<Patient>,
    account: Account,
}

impl Stream {
    pub fn new(writer: TextWriter<Patient>) -> Stream {
        Stream { writer, account: Account::default() }
    }
}

impl Sink for Stream {
    fn write(&mut self, flush: &[Part], _: Option<&Place>) -> Result<Vec<Reject>> {
        self.writer.write(flush)?;
        Ok(Vec::new())
    }

    fn prepare(&mut self, account: &Account) -> Result<()> {
        self.account = *account;
        self.writer.write_header()
    }

    fn publish(&mut self) -> Result<()> {
        self.writer.write_footer(&self.account)
    }

    fn bytes_written(&self) -> u64 {
        self.writer.written()
    }
}
