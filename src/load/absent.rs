//! What stands for an optional target that is away when the run begins: it takes no row, and fails with the reason.

use std::sync::Arc;

use anyhow::{Error, Result};

use super::null::NullEncoder;
use super::{Account, Opened, Part, Sink};
use crate::batch::{Place, Reject};

/// Both halves; `name` is that of the target. The warning tells at once.
pub fn open(name: Arc<str>, why: Error) -> Opened {
    let warning = format!("{name}, which is not required, is left out: {why:#}");
    Opened {
        name,
        encoder: Arc::new(NullEncoder),
        sink: Box::new(Absent(Some(why))),
        warnings: vec![warning],
        guessed: None,
    }
}

struct Absent(Option<Error>);

impl Absent {
    fn fail(&mut self) -> Result<()> {
        self.0.take().map_or(Ok(()), Err)
    }
}

impl Sink for Absent {
    fn write(&mut self, flush: &[Part], _: Option<&Place>) -> Result<Vec<Reject>> {
        // Without rows there is nothing that it could not take.
        if flush.is_empty() { Ok(Vec::new()) } else { self.fail().map(|()| Vec::new()) }
    }

    fn prepare(&mut self, _: &Account) -> Result<()> {
        self.fail()
    }

    fn publish(&mut self) -> Result<()> {
        self.fail()
    }

    fn bytes_written(&self) -> u64 {
        0
    }
}
