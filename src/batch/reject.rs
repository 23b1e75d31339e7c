//! What is said of a bad row.

use std::sync::Arc;

use super::InputFile;

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
    /// A value is not of the type that is asked of it.
    Cast,
    /// Fewer fields than the header has.
    MissingColumns,
    /// More fields than the header has.
    TooManyColumns,
    /// Text follows a closing quote.
    BadQuote,
    /// A quote never closes.
    UnclosedQuote,
    /// Longer than `extract.max_record_size`.
    RecordTooLarge,
    /// Not valid in the input's encoding.
    InvalidEncoding,
    /// The line does not fit the pattern.
    NoMatch,
    /// The line is no JSON object.
    BadJson,
    /// A computation failed.
    Expression,
    /// The target took the value but not the row.
    Constraint,
}

impl ErrorType {
    /// In the column `error_type` of the rejects file.
    pub fn name(self) -> &'static str {
        match self {
            ErrorType::Cast => "CAST",
            ErrorType::MissingColumns => "MISSING_COLUMNS",
            ErrorType::TooManyColumns => "TOO_MANY_COLUMNS",
            ErrorType::BadQuote => "BAD_QUOTE",
            ErrorType::UnclosedQuote => "UNCLOSED_QUOTE",
            ErrorType::RecordTooLarge => "RECORD_TOO_LARGE",
            ErrorType::InvalidEncoding => "INVALID_ENCODING",
            ErrorType::NoMatch => "NO_MATCH",
            ErrorType::BadJson => "BAD_JSON",
            ErrorType::Expression => "EXPRESSION",
            ErrorType::Constraint => "CONSTRAINT",
        }
    }
}

/// The stage that refused a row, or that broke.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Stage {
    /// Reading, and finding records and fields.
    Extract,
    /// The query.
    Transform,
    /// A sink.
    Load,
}

impl Stage {
    /// In the column `stage` of the rejects file.
    pub fn name(self) -> &'static str {
        match self {
            Stage::Extract => "extract",
            Stage::Transform => "transform",
            Stage::Load => "load",
        }
    }
}

/// What the columns of the rejects file are called.
pub const REJECTS_HEADER: [&str; 9] =
    ["file", "line", "byte_offset", "stage", "sink", "column", "error_type", "error", "raw"];

/// The first line of a rejects file, by which it is known, without its line end.
pub fn rejects_header() -> String {
    REJECTS_HEADER.join(",")
}

/// One line of the rejects file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reject {
    /// The row.
    pub origin: RowOrigin,
    /// Who refused it.
    pub stage: Stage,
    /// The sink's name, where a sink refused the row.
    pub sink: Option<Arc<str>>,
    /// The input or output column at fault, where there is one.
    pub column: Option<String>,
    /// The kind of the reason.
    pub error_type: ErrorType,
    /// The reason, for people.
    pub message: String,
}

/// Where a row came from and what it looked like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowOrigin {
    /// The input that it was read from.
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
