//! What NULs in the first line tell: text in UTF-16 or UTF-32, which nothing else marks, or no text at all.

use super::foreign::{TELLING, is_odd};
use super::verdict::Verdict;

/// A text of more than a byte for each character, without a mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wide {
    Utf16Le,
    Utf16Be,
    Utf32Le,
    Utf32Be,
}

impl Wide {
    /// Its name to iconv, and to us where we know it.
    pub fn name(self) -> &'static str {
        match self {
            Wide::Utf16Le => "utf-16le",
            Wide::Utf16Be => "utf-16be",
            Wide::Utf32Le => "utf-32le",
            Wide::Utf32Be => "utf-32be",
        }
    }

    /// The characters of a text, lone surrogates as `None`; half ones at its end are left out.
    fn characters(self, bytes: &[u8]) -> Vec<Option<char>> {
        let utf16 = |unit: fn([u8; 2]) -> u16| -> Vec<Option<char>> {
            let units = bytes.as_chunks::<2>().0.iter().map(|bytes| unit(*bytes));
            char::decode_utf16(units).map(Result::ok).collect()
        };
        let utf32 = |code: fn([u8; 4]) -> u32| -> Vec<Option<char>> {
            bytes.as_chunks::<4>().0.iter().map(|bytes| char::from_u32(code(*bytes))).collect()
        };
        match self {
            Wide::Utf16Le => utf16(u16::from_le_bytes),
            Wide::Utf16Be => utf16(u16::from_be_bytes),
            Wide::Utf32Le => utf32(u32::from_le_bytes),
            Wide::Utf32Be => utf32(u32::from_be_bytes),
        }
    }

    fn width(self) -> usize {
        match self {
            Wide::Utf16Le | Wide::Utf16Be => 2,
            Wide::Utf32Le | Wide::Utf32Be => 4,
        }
    }
}

/// What else is known of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Expected {
    /// It is to be UTF-8; else every byte is a character.
    pub utf8: bool,
    /// A first line as long as all that is looked at is a header; else it may be anything.
    pub header: bool,
}

/// Whether a text without a mark is one of these; `ended`: there is no more of it.
pub fn wide(bytes: &[u8], ended: bool, expected: Expected) -> Verdict<Wide> {
    let ended = ended || bytes.len() >= TELLING;
    let bytes = bytes.get(..TELLING).unwrap_or(bytes);
    let is_narrow = |(_, line): (usize, &[u8])| !line.contains(&0) && (!expected.utf8 || is_plain(line));
    if first_line(bytes).is_some_and(is_narrow) || ended && !bytes.contains(&0) {
        return Verdict::No;
    }
    let all = [Wide::Utf32Le, Wide::Utf32Be, Wide::Utf16Le, Wide::Utf16Be];
    all.into_iter().fold(Verdict::No, |found, wide| found.or(|| judge(wide, bytes, ended, expected)))
}

/// The first line that is not blank, and where it ends. A CR is no end here: it is half of a common Chinese character.
fn first_line(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let begin = bytes.iter().position(|byte| !matches!(byte, b'\n' | b'\r'))?;
    let line = bytes.get(begin..)?.split_inclusive(|byte| *byte == b'\n').next()?;
    line.strip_suffix(b"\n").map(|text| (begin + text.len(), text))
}

/// Whether it is UTF-8 with no control character that texts do not have; NULs aside.
fn is_plain(line: &[u8]) -> bool {
    let others: Vec<u8> = line.iter().copied().filter(|byte| *byte != 0).collect();
    std::str::from_utf8(&others).is_ok() && !others.iter().any(|byte| is_odd(*byte))
}

fn judge(wide: Wide, bytes: &[u8], ended: bool, expected: Expected) -> Verdict<Wide> {
    let characters = wide.characters(bytes);
    let end = characters.iter().position(|character| matches!(character, Some('\n' | '\r')));
    let line = characters.get(..end.map_or(characters.len(), |end| end + 1)).unwrap_or_default();
    let text: Vec<char> =
        line.iter().map_while(|character| character.filter(|character| is_of_text(*character))).collect();
    if text.len() < line.len() {
        // The other half of a pair may come.
        let is_half = wide.width() == 2 && text.len() + 1 == line.len() && line.last() == Some(&None);
        return if is_half { Verdict::agreeing(ended) } else { Verdict::No };
    }
    // What bytes tell to be a line must be one of such a text too.
    let known = bytes.len() / wide.width() * wide.width();
    let is_passed = first_line(bytes).is_some_and(|(end, line)| end < known && is_plain(line));
    match end {
        Some(_) if is_sure(wide, bytes, &text, expected) => Verdict::Is(wide),
        Some(_) => Verdict::No,
        None if is_passed => Verdict::No,
        None if !ended => Verdict::Open,
        None if expected.header && !bytes.contains(&b'\n') && is_sure(wide, bytes, &text, expected) => {
            Verdict::Is(wide)
        }
        None => Verdict::No,
    }
}

/// Whether nothing else begins with the bytes of this line: a text of bytes may have NULs as well.
fn is_sure(wide: Wide, bytes: &[u8], line: &[char], expected: Expected) -> bool {
    let length = line.iter().map(|character| if wide.width() == 4 { 4 } else { character.len_utf16() * 2 }).sum();
    let ascii = line.iter().filter(|character| character.is_ascii()).count();
    let is_mostly_ascii = ascii * 4 >= line.len() * 3;
    let is_no_utf8 = || expected.utf8 && !is_plain(bytes.get(..length).unwrap_or(bytes));
    let is_other = || ascii > 1 && is_no_utf8() && is_of_one_script(line);
    line.len() >= 2 && ascii > 0 && (wide.width() == 4 || is_mostly_ascii || is_other())
}

/// Whether its letters stand near each other, as those of no other bytes do; a header has some of ASCII between.
fn is_of_one_script(line: &[char]) -> bool {
    let block = |character: &char| match u32::from(*character) {
        // Punctuation and pictures stand in all scripts.
        0..0x80 | 0xa0..0xc0 | 0x2000..0x2c00 | 0xff00..0x10000 | 0x1f000..0x20000 => None,
        0x80..0x250 => Some(0),
        0x3000..0xa000 | 0x20000..0x30000 => Some(0x30),
        0xac00..0xd800 => Some(0xac),
        code => Some(code >> 8),
    };
    let mut blocks = line.iter().filter_map(block);
    let first = blocks.next();
    blocks.all(|other| Some(other) == first)
}

/// Whether a line of text may hold it.
fn is_of_text(character: char) -> bool {
    let is_private = matches!(character, '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..);
    !is_private && (!character.is_control() || matches!(character, '\t' | '\n' | '\r'))
}

/// What a header is that is no text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Binary {
    /// NULs and nothing else.
    Nuls,
    /// So many, or beside so much else that is no text.
    Mixed,
}

/// Whether a header holds more that is no text than a value may.
pub fn binary(bytes: &[u8], ended: bool) -> Verdict<Binary> {
    let ended = ended || bytes.len() >= TELLING;
    let bytes = bytes.get(..TELLING).unwrap_or(bytes);
    let line = match bytes.iter().position(|byte| matches!(byte, b'\n' | b'\r')) {
        Some(end) => bytes.get(..end).unwrap_or_default(),
        None if ended => bytes,
        None => return Verdict::Open,
    };
    let odd = line.iter().filter(|byte| is_odd(**byte)).count();
    let many = odd >= 4 && odd * 2 >= line.len();
    let broken = std::str::from_utf8(line).is_err_and(|error| error.error_len().is_some());
    match line.contains(&0) && (many || broken) {
        true if line.iter().all(|byte| *byte == 0) => Verdict::Is(Binary::Nuls),
        true => Verdict::Is(Binary::Mixed),
        false => Verdict::No,
    }
}

#[cfg(test)]
mod tests;
