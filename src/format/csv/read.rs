//! One chunk read: its rows, and a reject for each record that is none.

use std::ops::Range;
use std::sync::Arc;

use super::decode::{Decoded, decode};
use super::escape::resolve;
use super::find::{Fields, Shape, Verdict, What, find, record_span};
use super::layout::Layout;
use super::records::CsvRecords;
use super::remedy;
use crate::batch::{Broken, Chunk, ErrorType, Reject, RowOrigin, Spot, Stage};

/// What a chunk holds.
#[derive(Debug)]
pub struct Found<'a> {
    pub records: CsvRecords<'a>,
    /// In order, those that the cutter found broken included.
    pub rejects: Vec<Reject>,
    /// Rows and rejects.
    pub read: usize,
}

/// Reads a chunk. `fields` is lent for its capacity.
pub fn read<'a>(chunk: &'a Chunk, layout: &'a Layout, fields: &'a mut Fields) -> Found<'a> {
    find(chunk, &layout.shape, fields);
    if !fields.again.is_empty() {
        layout.repeats.note(chunk, &fields.again);
    }
    let mut decoded = decode(chunk, layout, fields);
    if let Some(escape) = layout.shape.dialect.bare_escape() {
        decoded = refuse_escapes(decoded, layout, fields, escape);
    }
    let rejects = rejects(chunk, layout, fields);
    let read = fields.rows() + fields.bad.len();
    Found { records: CsvRecords::new(chunk, layout, fields, decoded), rejects, read }
}

/// Refuses the rows with an escape that means nothing, or more than one thing.
fn refuse_escapes<'a>(decoded: Decoded<'a>, layout: &Layout, fields: &mut Fields, escape: u8) -> Decoded<'a> {
    let Decoded { text, raw } = decoded;
    let gap = layout.shape.gap();
    let mut kept = raw.is_some().then(Vec::new);
    let verdict = |row: usize, places: &mut [u32]| {
        let span = record_span(places, gap);
        let whole = raw.as_ref().map_or(Some(&span), |raw| raw.get(row)).cloned().unwrap_or_default();
        let is_sound = |ends: &[u32]| match ends {
            [begin, next] if begin < next => {
                let field = text.get(*begin as usize..(*next - gap) as usize);
                field.is_some_and(|field| resolve(field, escape).is_some())
            }
            _ => true,
        };
        if text.get(span.clone()).is_some_and(|record| record.as_bytes() == [escape, b'.']) {
            let message = "the mark at the end of COPY's data, which is no row".to_owned();
            return Verdict::Refuse(What::Refused { span: whole, error_type: ErrorType::MissingColumns, message });
        }
        if places.windows(2).all(is_sound) {
            kept.iter_mut().for_each(|kept| kept.push(whole.clone()));
            return Verdict::Keep;
        }
        let message = "an escape that is no text, or NUL and digits to MySQL and a byte by its number to PostgreSQL";
        let (error_type, message) = (ErrorType::InvalidEncoding, message.to_owned());
        Verdict::Refuse(What::Refused { span: whole, error_type, message })
    };
    fields.sift(verdict, |_| true);
    Decoded { text, raw: kept }
}

/// Reads a chunk whose records are lines, and keeps those that `judge` says to keep: it is given the chunk's text and where
/// the line stands in it, in order.
pub fn read_lines<'a>(
    chunk: &'a Chunk,
    layout: &'a Layout,
    fields: &'a mut Fields,
    mut judge: impl FnMut(&str, Range<usize>) -> Judged,
) -> Found<'a> {
    find(chunk, &layout.shape, fields);
    let Decoded { text, raw } = decode(chunk, layout, fields);
    let mut kept = raw.is_some().then(Vec::new);
    let verdict = |row: usize, places: &mut [u32]| {
        let span = record_span(places, layout.shape.gap());
        let whole = raw.as_ref().map_or(Some(&span), |raw| raw.get(row)).cloned().unwrap_or_default();
        match judge(&text, span) {
            Judged::Row => {
                kept.iter_mut().for_each(|kept| kept.push(whole.clone()));
                Verdict::Keep
            }
            Judged::Blank => Verdict::Drop,
            Judged::Refused(error_type, message) => Verdict::Refuse(What::Refused { span: whole, error_type, message }),
        }
    };
    fields.sift(verdict, |_| true);
    let rejects = rejects(chunk, layout, fields);
    let read = fields.rows() + fields.bad.len();
    Found { records: CsvRecords::new(chunk, layout, fields, Decoded { text, raw: kept }), rejects, read }
}

/// What a line is to a format of lines.
pub enum Judged {
    Row,
    /// Nothing: it is left out.
    Blank,
    Refused(ErrorType, String),
}

fn rejects(chunk: &Chunk, layout: &Layout, fields: &Fields) -> Vec<Reject> {
    let mut place = chunk.start();
    let mut reject = |(index, bad): (usize, &super::find::Bad)| {
        let broken = match &bad.what {
            What::Broken(skip) => chunk.skips.get(*skip)?.broken.clone()?,
            What::Ragged { span, fields } => {
                let (error_type, mut message) = ragged(*fields, layout.shape.width);
                let record = chunk.bytes.get(span.clone()).unwrap_or_default();
                if has_trailing_delimiter(record, &layout.shape, *fields) {
                    message += TRAILING_DELIMITER;
                } else if let Some(remedy) =
                    remedy::of_width(error_type, record, &layout.shape.dialect, chunk.line_ends)
                {
                    message = format!("{message}; {remedy}");
                }
                refused(chunk, &mut place, span.clone(), error_type, message)
            }
            What::Encoding { span } => {
                let span = layout.shape.whole(span.clone(), &chunk.bytes);
                let message = wrong_encoding(chunk, layout, span.clone());
                refused(chunk, &mut place, span, ErrorType::InvalidEncoding, message)
            }
            What::Refused { span, error_type, message } => {
                refused(chunk, &mut place, span.clone(), *error_type, message.clone())
            }
        };
        Some(extract_reject(chunk, bad.row + index, broken))
    };
    fields.bad.iter().enumerate().filter_map(&mut reject).collect()
}

fn refused(chunk: &Chunk, place: &mut Spot, span: Range<usize>, error_type: ErrorType, message: String) -> Broken {
    place.advance(&chunk.bytes, span.start, chunk.from_utf16, chunk.line_ends);
    let raw = chunk.bytes.get(span).unwrap_or_default().to_vec();
    Broken { error_type, message, offset: place.offset, line: place.line, raw }
}

fn extract_reject(chunk: &Chunk, record: usize, broken: Broken) -> Reject {
    let Broken { error_type, message, offset, line, raw } = broken;
    let origin = RowOrigin { file: Arc::clone(&chunk.file), line, offset, record, raw };
    Reject { origin, stage: Stage::Extract, sink: None, column: None, error_type, message }
}

/// The end of the message of a record that is a row with this key.
pub const TRAILING_DELIMITER: &str = "; the last one is empty, and extract.trailing_delimiter = true leaves it out";

fn has_trailing_delimiter(record: &[u8], shape: &Shape, fields: usize) -> bool {
    fields == shape.width + 1 && shape.width > 0 && shape.dialect.ends_in_delimiter(record)
}

fn ragged(found: usize, width: usize) -> (ErrorType, String) {
    let error_type = if found < width { ErrorType::MissingColumns } else { ErrorType::TooManyColumns };
    let plural = if found == 1 { "" } else { "s" };
    (error_type, format!("{found} column{plural} where the header has {width}"))
}

fn wrong_encoding(chunk: &Chunk, layout: &Layout, span: Range<usize>) -> String {
    let record = chunk.bytes.get(span).unwrap_or_default();
    match (layout.encoding, std::str::from_utf8(record)) {
        (Some(encoding), _) => format!("not valid {}; extract.encoding names the file's encoding", encoding.name()),
        (None, _) if chunk.from_utf16 => {
            "an unpaired surrogate or half a character, which is not valid UTF-16".to_owned()
        }
        (None, Err(error)) => {
            let at = error.valid_up_to();
            let byte = record.get(at).copied().unwrap_or_default();
            format!(
                "byte {} of the record, 0x{byte:02x}, is not valid UTF-8; extract.encoding names the file's encoding, such as \"windows-1252\"",
                at + 1
            )
        }
        (None, Ok(_)) => "not valid UTF-8".to_owned(),
    }
}
