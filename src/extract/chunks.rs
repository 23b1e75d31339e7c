//! Cuts the inputs, one after the other, into chunks of whole records.

use std::time::{Duration, Instant};

use anyhow::Result;

use crate::batch::{Begin, Chunk};
use crate::metrics::Metrics;
use crate::stop::Stop;

use super::Source;
use super::cut::Cutter;
use super::head::Head;
use super::input::{Input, gone};
use super::open::OpenInput;
use super::reader::{Got, PATIENCE};

/// How long a started chunk waits for more from a pipe before it goes as it is.
const LINGER: Duration = Duration::from_millis(5);
/// How long a chunk waits to be full where a pipe brings a little all the time.
const FILL: Duration = Duration::from_millis(100);
/// A buffer that one large record made this many times larger than a chunk is not used again.
const OUTGROWN: usize = 2;

/// The chunks of all inputs.
pub struct Chunks<'a> {
    head: Head,
    /// The input being read, and those after it.
    current: Option<(Cutter, OpenInput)>,
    waiting: std::vec::IntoIter<Input>,
    /// Where to begin, if not where the head stopped, as long as nothing has been read.
    begin: Option<Begin>,
    chunk_size: usize,
    sequence: u64,
    metrics: &'a Metrics,
    stop: &'a Stop,
}

/// What one attempt to make a chunk came to.
enum Step {
    Chunk(Chunk),
    /// The bytes at hand hold no whole record yet.
    More,
    /// The file is at its end.
    End,
}

impl<'a> Chunks<'a> {
    /// Goes on from where `head` stopped reading the first file.
    pub fn new(mut head: Head, chunk_size: usize, metrics: &'a Metrics, stop: &'a Stop) -> Chunks<'a> {
        let current = head.first.take().map(|first| (head.cutter(&first, chunk_size), first));
        let waiting = std::mem::take(&mut head.rest).into_iter();
        Chunks { head, current, waiting, begin: None, chunk_size, sequence: 0, metrics, stop }
    }

    /// Those from `begin` on.
    pub fn at(self, begin: Option<Begin>) -> Chunks<'a> {
        Chunks { begin, ..self }
    }

    fn step(&mut self, buffer: &mut Vec<u8>) -> Result<Step> {
        let Some((cutter, input)) = &mut self.current else { return Ok(Step::End) };
        let start = Instant::now();
        let target = input.wanted(self.chunk_size);
        // What could be read before reading failed is cut first: rows stand before what is wrong behind them.
        let waited = if input.is_broken() { Duration::ZERO } else { fill(input, target, self.metrics, self.stop)? };
        if self.stop.asked() {
            return Ok(Step::End);
        }
        self.metrics.bytes_read.add(input.newly_read());
        let chunk = input.cut(cutter, target, self.sequence, buffer);
        self.metrics.extract.worked(start.elapsed().saturating_sub(waited));
        Ok(match chunk {
            Some(chunk) => Step::Chunk(chunk),
            None if target >= input.buffered() => match input.broken() {
                Some(error) => return Err(error),
                None if input.ended() && input.buffered() == 0 => Step::End,
                None => Step::More,
            },
            None => Step::More,
        })
    }

    /// Leaves out what stands before `begin`; false where the run is asked to stop.
    fn go_to(&mut self, begin: Begin) -> Result<bool> {
        let is_before = |file: usize| file < begin.file;
        if self.current.as_ref().is_some_and(|(_, input)| is_before(input.file().index)) {
            self.current = None;
        }
        while self.waiting.as_slice().first().is_some_and(|input| is_before(input.file.index)) {
            self.waiting.next();
        }
        if self.current.is_none() && !self.open_next()? && self.stop.asked() {
            return Ok(false);
        }
        match &mut self.current {
            Some((_, input)) if input.file().index == begin.file => input.go_on_at(begin, self.stop),
            // The head passes over an empty file, and a later one has no such place.
            Some(_) | None => Err(gone(&self.head.inputs, begin)),
        }
    }

    fn open_next(&mut self) -> Result<bool> {
        let Some(input) = self.waiting.next() else { return Ok(false) };
        let Some(input) = self.head.open_next(input, self.stop)? else { return Ok(false) };
        self.current = Some((self.head.cutter(&input, self.chunk_size), input));
        Ok(true)
    }
}

impl Source for Chunks<'_> {
    fn begin(&self) -> Option<Begin> {
        let (_, first) = self.current.as_ref()?;
        let mut inputs = std::iter::once(first.input()).chain(self.waiting.as_slice());
        inputs.all(|input| input.origin.can_reopen()).then(|| self.begin.unwrap_or(first.here()))
    }

    fn next(&mut self, mut buffer: Vec<u8>) -> Result<Option<Chunk>> {
        if buffer.capacity() > OUTGROWN * self.chunk_size {
            buffer = Vec::new();
        }
        if let Some(begin) = self.begin.take()
            && !self.go_to(begin)?
        {
            return Ok(None);
        }
        while !self.stop.asked() {
            match self.step(&mut buffer)? {
                Step::Chunk(chunk) => {
                    self.sequence += 1;
                    return Ok(Some(chunk));
                }
                Step::More => {}
                Step::End if self.open_next()? => {}
                Step::End => return Ok(None),
            }
        }
        Ok(None)
    }
}

/// Reads until a chunk is full, the input ends, nothing more is ready, or that took too long; returns the time spent waiting.
fn fill(input: &mut OpenInput, target: usize, metrics: &Metrics, stop: &Stop) -> Result<Duration> {
    let mut waited = Duration::ZERO;
    // What the last chunk has left, of lines too short for all of them to be in one, is used up before it is moved.
    if input.untried() && input.buffered() >= target / 2 {
        return Ok(waited);
    }
    let mut fresh = input.untried();
    let mut begun = fresh.then(Instant::now);
    while input.buffered() < target && !stop.asked() && begun.is_none_or(|begun| begun.elapsed() < FILL) {
        // A file being unpacked is waited for: its chunks are full, however long that takes.
        let lingers = fresh && input.is_slow();
        let patience = if lingers { LINGER } else { PATIENCE };
        let start = Instant::now();
        match input.read(target, patience)? {
            Got::Bytes => {
                fresh = true;
                begun = begun.or_else(|| input.is_slow().then(Instant::now));
            }
            Got::End => break,
            Got::Nothing => {
                waited += start.elapsed();
                if lingers {
                    break;
                }
            }
        }
    }
    metrics.extract.waited(waited);
    Ok(waited)
}

#[cfg(test)]
mod tests;
