//! The head of the input: which files there are, the header, and a sample to guess types from. Read before the run starts,
//! and kept, so that a pipe loses nothing.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Result;

use crate::batch::{Chunk, InputFile};
use crate::exit::{ExitCode, OrExit, fatal};
use crate::format::csv::{Layout, NullWords, Shape, header};
use crate::job;
use crate::stop::Stop;

use super::cut::Cutter;
use super::input::resolve;
use super::open::OpenInput;
use super::reader::Got;

/// The sample: so many bytes of the first file.
pub const SAMPLE_BYTES: usize = 1 << 20;
/// A pipe that brought nothing for so long is sampled as far as it has come.
const QUIET: Duration = Duration::from_secs(1);
/// How long one attempt to read may wait.
const PATIENCE: Duration = Duration::from_millis(100);

/// The inputs, found and readable, the first one open at its first record.
pub struct Head {
    pub settings: Arc<job::Extract>,
    /// The header's names as they stand in the first file; `None` without a header.
    pub header: Option<Vec<String>>,
    /// Fields of the first record, header or not; 0 in an empty file.
    pub width: usize,
    pub first: Option<OpenInput>,
    pub rest: Vec<Arc<InputFile>>,
    /// Bytes of all files together, where they are known.
    pub size: Option<u64>,
    pub warnings: Vec<String>,
}

impl Head {
    /// Opens the first file at its first record and checks that the others are there and have the same header.
    pub fn open(settings: Arc<job::Extract>, stop: &Stop) -> Result<Head> {
        let mut files = resolve(&settings.input)?.into_iter();
        let Some(first) = files.next() else {
            return Err(fatal(ExitCode::NoInput, "extract.path names no file"));
        };
        let mut first = open(first, &settings, stop)?;
        let (header, width) = match settings.header {
            true => {
                let names = take_header(&mut first, &settings, stop)?;
                let width = names.as_ref().map_or(0, Vec::len);
                (names, width)
            }
            false => (None, first_width(&mut first, &settings, stop)?),
        };
        let (size, rest) = (first.size(), files.collect());
        let mut head = Head { settings, header, width, first: Some(first), rest, size, warnings: Vec::new() };
        for file in head.rest.clone() {
            head.check(file, stop)?;
        }
        Ok(head)
    }

    /// A head of which only what the job declares is known: `validate` never reads standard input.
    pub fn unread(settings: Arc<job::Extract>) -> Head {
        Head { settings, header: None, width: 0, first: None, rest: Vec::new(), size: None, warnings: Vec::new() }
    }

    /// Opens one of the later files, past its header, which must be the first file's. `None` when asked to stop.
    pub fn open_next(&self, file: Arc<InputFile>, stop: &Stop) -> Result<Option<OpenInput>> {
        let mut input = open(file, &self.settings, stop)?;
        if self.settings.header {
            let names = take_header(&mut input, &self.settings, stop)?;
            self.compare(input.file(), names.unwrap_or_default())?;
        }
        Ok((!stop.asked()).then_some(input))
    }

    fn check(&mut self, file: Arc<InputFile>, stop: &Stop) -> Result<()> {
        let cannot = || format!("cannot read {}", file.path.display());
        let found = std::fs::metadata(&file.path).or_exit(ExitCode::NoInput, cannot)?;
        self.size = self.size.filter(|_| found.is_file()).map(|size| size + found.len());
        // A pipe can be opened and read only once: its header is compared when its turn comes.
        if found.is_file() || found.is_dir() {
            self.open_next(file, stop)?;
        }
        Ok(())
    }

    fn compare(&self, file: &InputFile, names: Vec<String>) -> Result<()> {
        let expected = self.header.as_deref().unwrap_or_default();
        if names == expected {
            return Ok(());
        }
        let path = file.path.display();
        let difference = expected.iter().zip(&names).enumerate().find(|(_, (expected, name))| expected != name);
        let difference = match difference {
            Some((index, (expected, name))) => {
                format!("column {} is {name:?}, in the first file {expected:?}", index + 1)
            }
            None => format!("it has {} columns, the first file {}", names.len(), expected.len()),
        };
        Err(fatal(ExitCode::Data, format!("the header of {path} is not that of the first file: {difference}")))
    }

    /// Up to 1 MiB of the first file's records, which stay to be read. `wait`: a pipe is given time to bring them.
    pub fn sample(&mut self, wait: bool, stop: &Stop) -> Result<Option<Chunk>> {
        let Some(first) = &mut self.first else { return Ok(None) };
        if wait || !first.is_slow() {
            let quiet = gather(first, SAMPLE_BYTES, stop)?;
            if quiet {
                self.warnings.push(format!(
                    "{} went quiet, so types were guessed from its first {} bytes",
                    first.file().path.display(),
                    first.buffered()
                ));
            }
        }
        let cutter = Cutter::new(self.settings.dialect, self.settings.max_record_size, first.from_utf16());
        Ok(Some(first.peek(cutter)))
    }
}

/// How this input's chunks are to be read when its header has `width` columns.
pub fn layout(settings: &job::Extract, width: usize, zone: chrono_tz::Tz) -> Layout {
    let shape = Shape { dialect: settings.dialect, width, pad: settings.ragged == job::Ragged::Pad };
    let encoding = match settings.encoding {
        job::Encoding::Other(encoding) => Some(encoding),
        job::Encoding::Utf8 | job::Encoding::Utf16Le | job::Encoding::Utf16Be => None,
    };
    Layout { shape, null: NullWords::new(&settings.null), encoding, zone }
}

/// Reads until `target` bytes are there, the input ends or stays quiet; says whether it was quiet.
fn gather(input: &mut OpenInput, target: usize, stop: &Stop) -> Result<bool> {
    let mut last = Instant::now();
    while input.buffered() < target && !stop.asked() {
        match input.read(target, PATIENCE)? {
            Got::Bytes => last = Instant::now(),
            Got::End => return Ok(false),
            Got::Nothing if last.elapsed() >= QUIET => return Ok(true),
            Got::Nothing => {}
        }
    }
    Ok(false)
}

/// Opens a file and gets it to its first line that counts.
fn open(file: Arc<InputFile>, settings: &job::Extract, stop: &Stop) -> Result<OpenInput> {
    let mut input = OpenInput::open(file)?;
    read_until(&mut input, stop, |input| input.enough_to_begin())?;
    input.begin(settings)?;
    let mut lines = settings.skip;
    read_until(&mut input, stop, |input| input.skip_lines(&mut lines))?;
    Ok(input)
}

/// The names that the header holds; it is taken. `None` in an empty file.
fn take_header(input: &mut OpenInput, settings: &job::Extract, stop: &Stop) -> Result<Option<Vec<String>>> {
    let header = first_record(input, settings, stop, |first| {
        let path = first.file.path.display();
        if let Some(broken) = first.skips.iter().find_map(|skip| skip.broken.as_ref()) {
            let message = format!("{path}, line {}: the header is broken: {}", broken.line, broken.message);
            return Err(fatal(ExitCode::Data, message));
        }
        // The zone matters to times only, and a header has none.
        let names = header::read(first, &layout(settings, 0, chrono_tz::UTC));
        let names = names.map_err(|why| fatal(ExitCode::Data, format!("{path}: the header: {why}")))?;
        Ok(names.map(|names| (names, first.bytes.len())))
    })?;
    Ok(header.map(|(names, bytes)| {
        input.take(bytes);
        names
    }))
}

/// How many fields the first sound record has, whatever they hold; 0 in an empty file.
fn first_width(input: &mut OpenInput, settings: &job::Extract, stop: &Stop) -> Result<usize> {
    let width = first_record(input, settings, stop, |first| Ok(header::width(first, &settings.dialect)))?;
    Ok(width.unwrap_or(0))
}

/// Reads until `look` finds what it wants in the bytes up to and including the first sound record. They stay at hand.
fn first_record<T>(
    input: &mut OpenInput,
    settings: &job::Extract,
    stop: &Stop,
    look: impl Fn(&Chunk) -> Result<Option<T>>,
) -> Result<Option<T>> {
    loop {
        let cutter = Cutter::new(settings.dialect, settings.max_record_size, input.from_utf16());
        if let Some(found) = look(&input.peek_first(cutter))? {
            return Ok(Some(found));
        }
        if input.ended() {
            return Ok(None);
        }
        let more = input.buffered() + 1;
        read_until(input, stop, |input| input.buffered() >= more)?;
    }
}

/// Reads until `enough` says so or the input ends.
fn read_until(input: &mut OpenInput, stop: &Stop, mut enough: impl FnMut(&mut OpenInput) -> bool) -> Result<()> {
    while !enough(input) && !input.ended() {
        if let Some(code) = stop.code() {
            return Err(fatal(code, format!("interrupted by {} before the first row", stop.signal())));
        }
        let target = (input.buffered() * 2).clamp(1 << 16, SAMPLE_BYTES.max(input.buffered() * 2));
        input.read(target, PATIENCE)?;
    }
    Ok(())
}
