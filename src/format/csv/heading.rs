//! The header that stands in a file again: how it may be written, and whether a record is it.

use std::borrow::Cow;
use std::ops::Range;

use super::Dialect;
use super::find::{Fields, Shape, find};
use super::header::width;
use super::quote::unquote;
use crate::batch::{Chunk, Heading, MARK, Signs};

/// The last record of a chunk, which is the header.
pub fn heading(chunk: &Chunk, dialect: &Dialect) -> Option<Heading> {
    let shape = Shape { width: width(chunk, dialect)?, ..Shape::any(*dialect) };
    let mut fields = Fields::default();
    find(chunk, &shape, &mut fields);
    let places = fields.row(fields.rows().checked_sub(1)?);
    let record = chunk.bytes.get(super::find::record_span(places, shape.gap()))?.to_vec();
    let fields: Vec<Vec<u8>> = texts(&chunk.bytes, places, dialect).map(Cow::into_owned).collect();
    let signs = Signs::new(&lengths(&record, &fields, dialect), &begins(&record, &fields, dialect));
    Some(Heading { record, fields, signs })
}

/// As it stands there and with any of its fields quoted, and each of them behind a byte order mark. Where blanks are left
/// out it may be somewhat longer.
fn lengths(record: &[u8], fields: &[Vec<u8>], dialect: &Dialect) -> Vec<usize> {
    const MOST_BLANKS: usize = 60;
    let bare = fields.iter().map(Vec::len).sum::<usize>() + dialect.delimiter.len() * fields.len().saturating_sub(1);
    let quoted = (0..=fields.len()).map(|quoted| bare + 2 * quoted);
    let spaced = (bare..bare + MOST_BLANKS).filter(|_| dialect.trim);
    let own = quoted.chain(spaced).chain([record.len()]);
    own.flat_map(|length| [length, length + MARK.len()]).collect()
}

/// The first byte of each of them; none where the first name is empty, for then anything may follow it.
fn begins(record: &[u8], fields: &[Vec<u8>], dialect: &Dialect) -> Vec<u8> {
    let Some(text) = fields.first().and_then(|field| field.first()) else { return Vec::new() };
    let blanks = [b' ', b'\t'].into_iter().filter(|_| dialect.trim);
    [Some(*text), record.first().copied(), MARK.first().copied(), dialect.quote]
        .into_iter()
        .flatten()
        .chain(blanks)
        .collect()
}

/// Whether a record whose fields begin at `places`, and which ends before `end`, says the same.
pub fn is_again(heading: &Heading, bytes: &[u8], places: &[u32], end: usize, dialect: &Dialect) -> bool {
    let begin = places.first().map_or(end, |begin| *begin as usize);
    let record = bytes.get(begin..end).unwrap_or_default();
    if record.strip_prefix(MARK).unwrap_or(record) == heading.record {
        return true;
    }
    // Of those that are as long by chance, most begin otherwise.
    if places.len() != heading.fields.len() || first_byte(record, dialect) != first_byte(&heading.record, dialect) {
        return false;
    }
    let ends: Vec<u32> = places.iter().copied().chain([(end + dialect.delimiter.len()) as u32]).collect();
    texts(bytes, &ends, dialect).eq(heading.fields.iter().map(Vec::as_slice))
}

/// Where a record begins, but for what may stand before that.
fn first_byte(record: &[u8], dialect: &Dialect) -> Option<u8> {
    let record = record.strip_prefix(MARK).unwrap_or(record);
    let is_before = |byte: &u8| dialect.is_blank(*byte) || Some(*byte) == dialect.quote;
    record.iter().copied().find(|byte| !is_before(byte))
}

/// What the fields of a row say, but for a byte order mark before the first.
fn texts<'a>(bytes: &'a [u8], places: &'a [u32], dialect: &'a Dialect) -> impl Iterator<Item = Cow<'a, [u8]>> {
    let field = |(index, ends): (usize, &[u32])| {
        let span: Range<usize> = match ends {
            [begin, next] => *begin as usize..(*next as usize).saturating_sub(dialect.delimiter.len()),
            _ => 0..0,
        };
        let field = bytes.get(span).unwrap_or_default();
        let field = field.strip_prefix(MARK).filter(|_| index == 0).unwrap_or(field);
        text(field.get(dialect.between_blanks(field)).unwrap_or_default(), dialect)
    };
    places.windows(2).enumerate().map(field)
}

/// A field without its quotes.
fn text<'a>(field: &'a [u8], dialect: &Dialect) -> Cow<'a, [u8]> {
    let Some(quote) = dialect.quote.filter(|quote| field.first() == Some(quote)) else {
        return Cow::Borrowed(field);
    };
    // A character for each byte, for the encoding may be any.
    let field: String = field.iter().map(|byte| char::from(*byte)).collect();
    let text = unquote(&field, quote, dialect.escape);
    Cow::Owned(text.chars().filter_map(|character| u8::try_from(character).ok()).collect())
}
