//! Gets a file from its first byte to its first record: encoding, lines to leave out, header.

use anyhow::Result;

use crate::batch::{Broken, Chunk};
use crate::exit::{ExitCode, fatal};
use crate::format::Verdict;
use crate::format::csv::header::{self, Header};
use crate::format::csv::heading;
use crate::job;
use crate::stop::Stop;

use super::input::Input;
use super::open::OpenInput;
use super::reader::PATIENCE;
use super::recognise::{self, Found};

/// So many bytes are read at first, and at least so many are looked through for a first record.
pub const FIRST_READ: usize = 1 << 16;
/// A file of more columns is taken for one whose delimiter or line ends are others.
const MOST_COLUMNS: usize = 100_000;

/// What a file says of its columns before its first row.
pub struct Start {
    /// `None` without a header and in an empty file.
    pub header: Option<Header>,
    /// Columns: of the header, as declared, or of the first record; 0 in an empty file that nothing is known of.
    pub width: usize,
}

/// Opens a file and gets it to its first line that counts.
pub fn open(input: Input, settings: &job::Extract, stop: &Stop) -> Result<OpenInput> {
    let mut input = OpenInput::open(input, settings)?;
    read_until(&mut input, stop, |input| input.enough_to_unpack())?;
    let mut input = input.unpack(settings)?;
    let found = judge(&mut input, stop, |input| Ok(recognise::first_bytes(input.bytes(), input.ended(), settings)))?;
    if let Some(found) = found.filter(|_| settings.skip == 0) {
        return Err(recognise::refused(found, input.named()));
    }
    read_until(&mut input, stop, |input| input.enough_to_begin())?;
    input.begin(settings)?;
    let mut lines = settings.skip;
    read_until(&mut input, stop, |input| input.skip_lines(&mut lines))?;
    if matches!(settings.format, job::Format::Csv) {
        read_until(&mut input, stop, |input| input.skip_separator(&settings.dialect))?;
    }
    if let Some(found) = found {
        confirm(found, &mut input, settings, stop)?;
    }
    judge(&mut input, stop, |input| recognise::first_record(input, settings))?;
    Ok(input)
}

/// Refuses what was found, unless it was all left out: text stands behind it.
fn confirm(found: Found, input: &mut OpenInput, settings: &job::Extract, stop: &Stop) -> Result<()> {
    match judge(input, stop, |input| Ok(recognise::is_text(input.bytes(), input.ended(), settings)))? {
        Some(()) => Ok(()),
        None => Err(recognise::refused(found, input.named())),
    }
}

/// Judges as soon as there is enough.
fn judge<T>(input: &mut OpenInput, stop: &Stop, judge: impl Fn(&OpenInput) -> Result<Verdict<T>>) -> Result<Option<T>> {
    let mut verdict = Ok(Verdict::Open);
    read_until(input, stop, |input| {
        verdict = judge(input);
        !matches!(verdict, Ok(Verdict::Open))
    })?;
    Ok(match verdict? {
        Verdict::Is(found) => Some(found),
        Verdict::No | Verdict::Open => None,
    })
}

/// Takes the header off, or looks at the first record where nothing else tells how many columns there are.
pub fn start(input: &mut OpenInput, settings: &job::Extract, stop: &Stop) -> Result<Start> {
    let header = if settings.header.is_there() { take_header(input, settings, stop)? } else { None };
    let width = match &header {
        Some(header) => header.names.len(),
        None if settings.header.is_there() || !settings.columns.is_empty() => settings.columns.len(),
        None => first_width(input, settings, stop)?,
    };
    if width > MOST_COLUMNS {
        let path = &input.file().name;
        let message =
            format!("{path} has {width} columns, the most are {MOST_COLUMNS}; are extract.delimiter and quote right?");
        return Err(fatal(ExitCode::Data, message));
    }
    Ok(Start { header, width })
}

/// The header; it is taken, with all before it. `None` in an empty file.
pub fn take_header(input: &mut OpenInput, settings: &job::Extract, stop: &Stop) -> Result<Option<Header>> {
    let mut cutter = input.cutter(settings);
    loop {
        let first = input.take_first(&mut cutter);
        let broken = first.skips.iter().find_map(|skip| skip.broken.as_ref()).or(cutter.breaking());
        broken.map_or(Ok(()), |broken| Err(broken_header(&first, broken)))?;
        // The zone matters to times only, and a header has none.
        let header = header::read(&first, &settings.records(0, chrono_tz::UTC));
        let header = header.map_err(|why| fatal(ExitCode::Data, format!("{}: the header: {why}", first.file.name)))?;
        if header.is_some()
            && let Some(heading) = heading(&first, &settings.dialect)
        {
            // A file that is opened again has the same.
            first.file.heading.get_or_init(|| heading);
        }
        if header.is_some() || input.ended() {
            let is_short = settings.header == job::Header::Short;
            return Ok(header.map(|header| if is_short { header.with_row_names() } else { header }));
        }
        read_more(input, stop)?;
    }
}

fn broken_header(first: &Chunk, broken: &Broken) -> anyhow::Error {
    let path = &first.file.name;
    fatal(ExitCode::Data, format!("{path}, line {}: the header is broken: {}", broken.line, broken.message))
}

/// How many fields the first sound record has, whatever they hold; 0 in an empty file. All bytes stay at hand.
fn first_width(input: &mut OpenInput, settings: &job::Extract, stop: &Stop) -> Result<usize> {
    loop {
        let cutter = input.cutter(settings);
        let first = input.peek_first(cutter);
        if let Some(width) = header::width_of_row(&first, &settings.dialect, settings.trailing_delimiter) {
            return Ok(width);
        }
        let broken = first.skips.iter().any(|skip| skip.broken.is_some());
        if input.ended() && !broken {
            return Ok(0);
        }
        if input.ended() || input.buffered() > settings.max_record_size.saturating_add(FIRST_READ) {
            let (path, bytes) = (&input.file().name, input.buffered());
            let message = format!("{path}: no sound record in its first {bytes} bytes; declare extract.columns");
            return Err(fatal(ExitCode::Data, message));
        }
        read_more(input, stop)?;
    }
}

/// Waits for more bytes than there are.
pub fn read_more(input: &mut OpenInput, stop: &Stop) -> Result<()> {
    let more = input.buffered() + 1;
    read_until(input, stop, |input| input.buffered() >= more)
}

/// Reads until `enough` says so or the input ends.
fn read_until(input: &mut OpenInput, stop: &Stop, mut enough: impl FnMut(&mut OpenInput) -> bool) -> Result<()> {
    while !enough(input) && !input.ended() {
        if let Some(code) = stop.code() {
            return Err(fatal(code, format!("interrupted by {} before the first row", stop.signal())));
        }
        let target = (input.buffered() * 2).max(FIRST_READ);
        input.read(target, PATIENCE)?;
    }
    Ok(())
}
