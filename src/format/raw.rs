//! A record's own bytes as text, such that encoding the text again gives the same bytes: as the rejects file holds them.

use encoding_rs::Encoding;

use crate::batch::Charset;

/// No encoding has longer characters.
const LONGEST_CHARACTER: usize = 4;

/// The bytes as text, and whether some had to be escaped: then those that are not text, or would come back as others, are
/// `\xHH` and every backslash is doubled. Bytes of UTF-16 come as the decoder has made them.
pub fn raw_text(raw: &[u8], charset: Option<Charset>) -> (String, bool) {
    match whole(raw, charset) {
        Some(text) => (text, false),
        None => (escaped(raw, charset), true),
    }
}

fn whole(raw: &[u8], charset: Option<Charset>) -> Option<String> {
    match charset {
        Some(Charset::Other(encoding)) => decoded(raw, encoding),
        // All of UTF-16 that became UTF-8 comes back.
        None | Some(Charset::Utf16Le | Charset::Utf16Be) => std::str::from_utf8(raw).ok().map(str::to_owned),
    }
}

/// The text of bytes that come back.
fn decoded(bytes: &[u8], encoding: &'static Encoding) -> Option<String> {
    let text = encoding.decode_without_bom_handling_and_without_replacement(bytes)?;
    // Of some encodings nothing is ever written: they are encoded as UTF-8.
    let (again, used, failed) = encoding.encode(&text);
    (used == encoding && !failed && *again == *bytes).then(|| text.into_owned())
}

fn escaped(raw: &[u8], charset: Option<Charset>) -> String {
    let mut text = String::with_capacity(raw.len() + 16);
    let mut rest = raw;
    while !rest.is_empty() {
        let (sound, length) = character(rest, charset);
        let (bytes, behind) = rest.split_at(length);
        match sound {
            Some(sound) => text.push_str(&sound.replace('\\', r"\\")),
            None => own_bytes(bytes, charset).for_each(|byte| text.push_str(&format!("\\x{byte:02X}"))),
        }
        rest = behind;
    }
    text
}

/// The text at the begin of the bytes, of one character at least, and its length; no text where that is not sound.
fn character(bytes: &[u8], charset: Option<Charset>) -> (Option<String>, usize) {
    match charset {
        Some(Charset::Other(encoding)) => other_character(bytes, encoding),
        None | Some(Charset::Utf16Le | Charset::Utf16Be) => match bytes.utf8_chunks().next() {
            Some(chunk) if !chunk.valid().is_empty() => (Some(chunk.valid().to_owned()), chunk.valid().len()),
            Some(chunk) if charset.is_none() => (None, chunk.invalid().len()),
            // What stands for a bad unit has three bytes.
            _ => (None, bytes.len().min(3)),
        },
    }
}

/// A character that does not come back is escaped as a whole.
fn other_character(bytes: &[u8], encoding: &'static Encoding) -> (Option<String>, usize) {
    let lengths = 1..=bytes.len().min(LONGEST_CHARACTER);
    let is_character = |length: &usize| {
        let text = bytes.get(..*length).and_then(|b| encoding.decode_without_bom_handling_and_without_replacement(b));
        text.is_some_and(|text| !text.is_empty())
    };
    match lengths.into_iter().find(is_character) {
        Some(length) => (bytes.get(..length).and_then(|bytes| decoded(bytes, encoding)), length),
        None => (None, 1),
    }
}

/// The bytes of the file that bad ones stand for.
fn own_bytes(bytes: &[u8], charset: Option<Charset>) -> impl Iterator<Item = u8> {
    let unit = || match *bytes {
        [lead @ (0xE0 | 0xED), high, low] => {
            Some(u16::from(lead & 0x0F) << 12 | u16::from(high & 0x3F) << 6 | u16::from(low & 0x3F))
        }
        // Half of it was cut off.
        _ => None,
    };
    let own = match (charset, bytes.first()) {
        (None | Some(Charset::Other(_)), _) => bytes.to_vec(),
        (_, Some(0xE0)) => unit().map_or(Vec::new(), |half| vec![half as u8]),
        (Some(Charset::Utf16Be), _) => unit().map_or(Vec::new(), |unit| unit.to_be_bytes().to_vec()),
        (Some(Charset::Utf16Le), _) => unit().map_or(Vec::new(), |unit| unit.to_le_bytes().to_vec()),
    };
    own.into_iter()
}

#[cfg(test)]
mod tests;
