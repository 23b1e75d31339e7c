//! The bytes that give a CSV file its structure.

/// How records and fields are told apart. All bytes are ASCII and differ from each other and from CR and LF
/// (`escape` may equal `quote`), except in the dialect of lines, whose fields end where they do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dialect {
    pub delimiter: u8,
    /// `None`: quotes are ordinary bytes.
    pub quote: Option<u8>,
    /// Equal to the quote: a doubled quote is one quote. Else, inside quotes, this byte makes the next one ordinary.
    pub escape: u8,
    /// A record that begins with this byte is a comment line.
    pub comment: Option<u8>,
    /// Text after a closing quote is taken as part of the field.
    pub lenient: bool,
}

impl Dialect {
    /// Of formats whose records are the physical lines: nothing in a line means anything, and it is one field.
    pub fn lines(comment: Option<u8>) -> Dialect {
        Dialect { delimiter: b'\n', quote: None, escape: b'"', comment, lenient: false }
    }

    /// Whether records are physical lines of one field.
    pub fn is_lines(&self) -> bool {
        self.delimiter == b'\n'
    }
}

impl Default for Dialect {
    fn default() -> Dialect {
        Dialect { delimiter: b',', quote: Some(b'"'), escape: b'"', comment: None, lenient: false }
    }
}
