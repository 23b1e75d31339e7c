//! What is read, and how its bytes become records.

use std::sync::Arc;

use super::compression::Compression;
use crate::format::csv::{Dialect, Layout, NullWords, Shape};
use crate::format::text::Pattern;
use crate::types::{Notation, Typing};

/// `[extract]`.
#[derive(Debug, Clone)]
pub struct Extract {
    pub input: Input,
    pub format: Format,
    /// Somebody has said so, not only the file's name.
    pub format_is_given: bool,
    /// Columns of several files are matched by their names; else all files have the first one's.
    pub union_by_name: bool,
    pub encoding: Encoding,
    pub dialect: Dialect,
    /// Nobody has said what separates fields: if the input's beginning says so, it is another byte than a comma.
    pub delimiter_is_open: bool,
    /// Nobody has said whether blanks beside delimiters belong to the fields.
    pub trim_is_open: bool,
    pub header: Header,
    /// Physical lines to leave out before the header.
    pub skip: u64,
    /// Physical lines to leave out at the end.
    pub skip_last: u64,
    /// Unquoted texts that mean NULL.
    pub null: Vec<String>,
    /// Quoted ones too.
    pub null_quoted: bool,
    pub ragged: Ragged,
    /// A delimiter at the end of a row but not of the header is left out.
    pub trailing_delimiter: bool,
    /// Records equal to the header are left out.
    pub skips_repeated_header: bool,
    /// How numbers are written in columns that do not say it themselves.
    pub notation: Notation,
    pub compression: Compression,
    pub max_record_size: usize,
    /// `[extract.columns]`, in the order written; all columns there are where the format has them from elsewhere.
    pub columns: Vec<(String, Typing)>,
    /// Undeclared columns are text; nothing is guessed.
    pub all_text: bool,
    /// It is a lookup, which is read from a file and not from a pipe.
    pub is_lookup: bool,
}

impl Extract {
    /// The same with another byte between fields.
    pub fn separated_by(&self, delimiter: u8) -> Extract {
        Extract { dialect: Dialect { delimiter: delimiter.into(), ..self.dialect }, ..self.clone() }
    }

    /// How records of so many fields are to be read.
    pub fn records(&self, width: usize, zone: chrono_tz::Tz) -> Layout {
        let shape = Shape {
            dialect: self.dialect,
            width,
            pad: self.ragged == Ragged::Pad,
            trailing_delimiter: self.trailing_delimiter,
            skips_header: self.skips_repeated_header,
        };
        let encoding = match self.encoding {
            Encoding::Other(encoding) => Some(encoding),
            Encoding::Utf8 | Encoding::Utf16Le | Encoding::Utf16Be => None,
        };
        let null = NullWords::new(&self.null).quoted_too(self.null_quoted);
        Layout { shape, null, repeats: Arc::default(), encoding, zone }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    Stdin,
    /// Paths and globs as written, at least one.
    Paths(Vec<String>),
}

impl Input {
    /// None of standard input.
    pub fn paths(&self) -> &[String] {
        match self {
            Input::Stdin => &[],
            Input::Paths(paths) => paths,
        }
    }
}

/// What the input's records look like.
#[derive(Debug, Clone)]
pub enum Format {
    Csv,
    /// Each line is the one column.
    Lines,
    /// Each line is taken apart by a pattern.
    Text(Arc<Pattern>),
    /// Each line is a JSON object.
    Jsonl,
    /// Columns of values, in row groups.
    Parquet,
}

/// How input bytes become text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8, or UTF-16 where a byte order mark says so.
    Utf8,
    Utf16Le,
    Utf16Be,
    /// An encoding in which the dialect's bytes mean what they mean in ASCII.
    Other(&'static encoding_rs::Encoding),
}

/// What the first record is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Header {
    /// Names of columns, though nobody has said so.
    Assumed,
    /// Names of columns.
    Names,
    /// Names of all columns but the first, which holds the names of rows.
    Short,
    /// A row.
    Absent,
}

impl Header {
    pub fn is_there(self) -> bool {
        self != Header::Absent
    }
}

/// What becomes of a record narrower than the header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ragged {
    Reject,
    Pad,
}
