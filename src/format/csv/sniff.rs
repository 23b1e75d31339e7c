//! Which byte separates the fields of a sample: a comma, unless all of it says another.

use memchr::memchr;

use super::Dialect;
use super::find::{Bad, What};
use super::header::every;
use super::quote::closing_quote;
use crate::batch::Chunk;

/// What separates fields where a comma does not, most often first.
pub const OTHERS: [u8; 3] = [b';', b'\t', b'|'];

/// The records of a sample as one dialect has them.
#[derive(Debug)]
pub struct Sample {
    dialect: Dialect,
    /// How many fields each has; `None` for a broken one.
    widths: Vec<Option<usize>>,
    /// A comma stands outside quotes in the first.
    has_comma: bool,
    /// Fields that the first lacks, beside the others.
    lacks: usize,
}

/// What a sample says of the delimiter.
#[derive(Debug, PartialEq, Eq)]
pub enum Sniffed {
    Comma,
    /// A comma for want of a better one: the first record is one column, in which this byte stands.
    Unsure {
        byte: u8,
        why: Doubt,
    },
    /// This one, and no other.
    Other(u8),
    /// Commas separate some records in one way and others in another; with this byte they are all alike.
    Instead(u8),
}

/// Why a byte in the first record need not be what separates fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doubt {
    /// There is no other record.
    Alone,
    /// The records are not all alike by it.
    Uneven,
    /// They are, and by another one too.
    Another(u8),
    /// They are, but for the first, which has one field less.
    Short,
}

impl Sample {
    /// Of the first records of a chunk, as many as are wanted.
    pub fn of(chunk: &Chunk, dialect: Dialect, wanted: usize) -> Sample {
        let found = every(chunk, &dialect);
        let first = found.first().and_then(|Bad { what, .. }| match what {
            What::Ragged { span, .. } => chunk.bytes.get(span.clone()),
            _ => None,
        });
        let has_comma = first.is_some_and(|record| has_bare(record, &dialect, b','));
        let widths: Vec<_> = found.iter().map(|bad| width(chunk, &dialect, bad)).collect();
        let header = widths.first().copied().flatten().map_or(0, |width| width.fields);
        let width = |width: Option<Width>| Some(width?.beside(header));
        Sample { dialect, widths: widths.into_iter().take(wanted).map(width).collect(), has_comma, lacks: 0 }
    }

    /// The same of an input whose first record lacks so many fields.
    pub fn lacking(self, lacks: usize) -> Sample {
        Sample { lacks, ..self }
    }

    /// The same where numbers may hold commas, so that one in the first record says nothing.
    pub fn with_commas_in_numbers(self, are_there: bool) -> Sample {
        Sample { has_comma: self.has_comma && !are_there, ..self }
    }

    /// How many records there are.
    pub fn records(&self) -> usize {
        self.widths.len()
    }

    /// Whether the first record is more than one column.
    pub fn divides(&self) -> bool {
        self.widths.first().is_some_and(|width| width.is_some_and(|width| width > 1))
    }

    /// Whether all records, at least two, have one width above 1. A broken one, which is a reject whatever it has, says
    /// nothing, unless it is the first.
    fn is_even(&self) -> bool {
        let sound: Vec<usize> = self.full().flatten().collect();
        self.divides() && sound.len() > 1 && sound.iter().all(|width| sound.first() == Some(width))
    }

    /// Whether some record has another width than the first, or none.
    fn is_uneven(&self) -> bool {
        let first = self.full().next();
        self.full().any(|width| width.is_none() || Some(width) != first)
    }

    /// The widths of all records, that of the first with what it lacks.
    fn full(&self) -> impl Iterator<Item = Option<usize>> {
        let lacks = std::iter::once(self.lacks).chain(std::iter::repeat(0));
        self.widths.iter().zip(lacks).map(|(width, lacks)| width.map(|width| width + lacks))
    }

    /// Whether they are all alike but for the first, which has one field less than it should.
    fn is_short(&self) -> bool {
        Sample { lacks: self.lacks + 1, widths: self.widths.clone(), ..*self }.is_even()
    }
}

/// How many fields a record has.
#[derive(Clone, Copy)]
struct Width {
    fields: usize,
    /// The last one is empty: a delimiter stands at the end.
    trailing: bool,
}

impl Width {
    /// A delimiter at the end of a row but not of the header makes no field: which byte it is shows as well.
    fn beside(self, header: usize) -> usize {
        if self.trailing && self.fields == header + 1 { header } else { self.fields }
    }
}

fn width(chunk: &Chunk, dialect: &Dialect, bad: &Bad) -> Option<Width> {
    let What::Ragged { span, fields } = &bad.what else { return None };
    let record = chunk.bytes.get(span.clone()).unwrap_or_default();
    Some(Width { fields: *fields, trailing: record.ends_with(dialect.delimiter.as_bytes()) })
}

/// Judges the samples under the dialects that may be meant; `commas` is that of the comma.
pub fn judge(samples: &[Sample], commas: impl FnOnce() -> Sample) -> Sniffed {
    let even: Vec<&Sample> = samples.iter().filter(|sample| sample.is_even()).collect();
    if let [one] = even.as_slice() {
        return match one.dialect.delimiter.first() {
            byte if !one.has_comma => Sniffed::Other(byte),
            byte if commas().is_uneven() => Sniffed::Instead(byte),
            _ => Sniffed::Comma,
        };
    }
    let divided = even.iter().copied().chain(samples.iter().filter(|sample| sample.divides()));
    let Some(sample) = divided.into_iter().find(|sample| !sample.has_comma) else { return Sniffed::Comma };
    let byte = sample.dialect.delimiter.first();
    let other = even.iter().map(|sample| sample.dialect.delimiter.first()).find(|other| *other != byte);
    let why = match other {
        _ if samples.iter().all(|sample| sample.records() < 2) => Doubt::Alone,
        Some(other) => Doubt::Another(other),
        None if sample.is_short() => Doubt::Short,
        None => Doubt::Uneven,
    };
    Sniffed::Unsure { byte, why }
}

/// Whether `byte` stands outside quotes in a record.
pub(super) fn has_bare(record: &[u8], dialect: &Dialect, byte: u8) -> bool {
    let mut at = 0;
    loop {
        if dialect.quote.is_some() && record.get(at).copied() == dialect.quote {
            let close = closing_quote(record, at + 1, dialect.quote.unwrap_or_default(), dialect.escape);
            at = close.at.map_or(record.len(), |close| close + 1);
        }
        let rest = record.get(at..).unwrap_or_default();
        let end = memchr(dialect.delimiter.first(), rest).unwrap_or(rest.len());
        if rest.get(..end).is_some_and(|field| memchr(byte, field).is_some()) {
            return true;
        }
        if end == rest.len() {
            return false;
        }
        at += end + 1;
    }
}

/// As a person writes it.
pub fn name(delimiter: u8) -> String {
    match delimiter {
        b'\t' => "tab".to_owned(),
        byte => char::from(byte).to_string(),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::batch::{InputFile, LineEnds};

    /// What a sample says that the cutter has found sound.
    fn sniff(text: &str) -> Sniffed {
        let file = Arc::new(InputFile::new(0, "in.csv"));
        let chunk = Chunk {
            sequence: 0,
            file,
            offset: 0,
            line: 1,
            bytes: text.as_bytes().to_vec(),
            skips: Vec::new(),
            plain_quotes: false,
            from_utf16: false,
            line_ends: LineEnds::Feed,
            values: None,
            upto: None,
        };
        let sample =
            |delimiter: u8| Sample::of(&chunk, Dialect { delimiter: delimiter.into(), ..Dialect::default() }, 100);
        let samples: Vec<Sample> = OTHERS.map(sample).into_iter().filter(Sample::divides).collect();
        judge(&samples, || sample(b','))
    }

    #[test]
    fn all_records_must_say_the_same() {
        let check = |text: &str, expected: Sniffed| assert_eq!(sniff(text), expected, "{text:?}");
        check("id;v\n1;2\n", Sniffed::Other(b';'));
        check("id\tv\n1\t2\n", Sniffed::Other(b'\t'));
        check("id|v\n1|2\n3|4\n", Sniffed::Other(b'|'));
        check("id;v\n1;2,5\n", Sniffed::Other(b';'));
        check("\"a,b\";c\n1;2\n", Sniffed::Other(b';'));
        check("a;b\n\"1;2\";3\n", Sniffed::Other(b';'));
        check("a;b\n\"1\n2\";3\n", Sniffed::Other(b';'));
        check("a\n1\n", Sniffed::Comma);
        check("a,b\n1,2\n", Sniffed::Comma);
        check("a,b;c\n1,2;3\n", Sniffed::Comma);
        check("", Sniffed::Comma);
    }

    #[test]
    fn one_record_or_two_answers_are_none() {
        let check = |text: &str, byte, why| assert_eq!(sniff(text), Sniffed::Unsure { byte, why }, "{text:?}");
        check("id;v\n", b';', Doubt::Alone);
        check("id;v\n1;2\n3;4;5\n", b';', Doubt::Uneven);
        check("a;b|c\n1;2|3\n", b';', Doubt::Another(b'|'));
        check("a;b|c\td\n1|3\t4\n", b'\t', Doubt::Another(b'|'));
        check("note; more\nx\n", b';', Doubt::Uneven);
    }

    #[test]
    fn commas_that_differ_are_no_delimiter_where_another_byte_is() {
        let check = |text: &str, expected: Sniffed| assert_eq!(sniff(text), expected, "{text:?}");
        check("name, first;v\na;1\nb, c, d;2\n", Sniffed::Instead(b';'));
        check("name, first;v\na;1;2\n", Sniffed::Comma);
        check("a,b;c|d\n1;2|3\n", Sniffed::Comma);
    }
}
