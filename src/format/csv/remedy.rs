//! What key of the job may be meant by a record that has too few or too many columns, or blanks before its quotes.

use memchr::memchr_iter;

use super::dialect::{Dialect, is_space};
use super::find::{Bad, What};
use super::header::every;
use super::sniff::has_bare;
use super::step::{Next, Steps};
use crate::batch::{Chunk, ErrorType, LineEnds};

/// What may have made a record too wide.
const LONE_RETURN: &str = "a CR in it ends no line, for the file's first line does not end in one; where CR is meant to, make \
     the line ends one kind, for example with tr '\\r' '\\n'";

const BLANK_BEFORE_QUOTE: &str = "a blank stands before a quote, and extract.trim = true leaves blanks out";

/// Says which key reads the record in another way, where something in it asks for one.
pub fn of_width(error_type: ErrorType, record: &[u8], dialect: &Dialect, ends: LineEnds) -> Option<&'static str> {
    if !dialect.trim && record.iter().all(|byte| is_space(*byte)) {
        return Some("extract.trim = true takes a line of blanks for a blank line");
    }
    let is_joined =
        || error_type == ErrorType::TooManyColumns && ends == LineEnds::Feed && has_bare(record, dialect, b'\r');
    let mut fields = fields(record, dialect, ends);
    let is_spaced = !dialect.trim && fields.any(|field| begins_with_blank_and_quote(field, dialect));
    is_spaced.then_some(BLANK_BEFORE_QUOTE).or_else(|| is_joined().then_some(LONE_RETURN))
}

/// Whether what was meant to be a quoted field is none for the blanks before its quote.
pub fn begins_with_blank_and_quote(field: &[u8], dialect: &Dialect) -> bool {
    let blanks = field.iter().take_while(|byte| is_space(**byte)).count();
    blanks > 0 && dialect.quote.is_some() && field.get(blanks).copied() == dialect.quote
}

/// The place of the first record of a chunk that has such a field, and the field.
pub fn blank_before_quote<'a>(chunk: &'a Chunk, dialect: &'a Dialect) -> Option<(usize, &'a [u8])> {
    let quote = dialect.quote.filter(|_| !dialect.trim)?;
    // Few chunks have these two bytes anywhere.
    let may_have = |bytes: &[u8]| {
        let mut before = memchr_iter(quote, bytes).filter_map(|at| bytes.get(at.checked_sub(1)?));
        before.any(|byte| is_space(*byte))
    };
    if !may_have(&chunk.bytes) {
        return None;
    }
    let spans = every(chunk, dialect).into_iter().filter_map(|Bad { what, .. }| match what {
        What::Ragged { span, .. } => Some(span),
        _ => None,
    });
    let mut records = spans.filter_map(|span| Some((span.start, chunk.bytes.get(span)?)));
    records.find_map(|(at, record)| {
        let mut fields = fields(record, dialect, chunk.line_ends);
        let field = may_have(record).then(|| fields.find(|field| begins_with_blank_and_quote(field, dialect)))?;
        Some((at, field?))
    })
}

fn fields<'a>(record: &'a [u8], dialect: &'a Dialect, ends: LineEnds) -> Fields<'a> {
    let steps = Steps { bytes: record, window: record.len(), end: true, whole: true, dialect, ends: Some(ends) };
    Fields { steps, next: Some(0) }
}

/// The fields of one record.
struct Fields<'a> {
    steps: Steps<'a>,
    /// Where the next one begins.
    next: Option<usize>,
}

impl<'a> Iterator for Fields<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        let begin = self.next.take()?;
        let (end, next) = self.steps.field(begin);
        self.next = match next {
            Next::Field(next) => Some(next),
            Next::Record(_) => None,
        };
        self.steps.bytes.get(begin..end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_asks_for_a_key_is_told() {
        let standard = Dialect::default();
        let check = |dialect: &Dialect, record: &str, key: Option<&str>| {
            let told = of_width(ErrorType::TooManyColumns, record.as_bytes(), dialect, LineEnds::Feed);
            assert_eq!(told.is_some(), key.is_some(), "{record:?}: {told:?}");
            assert!(told.unwrap_or_default().contains(key.unwrap_or_default()), "{record:?}: {told:?}");
        };
        check(&standard, "1,2", None);
        check(&standard, "1, 2,\"a\",\" \"\"\"", None);
        check(&standard, "1, \"a,b\",3", Some("extract.trim"));
        check(&standard, "\t\"a", Some("extract.trim"));
        check(&standard, " \t ", Some("extract.trim"));
        check(&standard, "1,2\r3,4", Some("tr '\\r' '\\n'"));
        check(&standard, "1,\"2\r3\",4", None);
        check(&Dialect { trim: true, ..standard }, "1, \"a,b\",3", None);
        check(&Dialect { quote: None, escape: None, ..standard }, "1, \"a,b\",3", None);
    }
}
