//! The text of a chunk: as it stands where it is UTF-8, made anew where it is not. Records that are not valid in their
//! encoding become bad ones.

use std::borrow::Cow;
use std::ops::Range;

use encoding_rs::Encoding;

use super::Delimiter;
use super::find::{Fields, What, record_span};
use super::layout::Layout;
use crate::batch::Chunk;

/// The text that the places of the fields refer to.
#[derive(Debug)]
pub struct Decoded<'a> {
    pub text: Cow<'a, str>,
    /// Where each row stands in the chunk, where that is not where it stands in the text.
    pub raw: Option<Vec<Range<usize>>>,
}

/// Makes the text of a chunk whose fields were found.
pub fn decode<'a>(chunk: &'a Chunk, layout: &Layout, fields: &mut Fields) -> Decoded<'a> {
    match layout.encoding {
        Some(encoding) if !chunk.bytes.is_ascii() => {
            let between = between(&layout.shape.dialect.delimiter);
            transcode(&Source { bytes: &chunk.bytes, encoding, between }, fields)
        }
        _ => match simdutf8::basic::from_utf8(&chunk.bytes) {
            Ok(text) => Decoded { text: Cow::Borrowed(text), raw: None },
            Err(_) => {
                let text = blank_invalid(chunk, fields, layout.shape.gap());
                Decoded { text: Cow::Owned(text), raw: None }
            }
        },
    }
}

/// Refuses the records that are not UTF-8, and copies the rest with blanks in place of all that is not a sound record, so
/// that places stay what they are.
fn blank_invalid(chunk: &Chunk, fields: &mut Fields, gap: u32) -> String {
    let bytes = &chunk.bytes;
    let valid = |span: Range<usize>| bytes.get(span).is_some_and(|record| std::str::from_utf8(record).is_ok());
    fields.retain(|places| valid(record_span(places, gap)), valid);

    let mut text = String::with_capacity(bytes.len());
    for blank in unsound(chunk, fields) {
        push_text(&mut text, bytes, blank.start);
        push_blanks(&mut text, blank.end);
    }
    push_text(&mut text, bytes, bytes.len());
    text
}

/// The stretches that are not sound records, in order.
fn unsound(chunk: &Chunk, fields: &Fields) -> Vec<Range<usize>> {
    let mut spans: Vec<Range<usize>> = chunk.skips.iter().map(|skip| skip.span.clone()).collect();
    spans.extend(fields.bad.iter().filter_map(|bad| match &bad.what {
        What::Encoding { span } => Some(span.clone()),
        _ => None,
    }));
    spans.sort_by_key(|span| span.start);
    spans
}

/// Continues the copy `text` of `bytes` up to `end`.
fn push_text(text: &mut String, bytes: &[u8], end: usize) {
    match bytes.get(text.len()..end).map(std::str::from_utf8) {
        Some(Ok(sound)) => text.push_str(sound),
        _ => push_blanks(text, end),
    }
}

fn push_blanks(text: &mut String, end: usize) {
    text.extend(std::iter::repeat_n(' ', end.saturating_sub(text.len())));
}

/// Bytes in another encoding.
struct Source<'a> {
    bytes: &'a [u8],
    encoding: &'static Encoding,
    /// As many bytes as the delimiter has, and the delimiter itself where that is a byte that another file may have too.
    between: String,
}

/// What stands between decoded fields.
fn between(delimiter: &Delimiter) -> String {
    match std::str::from_utf8(delimiter.as_bytes()) {
        Ok(text) => text.to_owned(),
        Err(_) => " ".repeat(delimiter.len()),
    }
}

/// Decodes field by field and moves the places of each row to where it stands in the new text.
fn transcode(source: &Source, fields: &mut Fields) -> Decoded<'static> {
    let mut text = String::with_capacity(source.bytes.len() + source.bytes.len() / 4);
    let mut raw = Vec::with_capacity(fields.rows());
    let keep = |places: &mut [u32]| {
        let span = record_span(places, source.gap());
        let begin = text.len();
        let kept = source.row(places, &mut text).is_some();
        match kept {
            true => raw.push(span),
            false => text.truncate(begin),
        }
        kept
    };
    fields.retain(keep, |span| source.text(span).is_some());
    Decoded { text: Cow::Owned(text), raw: Some(raw) }
}

impl<'a> Source<'a> {
    fn gap(&self) -> u32 {
        self.between.len() as u32
    }

    /// Appends the fields of one row, and a delimiter after each, so that neighbours can be copied as they stand.
    fn row(&self, places: &mut [u32], text: &mut String) -> Option<()> {
        let mut start = *places.first()?;
        for (index, place) in places.iter_mut().enumerate() {
            let next = *place;
            if index > 0 && next > start {
                text.push_str(&self.text(start as usize..(next - self.gap()) as usize)?);
                text.push_str(&self.between);
            }
            *place = text.len() as u32;
            start = next;
        }
        Some(())
    }

    fn text(&self, span: Range<usize>) -> Option<Cow<'a, str>> {
        self.encoding.decode_without_bom_handling_and_without_replacement(self.bytes.get(span)?)
    }
}
