//! Input encodings: byte order marks, UTF-16 to UTF-8, and which other encodings can be cut before they are decoded.

use crate::batch::Charset;
use crate::format::csv::{Delimiter, Dialect};

/// The encodings that a byte order mark tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unicode {
    Utf8,
    Utf16Le,
    Utf16Be,
}

/// The encoding that the file's first bytes (three are enough) tell, and the length of the mark.
pub fn bom(bytes: &[u8]) -> Option<(Unicode, usize)> {
    match bytes {
        [0xEF, 0xBB, 0xBF, ..] => Some((Unicode::Utf8, 3)),
        [0xFF, 0xFE, ..] => Some((Unicode::Utf16Le, 2)),
        [0xFE, 0xFF, ..] => Some((Unicode::Utf16Be, 2)),
        _ => None,
    }
}

/// UTF-16 to UTF-8, piece by piece. An unpaired surrogate becomes three bytes of its own (as in WTF-8), which no check for
/// UTF-8 lets pass, so exactly its record is refused.
#[derive(Clone, Debug)]
pub struct Utf16Decoder {
    big_endian: bool,
    /// The first byte of a unit whose second has not come yet.
    half: Option<u8>,
    /// The first unit of a pair whose second has not come yet.
    high: Option<u16>,
}

impl Utf16Decoder {
    /// After the byte order mark.
    pub fn new(big_endian: bool) -> Utf16Decoder {
        Utf16Decoder { big_endian, half: None, high: None }
    }

    /// Another, which begins anew with the same encoding.
    pub fn anew(&self) -> Utf16Decoder {
        Utf16Decoder::new(self.big_endian)
    }

    /// Appends `bytes` to `text`, but for what may be the begin of a character that goes on.
    pub fn decode(&mut self, bytes: &[u8], text: &mut Vec<u8>) {
        let mut bytes = bytes;
        if let (Some(first), [second, rest @ ..]) = (self.half, bytes) {
            self.half = None;
            self.unit([first, *second], text);
            bytes = rest;
        }
        let (units, rest) = bytes.as_chunks::<2>();
        for unit in units {
            self.unit(*unit, text);
        }
        if let [half] = rest {
            self.half = Some(*half);
        }
    }

    /// The input has ended.
    pub fn finish(&mut self, text: &mut Vec<u8>) {
        if let Some(high) = self.high.take() {
            push(u32::from(high), text);
        }
        if let Some(half) = self.half.take() {
            // In three bytes where one or two would do, which is not valid either.
            text.extend_from_slice(&[0xE0, trail(u32::from(half) >> 6), trail(u32::from(half))]);
        }
    }

    /// The encoding that it decodes.
    pub fn charset(&self) -> Charset {
        if self.big_endian { Charset::Utf16Be } else { Charset::Utf16Le }
    }

    fn unit(&mut self, bytes: [u8; 2], text: &mut Vec<u8>) {
        let unit = if self.big_endian { u16::from_be_bytes(bytes) } else { u16::from_le_bytes(bytes) };
        match (self.high.take(), unit) {
            (None, 0..0x80) => text.push(unit as u8),
            (Some(high), 0xDC00..=0xDFFF) => {
                push(0x10000 + (u32::from(high - 0xD800) << 10) + u32::from(unit - 0xDC00), text);
            }
            (unpaired, _) => {
                if let Some(high) = unpaired {
                    push(u32::from(high), text);
                }
                match unit {
                    0xD800..=0xDBFF => self.high = Some(unit),
                    _ => push(u32::from(unit), text),
                }
            }
        }
    }
}

/// Appends a code point, surrogates included.
fn push(code: u32, text: &mut Vec<u8>) {
    match char::from_u32(code) {
        Some(character) => text.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes()),
        None => text.extend_from_slice(&[0xE0 | (code >> 12) as u8, trail(code >> 6), trail(code)]),
    }
}

fn trail(bits: u32) -> u8 {
    0x80 | (bits & 0x3F) as u8
}

/// Whether files in `encoding` can be cut at the dialect's bytes before they are decoded; else why not.
pub fn supports(encoding: &'static encoding_rs::Encoding, dialect: &Dialect) -> Result<(), String> {
    let name = encoding.name();
    if !encoding.is_ascii_compatible() {
        return Err(format!("{name} is not supported; convert the file to UTF-8 first, for example with iconv"));
    }
    let delimiter = dialect.delimiter.as_bytes().iter().copied().filter(u8::is_ascii);
    let special = delimiter.chain(dialect.marks());
    match special.into_iter().find(|&byte| may_trail(encoding, byte)) {
        Some(byte) => Err(format!(
            "{:?} may be half of another character in {name}; convert the file to UTF-8 first, for example with iconv",
            char::from(byte)
        )),
        None => Ok(()),
    }
}

/// A delimiter that is given as text, as the bytes of a file in `encoding`, where one character of it cannot be a part of others.
pub fn encoded(delimiter: Delimiter, encoding: &'static encoding_rs::Encoding) -> Result<Delimiter, String> {
    let text = String::from_utf8_lossy(delimiter.as_bytes());
    if text.is_ascii() {
        return Ok(delimiter);
    }
    let name = encoding.name();
    if !encoding.is_single_byte() {
        return Err(format!(
            "{text:?} may be halves of other characters in {name}; convert the file to UTF-8 first, for example with iconv"
        ));
    }
    let (bytes, _, unmappable) = encoding.encode(&text);
    Delimiter::new(&bytes)
        .filter(|_| !unmappable)
        .ok_or_else(|| format!("{name} has no {text:?}, which is to separate fields"))
}

/// Whether an ASCII byte may be a later byte of a character.
fn may_trail(encoding: &'static encoding_rs::Encoding, byte: u8) -> bool {
    match encoding.name() {
        "Big5" | "GBK" | "Shift_JIS" => (0x40..0x80).contains(&byte),
        "gb18030" => (0x40..0x80).contains(&byte) || byte.is_ascii_digit(),
        "EUC-KR" => byte.is_ascii_alphabetic(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(units: &[u16], feed: usize, extra: &[u8]) -> Vec<u8> {
        let mut bytes: Vec<u8> = units.iter().flat_map(|unit| unit.to_be_bytes()).collect();
        bytes.extend_from_slice(extra);
        let (mut decoder, mut text) = (Utf16Decoder::new(true), Vec::new());
        bytes.chunks(feed).for_each(|piece| decoder.decode(piece, &mut text));
        decoder.finish(&mut text);
        text
    }

    #[test]
    fn utf16_becomes_utf8_however_it_is_fed() {
        let check = |text: &str| {
            let units: Vec<u16> = text.encode_utf16().collect();
            (1..6).for_each(|feed| assert_eq!(decoded(&units, feed, &[]), text.as_bytes(), "{feed}"));
        };
        check("id,näme\r\n1,😀€\n");
        check("😀😀");
        check("");
    }

    #[test]
    fn unpaired_surrogates_are_kept_invalid() {
        let check = |units: &[u16], extra: &[u8], text: &[u8]| {
            (1..6).for_each(|feed| assert_eq!(decoded(units, feed, extra), text, "{feed}"));
        };
        check(&[0xD83D, 0x41], &[], b"\xED\xA0\xBDA");
        check(&[0xDE00], &[], b"\xED\xB8\x80");
        check(&[0xD83D, 0xD83D, 0xDE00], &[], b"\xED\xA0\xBD\xF0\x9F\x98\x80");
        check(&[0x41, 0xD83D], &[], b"A\xED\xA0\xBD");
        check(&[0x41], b"\0", b"A\xE0\x80\x80"); // Half a unit at the end.
        check(&[0x41], b"\xE4", b"A\xE0\x83\xA4");
    }

    #[test]
    fn byte_order_marks() {
        assert_eq!(bom(b"\xEF\xBB\xBFid"), Some((Unicode::Utf8, 3)));
        assert_eq!(bom(b"\xFF\xFEi\0"), Some((Unicode::Utf16Le, 2)));
        assert_eq!(bom(b"\xFE\xFF\0i"), Some((Unicode::Utf16Be, 2)));
        assert_eq!(bom(b"id"), None);
        assert_eq!(bom(b"\xEF\xBB"), None);
    }

    #[test]
    fn encodings_that_hide_the_dialect_are_refused() {
        let check = |encoding, delimiter, supported| {
            let dialect = Dialect { delimiter: u8::into(delimiter), ..Dialect::default() };
            assert_eq!(supports(encoding, &dialect).is_ok(), supported, "{}", encoding.name());
        };
        check(encoding_rs::WINDOWS_1252, b'|', true);
        check(encoding_rs::SHIFT_JIS, b',', true);
        check(encoding_rs::SHIFT_JIS, b'|', false);
        check(encoding_rs::EUC_JP, b'|', true);
        check(encoding_rs::GB18030, b'0', false);
        check(encoding_rs::EUC_KR, b'|', true);
        check(encoding_rs::ISO_2022_JP, b',', false);
        check(encoding_rs::UTF_16LE, b',', false);
        check(encoding_rs::REPLACEMENT, b',', false);
    }
}
