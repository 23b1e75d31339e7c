//! The nouns that travel: what extract hands to transform, what leaves the pool, and what is said of a bad row.

use std::borrow::Cow;
use std::ops::{Range, RangeInclusive};
use std::path::PathBuf;
use std::sync::Arc;

use crate::arrow::array::ArrayRef;

use crate::types::Typing;

/// One input file, as messages and `_file` name it.
#[derive(Debug, PartialEq, Eq)]
pub struct InputFile {
    /// Place in the list of inputs, from 0.
    pub index: usize,
    /// As the user wrote it (or as the glob found it); `-` is standard input.
    pub path: PathBuf,
}

/// No record and no chunk may be larger, so that places in a chunk fit 32 bits, decoded text included.
pub const LARGEST_CHUNK: usize = 1 << 30;

/// A chunk's fields, arrays and encoded rows come with it: it charges this many times its size to the memory limit.
pub const CHUNK_CHARGE: usize = 3;

/// About 1 MiB of whole records of one file, cut by the cutter, which alone decides where records begin and end.
///
/// The bytes outside `skips` are sound records, each with its line end (the last one of a file may lack it).
#[derive(Debug)]
pub struct Chunk {
    /// Place in the stream of chunks, from 0, without gaps.
    pub sequence: u64,
    pub file: Arc<InputFile>,
    /// Place of `bytes[0]` in the decompressed file before transcoding, BOM included.
    pub offset: u64,
    /// Physical line of `bytes[0]` in the file, from 1, header included.
    pub line: u64,
    pub bytes: Vec<u8>,
    /// What the field finder must step over, in order: broken records and comment lines.
    pub skips: Vec<Skip>,
    /// Every quote opens, closes or doubles, so that quote parity alone says what is quoted. False where a quote stands
    /// inside an unquoted field, text follows a closing quote (lenient), or an escape other than the quote may occur.
    pub plain_quotes: bool,
    /// `bytes` is UTF-8 made from UTF-16 (unpaired surrogates kept as three bytes each), so offsets count two bytes a unit.
    pub from_utf16: bool,
}

/// A place in a file, moved forward over the bytes of a chunk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Index into the bytes at hand.
    pub at: usize,
    /// Physical line in the file, from 1.
    pub line: u64,
    /// Place in the decompressed file before transcoding.
    pub offset: u64,
}

impl Chunk {
    /// Where it begins.
    pub fn start(&self) -> Place {
        Place { at: 0, line: self.line, offset: self.offset }
    }

    /// Takes off what stands from `place` on, where a record begins; the rest keeps the sequence number.
    pub fn split_off(&mut self, place: Place) -> Chunk {
        let first_after = self.skips.partition_point(|skip| skip.span.start < place.at);
        let mut skips = self.skips.split_off(first_after);
        for skip in &mut skips {
            skip.span = skip.span.start - place.at..skip.span.end - place.at;
        }
        Chunk {
            sequence: self.sequence,
            file: Arc::clone(&self.file),
            offset: place.offset,
            line: place.line,
            bytes: self.bytes.split_off(place.at),
            skips,
            plain_quotes: self.plain_quotes,
            from_utf16: self.from_utf16,
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

/// The sound records of one chunk, as a pool job reads them: text on demand, typed on demand.
///
/// Rows count from 0 within the chunk and are all of the header's width; columns count from 0 in the input.
pub trait Records: Sync {
    /// Rows in the chunk that have the right width and encoding.
    fn len(&self) -> usize;
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// The cell's text with quotes and escapes resolved; `None` is NULL.
    fn text(&self, row: usize, column: usize) -> Option<Cow<'_, str>>;
    /// The values of `column` in the rows of `selection`, in its order, parsed as `typing`. A text that does not fit is
    /// NULL in the array and listed in the failures.
    fn parse(&self, column: usize, typing: &Typing, selection: &Selection) -> Parsed;
    /// The bytes of neighbouring cells of one row as they stand in the chunk, delimiters between them included, where a CSV
    /// file of this delimiter, quoted with `"`, may take them as they are; `None` where the cells must be written anew.
    fn verbatim(&self, row: usize, columns: RangeInclusive<usize>, delimiter: u8) -> Option<&[u8]>;
    /// How many records of the chunk stand before the row, refused ones included.
    fn ordinal(&self, row: usize) -> usize {
        self.origin(row).record
    }
    /// Where the row begins.
    fn place(&self, row: usize) -> Place;
    /// Where the row came from, with a copy of its raw bytes.
    fn origin(&self, row: usize) -> Origin;
    /// For `_file`.
    fn file(&self) -> &InputFile;
    /// For `_line`: the physical line of each row of `selection`.
    fn lines(&self, selection: &Selection) -> Vec<u64>;
}

/// Which rows of a chunk are meant, in ascending order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Selection {
    /// Every row, this many.
    All(usize),
    /// These rows.
    Rows(Arc<[u32]>),
}

impl Selection {
    pub fn len(&self) -> usize {
        match self {
            Selection::All(rows) => *rows,
            Selection::Rows(rows) => rows.len(),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The row number in the chunk of the `index`th selected row.
    pub fn row(&self, index: usize) -> usize {
        match self {
            Selection::All(_) => index,
            Selection::Rows(rows) => rows[index] as usize,
        }
    }

    pub fn iter(&self) -> impl ExactSizeIterator<Item = usize> + Clone + '_ {
        (0..self.len()).map(|index| self.row(index))
    }

    /// The selected rows whose index in this selection is in `indexes`, which ascend.
    pub fn pick(&self, indexes: impl Iterator<Item = usize>) -> Selection {
        Selection::Rows(indexes.map(|index| self.row(index) as u32).collect())
    }
}

/// A column of typed values and the rows that have none because their text does not fit.
#[derive(Debug)]
pub struct Parsed {
    pub array: ArrayRef,
    pub failures: Vec<Failure>,
}

/// Why one row has no value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// Index into the array or selection at hand.
    pub index: usize,
    /// Without the column's name, for example `"abc" is not a bigint`.
    pub message: String,
}

/// What the transform makes of one chunk's records: the rows kept, and their output columns.
#[derive(Debug)]
pub struct Batch {
    pub kept: Selection,
    pub columns: Vec<Column>,
    /// Rows dropped on purpose.
    pub filtered: usize,
    /// Rows refused, in ascending order; at most one per row.
    pub refused: Vec<Refused>,
}

/// One output column of a batch.
#[derive(Clone, Debug)]
pub enum Column {
    /// Input column, untouched: the fields of the kept rows as they stand in the chunk.
    Field(usize),
    /// Computed or typed values, one for each kept row.
    Values(ArrayRef),
}

/// A row of a chunk that a stage refused, before its raw bytes and position are looked up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// In the chunk's records.
    pub row: usize,
    pub error_type: ErrorType,
    /// The input or output column at fault, where there is one.
    pub column: Option<String>,
    pub message: String,
}

/// Why a row was rejected, as the rejects file names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ErrorType {
    Cast,
    MissingColumns,
    TooManyColumns,
    BadQuote,
    UnclosedQuote,
    RecordTooLarge,
    InvalidEncoding,
    Expression,
    Constraint,
}

impl ErrorType {
    pub fn name(self) -> &'static str {
        match self {
            ErrorType::Cast => "CAST",
            ErrorType::MissingColumns => "MISSING_COLUMNS",
            ErrorType::TooManyColumns => "TOO_MANY_COLUMNS",
            ErrorType::BadQuote => "BAD_QUOTE",
            ErrorType::UnclosedQuote => "UNCLOSED_QUOTE",
            ErrorType::RecordTooLarge => "RECORD_TOO_LARGE",
            ErrorType::InvalidEncoding => "INVALID_ENCODING",
            ErrorType::Expression => "EXPRESSION",
            ErrorType::Constraint => "CONSTRAINT",
        }
    }
}

/// The stage that refused a row, or that broke.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Stage {
    Extract,
    Transform,
    Load,
}

impl Stage {
    pub fn name(self) -> &'static str {
        match self {
            Stage::Extract => "extract",
            Stage::Transform => "transform",
            Stage::Load => "load",
        }
    }
}

/// One line of the rejects file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reject {
    pub origin: Origin,
    pub stage: Stage,
    /// The sink's name, where a sink refused the row.
    pub sink: Option<Arc<str>>,
    pub column: Option<String>,
    pub error_type: ErrorType,
    pub message: String,
}

/// Where a row came from and what it looked like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    pub file: Arc<InputFile>,
    /// Physical line in the file, from 1.
    pub line: u64,
    /// Place in the decompressed file before transcoding, BOM included.
    pub offset: u64,
    /// How many rows were read before this one, within its chunk.
    pub record: usize,
    /// The record's own bytes without its line end.
    pub raw: Vec<u8>,
}

/// Rows ready to be written by one sink; owns its bytes and refers to no chunk.
#[derive(Debug)]
pub struct Encoded {
    pub payload: Payload,
    /// The end of each row: a running total of encoded bytes, raw copies included.
    pub ends: Vec<usize>,
    /// Where each row came from, for a sink that can refuse a row; else empty.
    pub origins: Vec<Origin>,
}

impl Encoded {
    pub fn rows(&self) -> usize {
        self.ends.len()
    }

    /// Gives back memory that was reserved for more rows than came: a few rows of a filter may wait long for their flush.
    pub fn shrink(&mut self) {
        if let Payload::Text(bytes) = &mut self.payload
            && bytes.len() < bytes.capacity() / 2
        {
            bytes.shrink_to_fit();
        }
        if self.ends.len() < self.ends.capacity() / 2 {
            self.ends.shrink_to_fit();
        }
    }

    /// Forgets all but the first `rows`.
    pub fn truncate(&mut self, rows: usize) {
        self.ends.truncate(rows);
        self.origins.truncate(rows);
        match &mut self.payload {
            Payload::Nothing => {}
            Payload::Text(bytes) => bytes.truncate(self.ends.last().copied().unwrap_or(0)),
            Payload::Columns(arrays) => arrays.iter_mut().for_each(|array| *array = array.slice(0, rows)),
        }
    }
}

/// The pure half of a sink: makes a batch into what the sink writes. Runs in the pool.
pub trait Encoder: Send + Sync {
    /// Encodes the kept rows. A row that does not fit the target's types is left out and returned as refused, in ascending
    /// order (stage load, this sink).
    fn encode(&self, records: &dyn Records, batch: &Batch) -> (Encoded, Vec<Refused>);
}

/// The rows themselves, in the form that the sink writes.
#[derive(Debug)]
pub enum Payload {
    /// Rows only counted.
    Nothing,
    /// Whole lines, line ends included; `Encoded::ends` are offsets into it.
    Text(Vec<u8>),
    /// One array per output column.
    Columns(Vec<ArrayRef>),
}
