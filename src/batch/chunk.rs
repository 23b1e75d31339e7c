//! What extract hands on: whole records as bytes, and what of them is no record to mill.

use std::ops::Range;
use std::sync::{Arc, OnceLock};

use super::{Begin, ErrorType, Heading, LineEnds};
use crate::arrow::array::ArrayRef;
use crate::arrow::datatypes::Fields;

/// One input, as messages, rejects and `_file` name it. Extract knows how it is opened.
#[derive(Debug, PartialEq, Eq)]
pub struct InputFile {
    /// Place in the list of inputs, from 0.
    pub index: usize,
    /// As the user wrote it (or as the glob found it); `-` is standard input.
    pub name: String,
    /// How its bytes stand for text, where they are not UTF-8: known once it has been opened.
    pub charset: OnceLock<Charset>,
    /// Its header, once that has been read; unset where it has none.
    pub heading: OnceLock<Heading>,
}

impl InputFile {
    /// One that has not been opened.
    pub fn new(index: usize, name: impl Into<String>) -> InputFile {
        InputFile { index, name: name.into(), charset: OnceLock::new(), heading: OnceLock::new() }
    }
}

/// How bytes stand for text, other than as UTF-8.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Charset {
    Utf16Le,
    Utf16Be,
    Other(&'static encoding_rs::Encoding),
}

/// No record and no chunk may be larger, so that places in a chunk fit 32 bits, decoded text included.
pub const LARGEST_CHUNK: usize = 1 << 30;

/// A chunk's fields, arrays and encoded rows come with it: it charges this many times its size to the memory limit.
pub const CHUNK_CHARGE: usize = 3;

/// About 1 MiB of whole records of one file, cut by the cutter, which alone decides where records begin and end.
///
/// The bytes outside `skips` are sound records, each with its line end (the last one of a file may lack it). Of a file that
/// holds values there are no bytes, but rows of such values.
#[derive(Debug)]
pub struct Chunk {
    /// Place in the stream of chunks, from 0, without gaps.
    pub sequence: u64,
    pub file: Arc<InputFile>,
    /// Place of `bytes[0]` in the decompressed file before transcoding, BOM included.
    pub offset: u64,
    /// Physical line of `bytes[0]` in the file, from 1, header included; of a file that holds values the number of the
    /// first row.
    pub line: u64,
    pub bytes: Vec<u8>,
    /// What the field finder must step over, in order: broken records and comment lines.
    pub skips: Vec<Skip>,
    /// Every quote opens, closes or doubles, so that quote parity alone says what is quoted. False where a quote stands
    /// inside an unquoted field, text follows a closing quote (lenient), or an escape other than the quote may occur.
    pub plain_quotes: bool,
    /// `bytes` is UTF-8 made from UTF-16 (unpaired surrogates kept as three bytes each), so offsets count two bytes a unit.
    pub from_utf16: bool,
    /// What ends the file's lines.
    pub line_ends: LineEnds,
    /// The rows of a file that holds values.
    pub values: Option<Values>,
    /// Where the input can be opened again behind it; `None` within a line that is passed over in pieces, and of a part.
    pub upto: Option<Begin>,
}

/// Rows of a file that holds values, as its decoder made them.
#[derive(Clone, Debug)]
pub struct Values {
    pub rows: usize,
    /// One array for each of the input's columns that the query uses.
    pub columns: Vec<Option<ArrayRef>>,
    /// What the values of each column are, as its file says.
    pub fields: Fields,
}

impl Values {
    pub fn slice(&self, from: usize, rows: usize) -> Values {
        let columns = self.columns.iter().map(|column| column.as_ref().map(|array| array.slice(from, rows)));
        Values { rows, columns: columns.collect(), fields: self.fields.clone() }
    }

    /// Bytes that the arrays take up.
    pub fn size(&self) -> usize {
        self.columns.iter().flatten().map(|array| array.get_array_memory_size()).sum()
    }
}

/// A place in a file, moved forward over the bytes of a chunk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spot {
    /// Index into the bytes at hand, or of the row among values.
    pub at: usize,
    /// Physical line in the file, from 1.
    pub line: u64,
    /// Place in the decompressed file before transcoding.
    pub offset: u64,
}

impl Chunk {
    /// Where it begins.
    pub fn start(&self) -> Spot {
        Spot { at: 0, line: self.line, offset: self.offset }
    }

    /// Bytes that its records take up.
    pub fn size(&self) -> usize {
        self.bytes.len() + self.values.as_ref().map_or(0, Values::size)
    }

    /// Takes off what stands from `place` on, where a record begins; the rest keeps the sequence number, and alone reaches to
    /// where the whole did.
    pub fn split_off(&mut self, place: Spot) -> Chunk {
        if let Some(values) = &mut self.values {
            let rest = values.slice(place.at, values.rows - place.at);
            *values = values.slice(0, place.at);
            return self.with(place, Vec::new(), Vec::new(), Some(rest));
        }
        let first_after = self.skips.partition_point(|skip| skip.span.start < place.at);
        let mut skips = self.skips.split_off(first_after);
        for skip in &mut skips {
            skip.span = skip.span.start - place.at..skip.span.end - place.at;
        }
        let bytes = self.bytes.split_off(place.at);
        self.with(place, bytes, skips, None)
    }

    /// A further chunk of the same file and number, which begins at `place`.
    fn with(&mut self, place: Spot, bytes: Vec<u8>, skips: Vec<Skip>, values: Option<Values>) -> Chunk {
        Chunk {
            sequence: self.sequence,
            file: Arc::clone(&self.file),
            offset: place.offset,
            line: place.line,
            bytes,
            skips,
            plain_quotes: self.plain_quotes,
            from_utf16: self.from_utf16,
            line_ends: self.line_ends,
            values,
            upto: self.upto.take(),
        }
    }
}

/// A stretch of a chunk that holds no record to mill.
#[derive(Debug)]
pub struct Skip {
    /// In `Chunk::bytes`, line end included. Empty at the end of the chunk when the bytes were too many to keep.
    pub span: Range<usize>,
    /// Why; `None` for a comment, and for all but the last piece of a line that came in pieces.
    pub broken: Option<Broken>,
}

/// A record that could not be cut: the physical line where it began.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken {
    pub error_type: ErrorType,
    pub message: String,
    /// Place of the line in the file, like `Chunk::offset`.
    pub offset: u64,
    /// Physical line in the file, from 1.
    pub line: u64,
    /// The line without its line end, at most 64 KiB of it.
    pub raw: Vec<u8>,
}
