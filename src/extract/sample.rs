//! The sample that types are guessed from: how much of the input is waited for.

use std::time::{Duration, Instant};

use anyhow::Result;
use memchr::memchr2_iter;

use crate::format::csv::{Dialect, header};
use crate::job;
use crate::stop::Stop;

use super::cut::Cutter;
use super::open::OpenInput;
use super::reader::{Got, PATIENCE};

/// Records of the first file that a sample has, unless `SAMPLE_BYTES` come first.
pub const SAMPLE_RECORDS: usize = 10_000;
/// Bytes of the first file that a sample has, unless `SAMPLE_RECORDS` come first.
pub const SAMPLE_BYTES: usize = 1 << 20;
/// A pipe that brought nothing for so long is sampled as far as it has come.
const QUIET: Duration = Duration::from_secs(1);
/// So is one that needs longer than this, though it brings a little all the time.
const SLOW: Duration = Duration::from_secs(5);

/// Reads until the sample is there, the input ends, or waiting longer would be too long; then it says why.
pub fn gather(input: &mut OpenInput, enough: &mut Enough, stop: &Stop) -> Result<Option<&'static str>> {
    let begin = Instant::now();
    let mut last = begin;
    while input.buffered() < SAMPLE_BYTES && !stop.asked() {
        match input.read(SAMPLE_BYTES, PATIENCE)? {
            Got::Bytes if input.is_slow() && enough.is_there(input) => return Ok(None),
            Got::Bytes => last = Instant::now(),
            Got::End => return Ok(None),
            Got::Nothing if input.is_slow() && last.elapsed() >= QUIET => return Ok(Some("went quiet")),
            Got::Nothing => {}
        }
        if input.is_slow() && begin.elapsed() >= SLOW {
            return Ok(Some("is slow"));
        }
    }
    Ok(None)
}

/// Whether a pipe has brought the records of a sample, in whatever dialect they are.
pub struct Enough<'a> {
    settings: &'a job::Extract,
    dialects: Vec<(Dialect, Lines)>,
}

impl<'a> Enough<'a> {
    pub fn new(settings: &'a job::Extract, dialects: &[Dialect]) -> Enough<'a> {
        Enough { settings, dialects: dialects.iter().map(|dialect| (*dialect, Lines::default())).collect() }
    }

    fn is_there(&mut self, input: &OpenInput) -> bool {
        let most = self.settings.max_record_size;
        self.dialects.iter_mut().all(|(dialect, lines)| lines.hold_the_sample(input, dialect, most))
    }
}

/// Counts the lines that have come, so that records are counted only where there may be enough of them.
#[derive(Default)]
struct Lines {
    bytes: usize,
    count: usize,
    /// Lines that were no records of their own.
    without_record: usize,
}

impl Lines {
    fn hold_the_sample(&mut self, input: &OpenInput, dialect: &Dialect, max_record_size: usize) -> bool {
        let fresh = input.bytes().get(self.bytes..).unwrap_or_default();
        self.count += memchr2_iter(b'\n', b'\r', fresh).count();
        self.bytes = input.buffered();
        if self.count < SAMPLE_RECORDS + self.without_record {
            return false;
        }
        let cutter = Cutter::new(*dialect, max_record_size, input.is_utf16());
        let records = header::records(&input.peek(cutter), dialect);
        self.without_record = self.count.saturating_sub(records);
        records >= SAMPLE_RECORDS
    }
}
