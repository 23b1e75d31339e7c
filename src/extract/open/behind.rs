//! Going on at a place of an input, behind records that are dealt with.

use anyhow::Result;

use super::OpenInput;
use crate::batch::Begin;
use crate::extract::bytes::Bytes;
use crate::extract::cut::Position;
use crate::format::encoding::Utf16Decoder;
use crate::stop::Stop;

impl OpenInput {
    /// Goes on where the same input was at `begin`; all that its first bytes have settled stays. False where the run is asked
    /// to stop before what is compressed has been unpacked so far.
    pub fn go_on_at(&mut self, begin: Begin, stop: &Stop) -> Result<bool> {
        if self.here() == begin {
            return Ok(true);
        }
        let Some(source) = self.source.again_at(&self.input.origin, begin.offset, stop)? else { return Ok(false) };
        // What is not read does not count as read.
        self.counted = if let Bytes::Raw(reader) = &source { reader.offset() } else { 0 };
        self.source = source;
        self.utf16 = self.utf16.as_ref().map(Utf16Decoder::anew);
        self.at = Position { offset: begin.offset, line: begin.line };
        self.buffer.clear();
        (self.start, self.least, self.ended, self.broken) = (0, 0, false, None);
        Ok(true)
    }
}
