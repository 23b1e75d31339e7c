//! The bytes that give a CSV file its structure.

use super::Delimiter;

/// How records and fields are told apart. The single bytes are ASCII, differ from each other (`escape` may equal `quote`) and
/// from CR and LF, and are none of the delimiter's, except in the dialect of lines, whose fields end where they do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dialect {
    pub delimiter: Delimiter,
    /// `None`: quotes are ordinary bytes.
    pub quote: Option<u8>,
    /// Equal to the quote: a doubled quote is one quote. Else, inside quotes, this byte makes the next one ordinary. `None`
    /// only where there is no quote.
    pub escape: Option<u8>,
    /// A record that begins with this byte is a comment line.
    pub comment: Option<u8>,
    /// Text after a closing quote is taken as part of the field.
    pub lenient: bool,
}

impl Dialect {
    /// Of formats whose records are the physical lines: nothing in a line means anything, and it is one field.
    pub fn lines(comment: Option<u8>) -> Dialect {
        Dialect { delimiter: Delimiter::byte(b'\n'), quote: None, escape: None, comment, lenient: false }
    }

    /// Whether records are physical lines of one field.
    pub fn is_lines(&self) -> bool {
        self.delimiter.first() == b'\n'
    }

    /// The bytes that mean something beside the delimiter.
    pub fn marks(&self) -> impl Iterator<Item = u8> {
        [self.quote, self.escape, self.comment].into_iter().flatten()
    }
}

impl Default for Dialect {
    fn default() -> Dialect {
        Dialect {
            delimiter: Delimiter::byte(b','),
            quote: Some(b'"'),
            escape: Some(b'"'),
            comment: None,
            lenient: false,
        }
    }
}
