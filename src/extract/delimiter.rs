//! The delimiter of an input that nobody has named one for, from its beginning, and whether one that is named may be wrong. Of
//! most inputs the first record is enough.

use anyhow::Result;

use crate::batch::LineEnds;
use crate::excerpt::excerpt;
use crate::exit::{ExitCode, fatal};
use crate::format::csv::sniff::{Doubt, OTHERS, Sample, Sniffed, judge, name};
use crate::format::csv::{Dialect, Line, rest_of_line};
use crate::format::encoding::supports;
use crate::job;
use crate::stop::Stop;

use super::begin::{FIRST_READ, read_more};
use super::cut::Cutter;
use super::open::OpenInput;
use super::sample::{Enough, SAMPLE_BYTES, SAMPLE_RECORDS, gather};

/// What the beginning of an input says.
#[derive(Debug, Default)]
pub struct Guess {
    /// What separates fields, where it is no comma.
    pub delimiter: Option<u8>,
    /// What the person must know, for the data may be misread.
    pub alarm: Option<String>,
}

/// Guesses from an input that stands at its first record, unless the file itself has said it; all bytes stay at hand.
pub fn guess(input: &mut OpenInput, settings: &job::Extract, stop: &Stop) -> Result<Guess> {
    if let Some(byte) = input.separator {
        return said(input, settings, byte);
    }
    let look = Look { settings, stop };
    let dialects = look.dividing(input, look.dialects(&OTHERS))?;
    if dialects.is_empty() {
        return look.comma(input);
    }
    let quiet = look.wait(input, &dialects)?;
    let samples: Vec<Sample> = dialects.iter().map(|dialect| look.sample(input, *dialect)).collect();
    let path = &input.file().name;
    let guess = match judge(&samples, || look.sample(input, settings.dialect)) {
        Sniffed::Comma => return look.comma(input),
        Sniffed::Unsure { .. } if settings.columns.len() == 1 => Guess::default(),
        Sniffed::Unsure { byte, why } => Guess { delimiter: None, alarm: Some(unsure(input, byte, why)) },
        Sniffed::Instead(byte) => return Err(instead(input, byte)),
        Sniffed::Other(byte) => Guess { delimiter: Some(byte), alarm: twice(input, byte) },
    };
    let bytes = input.buffered();
    let quiet = quiet.map(|why| format!("{path} {why}, so its delimiter was guessed from its first {bytes} bytes"));
    Ok(Guess { alarm: guess.alarm.or(quiet), ..guess })
}

/// The byte that a first line `sep=;` names, where the encoding has it for nothing else.
fn said(input: &OpenInput, settings: &job::Extract, byte: u8) -> Result<Guess> {
    let dialect = Dialect { delimiter: byte.into(), ..settings.dialect };
    let path = &input.file().name;
    can_separate(settings.encoding, &dialect).map_err(|why| fatal(ExitCode::Data, format!("{path}: {why}")))?;
    Ok(Guess { delimiter: Some(byte).filter(|_| dialect.delimiter != settings.dialect.delimiter), alarm: None })
}

/// Whether the dialect's bytes are characters of their own wherever they stand.
fn can_separate(encoding: job::Encoding, dialect: &Dialect) -> Result<(), String> {
    match encoding {
        job::Encoding::Other(encoding) => supports(encoding, dialect),
        job::Encoding::Utf8 | job::Encoding::Utf16Le | job::Encoding::Utf16Be => Ok(()),
    }
}

/// Of a delimiter that is given, or is that of the file's name: whether it finds one column where another would find several.
/// Whoever declares the one column knows it.
pub fn doubt(input: &mut OpenInput, settings: &job::Extract, stop: &Stop) -> Result<Guess> {
    let is_csv = matches!(settings.format, job::Format::Csv);
    if !is_csv || settings.columns.len() == 1 {
        return Ok(Guess::default());
    }
    let look = Look { settings, stop };
    if !look.dividing(input, vec![settings.dialect])?.is_empty() {
        return Ok(Guess::default());
    }
    let given = settings.dialect.delimiter;
    let others = look.dialects(&[b",", OTHERS.as_slice()].concat());
    let others = others.into_iter().filter(|other| other.delimiter != given).collect();
    let meant = look.dividing(input, others)?;
    let why = format!("the delimiter is {given}");
    let alarm = meant.first().map(|other| as_one_column(input, other.delimiter.first(), &why));
    Ok(Guess { delimiter: None, alarm })
}

/// What is looked for, and how long.
struct Look<'a> {
    settings: &'a job::Extract,
    stop: &'a Stop,
}

impl Look<'_> {
    /// The dialects that may be meant, with one of these between fields.
    fn dialects(&self, delimiters: &[u8]) -> Vec<Dialect> {
        let dialect = &self.settings.dialect;
        let free = delimiters.iter().copied().filter(|byte| dialect.marks().all(|mark| mark != *byte));
        let dialects = free.map(|byte| Dialect { delimiter: byte.into(), ..*dialect });
        dialects.filter(|dialect| can_separate(self.settings.encoding, dialect).is_ok()).collect()
    }

    /// Those of the dialects that find several columns in the first record.
    fn dividing(&self, input: &mut OpenInput, mut dialects: Vec<Dialect>) -> Result<Vec<Dialect>> {
        let firsts = self.first_records(input, &dialects)?;
        let mut divides = firsts.iter().map(Sample::divides);
        dialects.retain(|_| divides.next().unwrap_or(false));
        Ok(dialects)
    }

    /// The first record as each dialect has it, waited for.
    fn first_records(&self, input: &mut OpenInput, dialects: &[Dialect]) -> Result<Vec<Sample>> {
        loop {
            let first = |dialect: &Dialect| Sample::of(&input.peek_first(self.cutter(input, *dialect)), *dialect, 1);
            let firsts: Vec<Sample> = dialects.iter().map(first).collect();
            if firsts.iter().all(|first| first.records() > 0) || !self.may_read_on(input) {
                return Ok(firsts);
            }
            read_more(input, self.stop)?;
        }
    }

    /// Waits for a sample, and until there are two records at least. Says why it was not waited for to its end.
    fn wait(&self, input: &mut OpenInput, dialects: &[Dialect]) -> Result<Option<&'static str>> {
        let mut enough = Enough::new(self.settings, dialects);
        let why = gather(input, &mut enough, self.stop)?;
        let is_short = |input: &OpenInput| dialects.iter().any(|dialect| self.sample(input, *dialect).records() < 2);
        while is_short(input) && self.may_read_on(input) {
            read_more(input, self.stop)?;
        }
        Ok(why.filter(|_| !input.ended()))
    }

    /// The sample: the same bytes of a pipe, however they have come, and of a file.
    fn sample(&self, input: &OpenInput, dialect: Dialect) -> Sample {
        let sample = |bytes: usize, records: usize| {
            let sample = Sample::of(&input.peek_within(self.cutter(input, dialect), bytes), dialect, records);
            let sample = sample.with_commas_in_numbers(self.settings.notation.decimal == ',');
            sample.lacking(usize::from(self.settings.header == job::Header::Short))
        };
        match sample(SAMPLE_BYTES, SAMPLE_RECORDS) {
            short if short.records() < 2 => sample(usize::MAX, 2),
            sample => sample,
        }
    }

    /// A comma for want of another. Where the job says that numbers hold commas, a first row without quotes may be misread;
    /// who quotes knows that commas separate, and other rows than the first would not have the header's width.
    fn comma(&self, input: &mut OpenInput) -> Result<Guess> {
        let may_be_both = self.settings.notation.decimal == ',' && !self.settings.header.is_there();
        let is_twofold = may_be_both
            && !self.dividing(input, vec![self.settings.dialect])?.is_empty()
            && self.settings.dialect.quote.is_none_or(|quote| !first_line(input).contains(&quote));
        Ok(Guess { delimiter: None, alarm: is_twofold.then(|| twofold(input)) })
    }

    fn cutter(&self, input: &OpenInput, dialect: Dialect) -> Cutter {
        Cutter::new(dialect, self.settings.max_record_size, input.is_utf16())
    }

    /// Whether there is more, and a record may still be one. Two of them are looked for.
    fn may_read_on(&self, input: &OpenInput) -> bool {
        let most = self.settings.max_record_size.saturating_mul(2).saturating_add(FIRST_READ);
        !input.ended() && input.buffered() <= most
    }
}

fn unsure(input: &OpenInput, byte: u8, why: Doubt) -> String {
    let why = match why {
        Doubt::Alone => "no other record follows it".to_owned(),
        Doubt::Uneven => "not all records are alike by it".to_owned(),
        Doubt::Another(other) => format!("so may {}", name(other)),
        Doubt::Short => {
            "the first record has one less than all others, as a header that extract.header = \"short\" reads"
                .to_owned()
        }
    };
    as_one_column(input, byte, &why)
}

fn twofold(input: &OpenInput) -> String {
    let (path, line) = (&input.file().name, input.at().line);
    format!(
        "{path}, line {line}: commas were taken to separate columns, and extract.decimal says that numbers hold them too: say \
         extract.delimiter (--delimiter ',' if that is right)"
    )
}

fn as_one_column(input: &OpenInput, byte: u8, why: &str) -> String {
    let (path, line) = (&input.file().name, input.at().line);
    let shown = if stands_twice(first_line(input), byte) { name(byte).repeat(2) } else { name(byte) };
    format!(
        "{path}, line {line}: {:?} was read as one column; {shown} may separate columns, but {why}: \
         say extract.delimiter (--delimiter '{shown}'), or declare the column (--columns) if it is one",
        beginning(input)
    )
}

fn instead(input: &OpenInput, byte: u8) -> anyhow::Error {
    let (path, line, shown) = (&input.file().name, input.at().line, name(byte));
    let message = format!(
        "{path}, line {line}: commas give records of differing widths, and {shown} gives all of them one; say \
         extract.delimiter = \"{}\" (--delimiter '{shown}'), or \",\" if commas are right",
        byte.escape_ascii()
    );
    fatal(ExitCode::Data, message)
}

/// Of a byte that separates columns: whether two of them may.
fn twice(input: &OpenInput, byte: u8) -> Option<String> {
    let (path, line, shown) = (&input.file().name, input.at().line, name(byte).repeat(2));
    let warning = || {
        format!(
            "{path}, line {line}: in {:?} every second column has no name; if {shown} separates columns, say \
             extract.delimiter (--delimiter '{shown}')",
            beginning(input)
        )
    };
    stands_twice(first_line(input), byte).then(warning)
}

/// Whether a byte stands in a line only in pairs.
fn stands_twice(line: &[u8], byte: u8) -> bool {
    let mut runs = line.chunk_by(|one, other| one == other).filter(|run| run.first() == Some(&byte)).peekable();
    runs.peek().is_some() && runs.all(|run| run.len() == 2)
}

/// Some of the first line at hand.
fn beginning(input: &OpenInput) -> String {
    excerpt(&String::from_utf8_lossy(first_line(input))).into_owned()
}

fn first_line(input: &OpenInput) -> &[u8] {
    let (mut rest, mut ends) = (input.bytes(), input.at().line_ends);
    while let Line::Whole { text_end: 0, next: next @ 1.. } = rest_of_line(rest, 0, true, ends) {
        ends = ends.or(LineEnds::of_line(rest.get(..next).unwrap_or_default()));
        rest = rest.get(next..).unwrap_or_default();
    }
    let line = match rest_of_line(rest, 0, true, ends) {
        Line::Whole { text_end: end, .. } | Line::Part(end) => rest.get(..end),
    };
    line.unwrap_or_default()
}
