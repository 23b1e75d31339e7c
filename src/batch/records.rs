//! What a pool job works on: the records of a chunk, and what the transform makes of them.

use std::borrow::Cow;
use std::ops::RangeInclusive;
use std::sync::Arc;

use super::{InputFile, Refused, RowOrigin, Spot};
use crate::arrow::array::{ArrayRef, StringArray};
use crate::types::Typing;

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
    /// Whether the input itself says that a cell is text, as a JSON string is: then digits in it are no number.
    fn is_text(&self, _row: usize, _column: usize) -> bool {
        false
    }
    /// Whether the cells of `column` are JSON.
    fn is_json(&self, _column: usize) -> bool {
        false
    }
    /// The cell as it is written, of an input that is JSON; `None` is NULL.
    fn token(&self, _row: usize, _column: usize) -> Option<&str> {
        None
    }
    /// The values of `column` in the rows of `selection`, in its order, parsed as `typing`. A text that does not fit is
    /// NULL in the array and listed in the failures.
    fn parse(&self, column: usize, typing: &Typing, selection: &Selection) -> Computed;
    /// The numbers that the texts of `column` are, where each is exactly what its number is written as: `7`, and not `007`.
    /// `None` where one is not, or it is not known.
    fn whole_numbers(&self, _column: usize, _selection: &Selection) -> Option<ArrayRef> {
        None
    }
    /// The texts of `column`, where they are at hand as an array.
    fn texts(&self, _column: usize, _selection: &Selection) -> Option<StringArray> {
        None
    }
    /// The bytes of neighbouring cells of one row as they stand in the chunk, delimiters between them included, where a CSV
    /// file of this delimiter, quoted with `"`, may take them as they are; `None` where the cells must be written anew.
    fn verbatim(&self, row: usize, columns: RangeInclusive<usize>, delimiter: u8) -> Option<&[u8]>;
    /// How many records of the chunk stand before the row, refused ones included.
    fn ordinal(&self, row: usize) -> usize {
        self.origin(row).record
    }
    /// Where the row begins.
    fn spot(&self, row: usize) -> Spot;
    /// Where the row came from, with a copy of its raw bytes.
    fn origin(&self, row: usize) -> RowOrigin;
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

    /// Where the row of that number in the chunk stands in the selection, if it is selected.
    pub fn index(&self, row: usize) -> Option<usize> {
        match self {
            Selection::All(rows) => (row < *rows).then_some(row),
            Selection::Rows(rows) => rows.binary_search(&(row as u32)).ok(),
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

/// A column of values, and the rows that are NULL in it because they have none: their text does not fit, or what is asked of
/// them cannot be computed.
#[derive(Debug)]
pub struct Computed {
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
    /// Untouched texts that were read elsewhere than in the chunk, one for each kept row.
    Texts(StringArray),
    /// Computed or typed values, one for each kept row.
    Values(ArrayRef),
}
