//! The bytes that give a CSV file its structure.

use std::ops::Range;

use super::Delimiter;

/// How records and fields are told apart. The single bytes are ASCII, differ from each other (`escape` may equal `quote`) and
/// from CR and LF, and are none of the delimiter's, except in the dialect of lines, whose fields end where they do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dialect {
    pub delimiter: Delimiter,
    /// `None`: quotes are ordinary bytes.
    pub quote: Option<u8>,
    /// Equal to the quote: a doubled quote is one quote. Else, inside quotes, this byte makes the next one ordinary. Without
    /// a quote it does so anywhere, and `None` is none.
    pub escape: Option<u8>,
    /// A record that begins with this byte is a comment line.
    pub comment: Option<u8>,
    /// Text after a closing quote is taken as part of the field.
    pub lenient: bool,
    /// Blanks beside delimiters and around quotes are left out.
    pub trim: bool,
}

impl Dialect {
    /// Of formats whose records are the physical lines: nothing in a line means anything, and it is one field.
    pub fn lines(comment: Option<u8>) -> Dialect {
        Dialect { delimiter: Delimiter::byte(b'\n'), quote: None, escape: None, comment, lenient: false, trim: false }
    }

    /// Whether records are physical lines of one field.
    pub fn is_lines(&self) -> bool {
        self.delimiter.first() == b'\n'
    }

    /// Whether fields are told apart by single bytes, so that masks and searches for quotes find them.
    pub fn is_simple(&self) -> bool {
        !self.trim && self.delimiter.single().is_some() && self.bare_escape().is_none()
    }

    /// What makes the next byte of a field ordinary where there are no quotes.
    pub fn bare_escape(&self) -> Option<u8> {
        self.escape.filter(|_| self.quote.is_none())
    }

    /// Whether a byte is left out beside delimiters: a space or a tab that means nothing else. Behind another byte of the
    /// delimiter, as in `, `, it begins none, and more of them can be left out.
    pub fn is_blank(&self, byte: u8) -> bool {
        let may_begin_delimiter = is_space(self.delimiter.first()) && self.delimiter.holds(byte);
        self.trim && is_space(byte) && !may_begin_delimiter && self.marks().all(|mark| mark != byte)
    }

    /// A field, or record, without the blanks that are left out at its ends.
    pub fn trimmed<'a>(&self, text: &'a str) -> &'a str {
        text.get(self.between_blanks(text.as_bytes())).unwrap_or_default()
    }

    /// What of a field, or record, stands between the blanks that are left out at its ends.
    pub fn between_blanks(&self, bytes: &[u8]) -> Range<usize> {
        let is_text = |byte: &u8| !self.is_blank(*byte);
        let begin = bytes.iter().position(is_text).unwrap_or(bytes.len());
        begin..bytes.iter().rposition(is_text).map_or(begin, |last| last + 1)
    }

    /// Whether nothing but blanks that are left out stands behind a record's last delimiter.
    pub fn ends_in_delimiter(&self, record: &[u8]) -> bool {
        let delimiter = self.delimiter.as_bytes();
        let blanks = record.iter().rev().take_while(|byte| self.is_blank(**byte)).count();
        record.ends_with(delimiter) || record.get(..record.len() - blanks).is_some_and(|text| text.ends_with(delimiter))
    }

    /// Whether a record is a blank line, or a field has no text.
    pub fn is_blank_line(&self, record: &[u8]) -> bool {
        record.iter().all(|byte| self.is_blank(*byte))
    }

    /// The bytes that mean something beside the delimiter.
    pub fn marks(&self) -> impl Iterator<Item = u8> {
        [self.quote, self.escape, self.comment].into_iter().flatten()
    }
}

/// Whether a byte is one of those that are blanks where they mean nothing else.
pub fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

impl Default for Dialect {
    fn default() -> Dialect {
        Dialect {
            delimiter: Delimiter::byte(b','),
            quote: Some(b'"'),
            escape: Some(b'"'),
            comment: None,
            lenient: false,
            trim: false,
        }
    }
}
