//! The rows of the files, one row group after the other, in chunks of about the wanted size.
//!
//! They are decoded here, on the extract thread, a slice of rows at a time: a column's pages must be read in order, and a
//! whole row group, decoded in the pool, would have to fit the memory. What the values mean is found out in the pool.
//! Measured on 3 million orders of 11 columns, decoding takes a third of a second of one processor; writing them as CSV
//! takes the pool three times as long.

use std::sync::Arc;
use std::time::Instant;

use anyhow::Result;

use super::Stored;
use super::footer::Footer;
use super::rows::OpenFile;
use crate::batch::{Begin, Chunk, LineEnds};
use crate::extract::Source;
use crate::extract::input::{Input, gone};
use crate::metrics::Metrics;
use crate::stop::Stop;

/// The chunks of all files.
pub struct Groups<'a> {
    stored: Stored,
    current: Option<OpenFile>,
    waiting: std::vec::IntoIter<Input>,
    /// Where the first file is opened, if not at its begin.
    begin: Option<Begin>,
    chunk_size: usize,
    sequence: u64,
    metrics: &'a Metrics,
    stop: &'a Stop,
}

impl<'a> Groups<'a> {
    pub fn new(
        stored: Stored,
        inputs: Vec<Input>,
        chunk_size: usize,
        metrics: &'a Metrics,
        stop: &'a Stop,
    ) -> Groups<'a> {
        let waiting = inputs.into_iter();
        Groups { stored, current: None, waiting, begin: None, chunk_size, sequence: 0, metrics, stop }
    }

    /// Those from a row on.
    pub fn at(self, begin: Option<Begin>) -> Groups<'a> {
        let is_read = |input: &Input| begin.is_none_or(|begin| input.file.index >= begin.file);
        let waiting: Vec<Input> = self.waiting.filter(is_read).collect();
        Groups { begin, waiting: waiting.into_iter(), ..self }
    }

    /// Opens the next file, whose columns must still be what they were at second zero.
    fn open_next(&mut self) -> Result<bool> {
        let Some(input) = self.waiting.next() else {
            return self.begin.take().map_or(Ok(false), |begin| Err(gone(&[], begin)));
        };
        let footer = Footer::open(input, self.stored.memory)?;
        let places = self.stored.places(&footer)?;
        self.current = Some(match self.begin.take() {
            Some(begin) => OpenFile::at(footer, places, begin)?,
            None => OpenFile::new(footer, places),
        });
        Ok(true)
    }

    /// The next rows of the current file, from one row group. `None` at its end.
    fn step(&mut self) -> Result<Option<Chunk>> {
        let Some(open) = &mut self.current else { return Ok(None) };
        let line = open.line;
        let Some(values) = open.next(self.chunk_size)? else { return Ok(None) };
        self.metrics.bytes_read.add(open.footer.shared.newly_read());
        Ok(Some(Chunk {
            sequence: self.sequence,
            file: Arc::clone(&open.footer.file),
            offset: 0,
            line,
            bytes: Vec::new(),
            skips: Vec::new(),
            plain_quotes: true,
            from_utf16: false,
            line_ends: LineEnds::Feed,
            values: Some(values),
            upto: Some(open.here()),
        }))
    }
}

impl Source for Groups<'_> {
    fn begin(&self) -> Option<Begin> {
        let inputs = self.waiting.as_slice();
        let first = Begin { file: inputs.first()?.file.index, offset: 0, line: 1, line_ends: None };
        inputs.iter().all(|input| input.origin.can_reopen()).then(|| self.begin.unwrap_or(first))
    }

    fn next(&mut self, _buffer: Vec<u8>) -> Result<Option<Chunk>> {
        while !self.stop.asked() {
            let start = Instant::now();
            let chunk = self.step()?;
            self.metrics.extract.worked(start.elapsed());
            if chunk.is_some() {
                self.sequence += 1;
                return Ok(chunk);
            }
            if !self.open_next()? {
                return Ok(None);
            }
        }
        Ok(None)
    }
}
