//! CSV files of different headers as one input: each file's columns go to the columns of their names.

use std::borrow::Cow;
use std::ops::RangeInclusive;

use super::csv::{self, CsvRecords};
use super::read::{Found, Workspace};
use crate::arrow::array::ArrayRef;
use crate::batch::{Chunk, Computed, InputFile, Records, RowOrigin, Selection, Spot};
use crate::types::Typing;

/// How the chunks of several files are to be understood.
#[derive(Clone, Debug)]
pub struct Layout {
    /// By the files' place in the list of inputs.
    pub files: Vec<FileLayout>,
    /// Of any other file, which there is none of: without columns, so that each of its records would be refused.
    pub others: FileLayout,
}

/// How those of one file are.
#[derive(Clone, Debug)]
pub struct FileLayout {
    pub csv: csv::Layout,
    /// For each column of the input where the file has it, if it does.
    places: Vec<Option<usize>>,
    /// The file has just the input's columns.
    same: bool,
}

impl FileLayout {
    pub fn new(csv: csv::Layout, places: Vec<Option<usize>>) -> FileLayout {
        let same = places.len() == csv.shape.width && places.iter().enumerate().all(|(i, place)| *place == Some(i));
        FileLayout { csv, places, same }
    }
}

/// Reads a chunk.
pub fn read<'a>(chunk: &'a Chunk, layout: &'a Layout, space: &'a mut Workspace) -> Found<'a> {
    let file = layout.files.get(chunk.file.index).unwrap_or(&layout.others);
    let csv::Found { records, rejects, read } = csv::read(chunk, &file.csv, &mut space.fields);
    let records: Box<dyn Records> = match file.same {
        true => Box::new(records),
        false => Box::new(UnionRecords { records, file }),
    };
    Found { records, rejects, read }
}

/// The rows of a chunk of a file with other columns than the input.
struct UnionRecords<'a> {
    records: CsvRecords<'a>,
    file: &'a FileLayout,
}

impl UnionRecords<'_> {
    fn place_of(&self, column: usize) -> Option<usize> {
        *self.file.places.get(column)?
    }
}

impl Records for UnionRecords<'_> {
    fn len(&self) -> usize {
        self.records.len()
    }

    fn text(&self, row: usize, column: usize) -> Option<Cow<'_, str>> {
        self.records.text(row, self.place_of(column)?)
    }

    fn parse(&self, column: usize, typing: &Typing, selection: &Selection) -> Computed {
        let texts = selection.iter().map(|row| self.text(row, column));
        super::value::parse(texts, typing, self.file.csv.zone)
    }

    fn whole_numbers(&self, column: usize, selection: &Selection) -> Option<ArrayRef> {
        super::value::whole_numbers(selection.iter().map(|row| self.text(row, column)))
    }

    /// Neighbours of the input may be none in the file.
    fn verbatim(&self, row: usize, columns: RangeInclusive<usize>, delimiter: u8) -> Option<&[u8]> {
        let first = self.place_of(*columns.start())?;
        let last = first + (columns.end() - columns.start());
        let neighbours = columns.zip(first..=last).all(|(column, place)| self.place_of(column) == Some(place));
        if neighbours { self.records.verbatim(row, first..=last, delimiter) } else { None }
    }

    fn ordinal(&self, row: usize) -> usize {
        self.records.ordinal(row)
    }

    fn spot(&self, row: usize) -> Spot {
        self.records.spot(row)
    }

    fn origin(&self, row: usize) -> RowOrigin {
        self.records.origin(row)
    }

    fn file(&self) -> &InputFile {
        self.records.file()
    }

    fn lines(&self, selection: &Selection) -> Vec<u64> {
        self.records.lines(selection)
    }
}
