//! An open input with the bytes read but not yet cut.

mod pieces;
mod behind;

use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;

use crate::batch::{Charset, InputFile};
use crate::exit::{ExitCode, fatal};
use crate::format::encoding::{Unicode, Utf16Decoder, bom};
use crate::job::{self, Method};

use super::bytes::Bytes;
use super::compression;
use super::cut::Position;
use super::damage::Damage;
use super::input::Input;
use super::named::Named;
use super::reader::Got;
use super::tail::{MOST_HELD, Tail};

/// A byte order mark has no more bytes.
const LONGEST_MARK: usize = 3;

pub struct OpenInput {
    input: Input,
    source: Bytes,
    /// How it is compressed.
    packed: Option<Method>,
    is_lookup: bool,
    /// Turns UTF-16 into UTF-8 as it is read.
    utf16: Option<Utf16Decoder>,
    /// Holds back the lines that may be the last, where these are left out.
    tail: Option<Tail>,
    /// Bytes as read, before transcoding.
    raw: Vec<u8>,
    /// From `start` on not yet cut.
    buffer: Vec<u8>,
    start: usize,
    /// Where `buffer[start]` stands in the file.
    at: Position,
    ended: bool,
    /// Why no more can be read, which stands behind the bytes at hand.
    broken: Option<anyhow::Error>,
    /// Bytes of the file that `newly_read` has told.
    counted: u64,
    /// A record did not fit: read at least so much before cutting again.
    least: usize,
    /// What is odd about the file.
    pub warning: Option<String>,
    /// What the file itself says separates its fields, in a first line that has been left out.
    pub separator: Option<u8>,
}

impl OpenInput {
    pub fn open(input: Input, settings: &job::Extract) -> Result<OpenInput> {
        let source = Bytes::Raw(input.origin.open()?);
        let at = Position::first();
        Ok(OpenInput {
            input,
            source,
            packed: None,
            is_lookup: settings.is_lookup,
            utf16: None,
            tail: None,
            raw: Vec::new(),
            buffer: Vec::new(),
            start: 0,
            at,
            ended: false,
            broken: None,
            counted: 0,
            least: 0,
            warning: None,
            separator: None,
        })
    }

    pub fn input(&self) -> &Input {
        &self.input
    }

    pub fn file(&self) -> &Arc<InputFile> {
        &self.input.file
    }

    /// Size in bytes as the file lies there, where it is known beforehand.
    pub fn size(&self) -> Option<u64> {
        self.source.size()
    }

    /// Whether reading may have to wait for somebody to write.
    pub fn is_slow(&self) -> bool {
        self.source.is_slow()
    }

    pub fn buffered(&self) -> usize {
        self.buffer.len() - self.start
    }

    pub fn bytes(&self) -> &[u8] {
        self.buffer.get(self.start..).unwrap_or_default()
    }

    pub fn at(&self) -> Position {
        self.at
    }

    /// Why no more can be read, once the records before that have been taken.
    pub fn broken(&mut self) -> Option<anyhow::Error> {
        self.broken.take()
    }

    pub fn is_broken(&self) -> bool {
        self.broken.is_some()
    }

    /// Whether all there is has been read.
    pub fn ended(&self) -> bool {
        self.ended
    }

    /// How much to hold before cutting.
    pub fn wanted(&self, chunk_size: usize) -> usize {
        chunk_size.max(self.least)
    }

    /// Reads until `target` bytes are held, or less when less is there. Where reading fails, that is an error once nothing is
    /// held that came before: the next time, to one that wants more.
    pub fn read(&mut self, target: usize, patience: Duration) -> Result<Got> {
        if self.ended {
            return Ok(Got::End);
        }
        if let Some(error) = self.broken() {
            return Err(error);
        }
        self.buffer.drain(..self.start);
        self.start = 0;
        let want = target.saturating_sub(self.buffer.len()).max(1);
        let from = self.buffer.len();
        match self.read_on(want, patience).map_err(|error| self.placed(error)) {
            Ok(got) => {
                self.ended = got == Got::End;
                self.hold_back(from).map(|()| got)
            }
            Err(error) if self.buffer.is_empty() => Err(error),
            Err(error) => {
                self.broken = Some(error);
                Ok(Got::End)
            }
        }
    }

    fn read_on(&mut self, want: usize, patience: Duration) -> Result<Got> {
        let Some(utf16) = &mut self.utf16 else { return self.source.read(&mut self.buffer, want, patience) };
        self.raw.clear();
        let got = self.source.read(&mut self.raw, want, patience)?;
        utf16.decode(&self.raw, &mut self.buffer);
        if got == Got::End {
            utf16.finish(&mut self.buffer);
        }
        Ok(got)
    }

    /// Keeps the lines that may be the last of what has been read behind `from`.
    fn hold_back(&mut self, from: usize) -> Result<()> {
        let Some(tail) = &mut self.tail else { return Ok(()) };
        tail.pass(&mut self.buffer, from, self.at.line_ends, self.ended);
        if !tail.is_too_long() {
            return Ok(());
        }
        let (path, most) = (&self.input.file.name, MOST_HELD >> 20);
        let message = format!(
            "{path}: the lines that extract.skip_last leaves out at the end are longer than {most} MiB together, which are no \
             footer; make extract.skip_last smaller"
        );
        Err(fatal(ExitCode::Data, message))
    }

    /// Bytes read from the file since the last call.
    pub fn newly_read(&mut self) -> u64 {
        let fresh = self.source.offset() - self.counted;
        self.counted += fresh;
        fresh
    }

    /// Whether bytes were read that have not been tried for whole records.
    pub fn untried(&self) -> bool {
        self.buffered() > 0 && self.least == 0
    }

    /// Says of damage how far the file is sound.
    fn placed(&self, error: anyhow::Error) -> anyhow::Error {
        let Some(damage) = error.downcast_ref::<Damage>() else { return error };
        let place = self.place_behind(self.buffered());
        damage.tell(Named { packed: None, ..self.named() }, place.line - 1)
    }

    /// Goes on with the unpacked bytes where the first ones say that it is compressed. They must have been read, all of
    /// `enough_to_unpack`.
    pub fn unpack(self, settings: &job::Extract) -> Result<OpenInput> {
        let found = compression::find(&self.buffer, self.file(), self.named(), settings);
        let found = found.map_err(|error| self.placed(error))?;
        let unpacked = OpenInput { warning: found.warning, ..self };
        let Some(method) = found.method else { return Ok(unpacked) };
        let source = unpacked.source.inflate(unpacked.buffer, method)?;
        Ok(OpenInput { source, packed: Some(method), buffer: Vec::new(), ended: false, ..unpacked })
    }

    /// Settles what the first bytes say: byte order mark and encoding. They must have been read, all of
    /// `enough_to_begin`.
    pub fn begin(&mut self, settings: &job::Extract) -> Result<()> {
        let (utf16, mark) = encoding(settings.encoding, bom(&self.buffer));
        if let Some(charset) = charset(settings.encoding, utf16.as_ref()) {
            // A file that is opened again has not changed its encoding.
            self.file().charset.get_or_init(|| charset);
        }
        self.at.offset = mark as u64;
        self.buffer.drain(..mark);
        if let Some(mut utf16) = utf16 {
            let raw = std::mem::take(&mut self.buffer);
            utf16.decode(&raw, &mut self.buffer);
            if self.ended {
                utf16.finish(&mut self.buffer);
            }
            self.utf16 = Some(utf16);
        }
        self.tail = Tail::new(settings);
        self.hold_back(0)
    }

    pub fn enough_to_begin(&self) -> bool {
        self.ended || self.buffer.len() >= LONGEST_MARK
    }

    pub fn enough_to_unpack(&self) -> bool {
        self.ended || compression::are_enough(&self.buffer, self.file())
    }

    /// How it is called where something is to be done with it.
    pub fn named(&self) -> Named<'_> {
        Named { origin: &self.input.origin, packed: self.packed, is_lookup: self.is_lookup }
    }

    /// The encoding that its bytes are in, as iconv calls it, where it is not UTF-8.
    pub fn encoding(&self) -> Option<String> {
        self.file().charset.get().map(|charset| match charset {
            Charset::Utf16Le => "utf-16le".to_owned(),
            Charset::Utf16Be => "utf-16be".to_owned(),
            Charset::Other(encoding) => encoding.name().to_ascii_lowercase(),
        })
    }

    /// Whether the bytes at hand were made from UTF-16.
    pub fn is_utf16(&self) -> bool {
        self.utf16.is_some()
    }
}

/// How the file's bytes stand for text, where they are not UTF-8.
fn charset(named: job::Encoding, utf16: Option<&Utf16Decoder>) -> Option<Charset> {
    match named {
        job::Encoding::Other(encoding) => Some(Charset::Other(encoding)),
        job::Encoding::Utf8 | job::Encoding::Utf16Le | job::Encoding::Utf16Be => utf16.map(Utf16Decoder::charset),
    }
}

/// What turns the input into UTF-8, where it is UTF-16, and the length of the byte order mark to leave out.
fn encoding(named: job::Encoding, bom: Option<(Unicode, usize)>) -> (Option<Utf16Decoder>, usize) {
    let utf16 = |big_endian| Some(Utf16Decoder::new(big_endian));
    match (named, bom) {
        (job::Encoding::Utf8, Some((Unicode::Utf8, mark))) => (None, mark),
        // A mark tells the order of bytes better than a name does: "utf-16" is a name for little-endian.
        (job::Encoding::Utf8 | job::Encoding::Utf16Le | job::Encoding::Utf16Be, Some((Unicode::Utf16Le, mark))) => {
            (utf16(false), mark)
        }
        (job::Encoding::Utf8 | job::Encoding::Utf16Le | job::Encoding::Utf16Be, Some((Unicode::Utf16Be, mark))) => {
            (utf16(true), mark)
        }
        (job::Encoding::Utf16Le, _) => (utf16(false), 0),
        (job::Encoding::Utf16Be, _) => (utf16(true), 0),
        (job::Encoding::Utf8 | job::Encoding::Other(_), _) => (None, 0),
    }
}
