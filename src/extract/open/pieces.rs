//! What is cut off the bytes at hand, or only looked at.

use super::OpenInput;
use crate::batch::{Begin, Chunk, Spot};
use crate::extract::cut::{Cut, Cutter, Position, skip_lines};
use crate::format::csv::{Dialect, FirstLine, first_line};
use crate::job;

impl OpenInput {
    /// What cuts this input, nothing limited.
    pub fn cutter(&self, settings: &job::Extract) -> Cutter {
        Cutter::new(settings.dialect, settings.max_record_size, self.is_utf16())
    }

    /// Leaves out physical lines, as far as they have been read, and counts `lines` down; true when all are left out.
    pub fn skip_lines(&mut self, lines: &mut u64) -> bool {
        let (bytes, passed) = skip_lines(self.bytes(), *lines, self.ended);
        self.take(bytes);
        *lines -= passed;
        *lines == 0
    }

    /// Leaves out a line that only says what separates fields, and heeds it; false as long as the bytes at hand cannot tell.
    pub fn skip_separator(&mut self, dialect: &Dialect) -> bool {
        match first_line(self.bytes(), dialect, self.ended) {
            FirstLine::Open => false,
            FirstLine::Other => true,
            FirstLine::Separator { byte, length } => {
                self.take(length);
                self.separator = Some(byte);
                true
            }
        }
    }

    /// Takes bytes off the front, up to the begin of a line.
    pub fn take(&mut self, bytes: usize) {
        let Position { offset, line } = self.at;
        let mut place = Spot { at: 0, line, offset };
        place.advance(self.bytes(), bytes, self.is_utf16());
        self.at = Position { offset: place.offset, line: place.line };
        self.start += bytes;
    }

    /// The next chunk, cut from the first `limit` bytes at hand, its place in the stream being `sequence`; `None` while
    /// they hold no whole record. `spare` is an empty buffer to use.
    pub fn cut(&mut self, cutter: &mut Cutter, limit: usize, sequence: u64, spare: &mut Vec<u8>) -> Option<Chunk> {
        let held = self.buffered();
        let view = self.bytes().get(..limit).unwrap_or(self.bytes());
        let cut = cutter.cut(view, self.at, self.ended && view.len() == held);
        // At the end of a file, all that is left of a line passed over in pieces may be the reason why.
        if cut.taken == 0 && cut.skips.is_empty() {
            self.least = view.len() * 2;
            return None;
        }
        self.least = 0;
        let bytes = self.split_off(cut.taken, std::mem::take(spare));
        let chunk = self.chunk(bytes, sequence, cut);
        Some(Chunk { upto: (!cutter.is_passing()).then(|| self.here()), ..chunk })
    }

    /// Where it can be opened again to go on with the bytes at hand.
    pub fn here(&self) -> Begin {
        Begin { file: self.file().index, offset: self.at.offset, line: self.at.line }
    }

    /// Takes so many bytes off the front, copying whichever is less: them or what remains.
    fn split_off(&mut self, taken: usize, mut spare: Vec<u8>) -> Vec<u8> {
        let end = self.start + taken;
        if self.start > 0 || self.buffer.len() - end > taken {
            spare.extend_from_slice(self.buffer.get(self.start..end).unwrap_or_default());
            self.start = end;
            return spare;
        }
        spare.extend_from_slice(self.buffer.get(end..).unwrap_or_default());
        let mut bytes = std::mem::replace(&mut self.buffer, spare);
        bytes.truncate(taken);
        bytes
    }

    /// Takes the bytes up to and including the first record, or what of them has come.
    pub fn take_first(&mut self, cutter: &mut Cutter) -> Chunk {
        let cut = cutter.cut_first(self.bytes(), self.at, self.ended);
        let bytes = self.split_off(cut.taken, Vec::new());
        self.chunk(bytes, 0, cut)
    }

    /// The bytes at hand as a chunk to look at; they stay at hand.
    pub fn peek(&self, mut cutter: Cutter) -> Chunk {
        self.view(cutter.cut(self.bytes(), self.at, self.ended))
    }

    /// The same of the first `bytes` at hand.
    pub fn peek_within(&self, mut cutter: Cutter, bytes: usize) -> Chunk {
        let view = self.bytes().get(..bytes).unwrap_or(self.bytes());
        let ended = self.ended && view.len() == self.buffered();
        self.view(cutter.cut(view, self.at, ended))
    }

    /// The same, up to and including the first record.
    pub fn peek_first(&self, mut cutter: Cutter) -> Chunk {
        self.view(cutter.cut_first(self.bytes(), self.at, self.ended))
    }

    fn view(&self, cut: Cut) -> Chunk {
        let bytes = self.bytes().get(..cut.taken).unwrap_or_default().to_vec();
        self.chunk_at(self.at, bytes, 0, cut)
    }

    fn chunk(&mut self, bytes: Vec<u8>, sequence: u64, cut: Cut) -> Chunk {
        let at = self.at;
        self.at = Position { offset: at.offset + cut.source_bytes, line: at.line + cut.lines };
        self.chunk_at(at, bytes, sequence, cut)
    }

    fn chunk_at(&self, at: Position, bytes: Vec<u8>, sequence: u64, cut: Cut) -> Chunk {
        Chunk {
            sequence,
            file: self.file().clone(),
            offset: at.offset,
            line: at.line,
            bytes,
            skips: cut.skips,
            plain_quotes: cut.plain_quotes,
            from_utf16: self.is_utf16(),
            values: None,
            upto: None,
        }
    }
}
