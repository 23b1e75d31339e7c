//! What is cut off the bytes at hand, or only looked at.

use super::OpenInput;
use crate::batch::{Begin, Chunk, LineEnds, Spot};
use crate::extract::cut::{Cut, Cutter, Position, skip_lines};
use crate::format::csv::{Dialect, FirstLine, Line, first_line, rest_of_line};
use crate::job;

impl OpenInput {
    /// What cuts this input, nothing limited.
    pub fn cutter(&self, settings: &job::Extract) -> Cutter {
        Cutter::new(settings.dialect, settings.max_record_size, self.is_utf16())
    }

    /// Leaves out physical lines, as far as they have been read, and counts `lines` down; true when all are left out.
    pub fn skip_lines(&mut self, lines: &mut u64) -> bool {
        let mut ends = self.at.line_ends;
        let passed = skip_lines(self.bytes(), *lines, self.ended, &mut ends);
        self.at.line_ends = ends;
        self.take(passed.bytes);
        *lines -= passed.lines;
        *lines == 0
    }

    /// Leaves out a line that only says what separates fields, and heeds it; false as long as the bytes at hand cannot tell.
    pub fn skip_separator(&mut self, dialect: &Dialect) -> bool {
        match first_line(self.bytes(), dialect, self.ended, self.at.line_ends) {
            FirstLine::Open => false,
            FirstLine::Other => true,
            FirstLine::Separator { byte, length } => {
                let line = self.bytes().get(..length).unwrap_or_default();
                self.at.line_ends = self.at.line_ends.or(LineEnds::of_line(line));
                self.take(length);
                self.separator = Some(byte);
                true
            }
        }
    }

    /// Takes bytes off the front, up to the begin of a line.
    pub fn take(&mut self, bytes: usize) {
        let place = self.place_behind(bytes);
        self.at = Position { offset: place.offset, line: place.line, ..self.at };
        self.start += bytes;
    }

    /// The place behind so many bytes, which ends a line or stands within its first one.
    pub(super) fn place_behind(&self, bytes: usize) -> Spot {
        let mut place = Spot { at: 0, line: self.at.line, offset: self.at.offset };
        place.advance(self.bytes(), bytes, self.is_utf16(), self.line_ends());
        place
    }

    /// What ends the file's lines: as long as nothing has decided that, what its next line end looks like.
    fn line_ends(&self) -> LineEnds {
        let bytes = self.bytes();
        let next = || match rest_of_line(bytes, 0, true, None) {
            Line::Whole { next, .. } => LineEnds::of_line(bytes.get(..next)?),
            Line::Part(_) => None,
        };
        self.at.line_ends.or_else(next).unwrap_or_default()
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
        Begin { file: self.file().index, offset: self.at.offset, line: self.at.line, line_ends: self.at.line_ends }
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
        self.at = at.behind(&cut);
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
            line_ends: cut.line_ends.unwrap_or_default(),
            values: None,
            upto: None,
        }
    }
}
