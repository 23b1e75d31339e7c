//! Records made of cells in memory.

use std::borrow::Cow;
use std::ops::{Range, RangeInclusive};
use std::sync::Arc;

use crate::batch::{Computed, InputFile, Records, RowOrigin, Selection, Spot};
use crate::format::value;
use crate::types::Typing;

pub struct Cells {
    rows: Vec<Vec<Option<String>>>,
    file: Arc<InputFile>,
    /// Line of the first row.
    line: u64,
}

impl Cells {
    /// Cells are divided by ` | `; `-` is NULL and `''` an empty text.
    pub fn new(rows: &[&str]) -> Cells {
        let cell = |text: &str| match text.trim() {
            "-" => None,
            "''" => Some(String::new()),
            text => Some(text.to_string()),
        };
        Cells::of(rows.iter().map(|row| row.split('|').map(cell).collect()).collect())
    }

    pub fn of(rows: Vec<Vec<Option<String>>>) -> Cells {
        Cells { rows, file: Arc::new(InputFile::new(0, "in.csv")), line: 2 }
    }

    /// One row by itself.
    pub fn only(&self, row: usize) -> Cells {
        self.part(row..row + 1)
    }

    /// Some rows by themselves.
    pub fn part(&self, rows: Range<usize>) -> Cells {
        Cells { line: self.line + rows.start as u64, rows: self.rows[rows].to_vec(), file: self.file.clone() }
    }
}

impl std::fmt::Display for Cells {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        self.rows.iter().try_for_each(|row| writeln!(f, "{row:?}"))
    }
}

impl Records for Cells {
    fn len(&self) -> usize {
        self.rows.len()
    }

    fn text(&self, row: usize, column: usize) -> Option<Cow<'_, str>> {
        self.rows[row].get(column)?.as_deref().map(Cow::Borrowed)
    }

    fn parse(&self, column: usize, typing: &Typing, selection: &Selection) -> Computed {
        let texts: Vec<Option<&str>> = selection.iter().map(|row| self.rows[row].get(column)?.as_deref()).collect();
        value::parse(texts.into_iter(), typing, chrono_tz::Europe::Berlin)
    }

    fn verbatim(&self, _: usize, _: RangeInclusive<usize>, _: u8) -> Option<&[u8]> {
        None
    }

    fn spot(&self, _: usize) -> Spot {
        Spot { at: 0, line: 0, offset: 0 }
    }

    fn origin(&self, row: usize) -> RowOrigin {
        RowOrigin { file: self.file.clone(), line: self.line + row as u64, offset: 0, record: row, raw: Vec::new() }
    }

    fn file(&self) -> &InputFile {
        &self.file
    }

    fn lines(&self, selection: &Selection) -> Vec<u64> {
        selection.iter().map(|row| self.line + row as u64).collect()
    }
}
