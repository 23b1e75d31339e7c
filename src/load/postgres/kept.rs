//! Rows that wait for the row that their key leads to.

use anyhow::Result;

use crate::exit::{ExitCode, fatal};
use crate::load::Part;

#[derive(Default)]
pub struct Kept {
    rows: Vec<Part>,
    bytes: usize,
    limit: usize,
    /// They were tried once more when all rows had come.
    pub is_over: bool,
}

/// What a row takes beside its bytes.
const BESIDE: usize = 300;

impl Kept {
    /// `memory`: what the whole run may use; the rows that move need their part of it.
    pub fn new(memory: usize) -> Kept {
        Kept { limit: memory / 2, ..Kept::default() }
    }

    pub fn rows(&self) -> &[Part] {
        &self.rows
    }

    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// These and no others are kept from now on.
    pub fn replace(&mut self, rows: Vec<Part>, table: &str) -> Result<()> {
        self.bytes = rows.iter().map(|row| row.span().len() + BESIDE).sum();
        self.rows = rows;
        match self.bytes > self.limit {
            false => Ok(()),
            true => Err(fatal(
                ExitCode::Config,
                format!(
                    "{} rows with keys into table {table} itself wait for rows that have not come, and take half of \
                     run.memory_limit; raise it with --memory-limit, or sort the input so that parents come first",
                    self.rows.len()
                ),
            )),
        }
    }

    /// The first of them, which are kept no longer.
    pub fn forget(&mut self, count: usize) {
        let gone = self.rows.drain(..count.min(self.rows.len()));
        self.bytes -= gone.map(|row| row.span().len() + BESIDE).sum::<usize>();
    }
}
