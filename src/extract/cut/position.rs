//! Where a cut begins, and what it makes of the bytes at hand.

use crate::batch::{LineEnds, Skip};

/// Where in the file the bytes at hand begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// In the decompressed file before transcoding, BOM included.
    pub offset: u64,
    /// Physical line, from 1.
    pub line: u64,
    /// What ends the file's lines, where a line end before it has decided that.
    pub line_ends: Option<LineEnds>,
}

impl Position {
    /// The begin of a file.
    pub fn first() -> Position {
        Position { offset: 0, line: 1, line_ends: None }
    }

    /// Behind what was cut there.
    pub fn behind(self, cut: &Cut) -> Position {
        Position { offset: self.offset + cut.source_bytes, line: self.line + cut.lines, line_ends: cut.line_ends }
    }
}

/// What was cut off the front of the bytes at hand.
#[derive(Debug)]
pub struct Cut {
    /// Bytes of whole records, skips included; 0 when more bytes are needed.
    pub taken: usize,
    /// Physical line ends in the bytes taken.
    pub lines: u64,
    /// Bytes of the original file that the bytes taken stand for.
    pub source_bytes: u64,
    /// What ends the file's lines, where a line end up to here has decided that.
    pub line_ends: Option<LineEnds>,
    /// See `Chunk::skips`. A line too long to keep is passed over in pieces, and only the last piece says why.
    pub skips: Vec<Skip>,
    /// See `Chunk::plain_quotes`.
    pub plain_quotes: bool,
}
