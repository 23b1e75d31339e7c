//! Going on at a place of an input, behind records that are dealt with.

use anyhow::Result;

use super::OpenInput;
use crate::batch::{Begin, LineEnds};
use crate::extract::bytes::Bytes;
use crate::extract::cut::Position;
use crate::extract::tail::Tail;
use crate::format::csv::count_line_ends;
use crate::format::encoding::Utf16Decoder;
use crate::stop::Stop;

impl OpenInput {
    /// Goes on where the same input was at `begin`; all that its first bytes have settled stays. False where the run is asked
    /// to stop before what is compressed has been unpacked so far.
    pub fn go_on_at(&mut self, begin: Begin, stop: &Stop) -> Result<bool> {
        if self.here() == begin {
            return Ok(true);
        }
        let utf16 = self.utf16.as_ref().map(Utf16Decoder::anew);
        let mut passed = Passed { utf16, line_ends: begin.line_ends.unwrap_or_default(), lines: 0, last: None };
        let source = self.source.again_at(&self.input.origin, begin.offset, stop, |bytes| passed.take(bytes));
        // Damage that shows before the place stands behind the lines that were passed, and nothing is held of them.
        self.at.line = 1 + passed.lines;
        self.buffer.clear();
        self.start = 0;
        self.tail.iter_mut().for_each(Tail::forget);
        let Some(source) = source.map_err(|error| self.placed(error))? else { return Ok(false) };
        // What is not read does not count as read. What is compressed is read from its begin, and all of it counts.
        self.counted = if let Bytes::Raw(reader) = &source { reader.offset() } else { 0 };
        self.source = source;
        self.utf16 = self.utf16.as_ref().map(Utf16Decoder::anew);
        self.at = Position { offset: begin.offset, line: begin.line, line_ends: begin.line_ends };
        (self.least, self.ended, self.broken) = (0, false, None);
        Ok(true)
    }
}

/// What is unpacked only to be passed over.
struct Passed {
    utf16: Option<Utf16Decoder>,
    line_ends: LineEnds,
    /// Its whole lines.
    lines: u64,
    last: Option<u8>,
}

impl Passed {
    fn take(&mut self, bytes: &[u8]) {
        match &mut self.utf16 {
            None => self.count(bytes),
            Some(utf16) => {
                let mut text = Vec::new();
                utf16.decode(bytes, &mut text);
                self.count(&text);
            }
        }
    }

    fn count(&mut self, text: &[u8]) {
        self.lines += count_line_ends(text, self.line_ends);
        // It goes on with the line end that was counted.
        let is_rest = self.line_ends == LineEnds::Return && self.last == Some(b'\r') && text.first() == Some(&b'\n');
        self.lines -= u64::from(is_rest);
        self.last = text.last().copied().or(self.last);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_counted_however_they_come() {
        let text = b"a\r\nb\r\rc\n\r\r\n\n\rd\r";
        for (line_ends, lines) in [(LineEnds::Feed, 4), (LineEnds::Return, 9)] {
            for size in 1..=text.len() {
                let mut passed = Passed { utf16: None, line_ends, lines: 0, last: None };
                text.chunks(size).for_each(|piece| passed.take(piece));
                assert_eq!(passed.lines, lines, "{line_ends:?} in pieces of {size}");
            }
        }
    }
}
