//! Rows that are values already: what comes of a gathering, for the next select to read.

use std::borrow::Cow;
use std::ops::RangeInclusive;
use std::sync::Arc;

use chrono_tz::Tz;

use super::pick::pick;
use crate::arrow::array::{Array, ArrayRef, AsArray, StringArray};
use crate::arrow::datatypes::DataType;
use crate::batch::{Computed, Failure, InputFile, Records, RowOrigin, Selection, Spot};
use crate::format::csv;
use crate::format::json::token;
use crate::format::value;
use crate::types::{InputColumn, Type, Typing};

/// Columns of values, and of text that has been carried along as it was read.
pub struct GatheredRows {
    columns: Vec<Column>,
    rows: usize,
    zone: Tz,
    /// Rows of a group come from no one file.
    file: Arc<InputFile>,
}

struct Column {
    array: ArrayRef,
    typing: Typing,
    /// Its texts are tokens.
    is_json: bool,
    /// The rows that have no value, though they should.
    failures: Vec<Failure>,
}

impl GatheredRows {
    /// `arrays` and what is known of each: computed values, or text still to be read as its type.
    pub fn new(
        arrays: Vec<(ArrayRef, Vec<Failure>)>,
        inputs: &[InputColumn],
        rows: usize,
        zone: Tz,
        file: &Arc<InputFile>,
    ) -> GatheredRows {
        let column = |((array, failures), input): ((ArrayRef, Vec<Failure>), &InputColumn)| Column {
            array,
            typing: input.typing.clone(),
            is_json: input.is_json,
            failures,
        };
        let columns = arrays.into_iter().zip(inputs).map(column).collect();
        GatheredRows { columns, rows, zone, file: Arc::clone(file) }
    }

    /// What the rejects file names as the file of such rows: none.
    pub fn nowhere() -> Arc<InputFile> {
        Arc::new(InputFile::new(0, ""))
    }

    /// The values of a computed column in some rows.
    fn values(column: &Column, selection: &Selection) -> Computed {
        let Selection::Rows(rows) = selection else {
            return Computed { array: column.array.clone(), failures: column.failures.clone() };
        };
        let failures = column.failures.iter().filter_map(|failure| {
            let index = rows.binary_search(&(failure.index as u32)).ok()?;
            Some(Failure { index, message: failure.message.clone() })
        });
        Computed { array: pick(&column.array, rows.to_vec()), failures: failures.collect() }
    }
}

impl Column {
    fn texts(&self) -> Option<&StringArray> {
        (*self.array.data_type() == DataType::Utf8).then(|| self.array.as_string())
    }

    /// The text of a row, which stands in one of `texts`.
    fn text<'t>(&self, texts: &'t StringArray, row: usize) -> Option<Cow<'t, str>> {
        let text = texts.is_valid(row).then(|| texts.value(row))?;
        Some(if self.is_json { token::text(text) } else { Cow::Borrowed(text) })
    }
}

impl Records for GatheredRows {
    fn len(&self) -> usize {
        self.rows
    }

    fn text(&self, row: usize, column: usize) -> Option<Cow<'_, str>> {
        let column = self.columns.get(column)?;
        match column.texts() {
            Some(texts) if column.typing.ty != Type::Json => column.text(texts, row),
            _ => {
                let text = value::to_text(&column.array.slice(row, 1), column.typing.ty, self.zone);
                text.is_valid(0).then(|| Cow::Owned(text.value(0).to_owned()))
            }
        }
    }

    fn is_json(&self, column: usize) -> bool {
        self.columns.get(column).is_some_and(|column| column.is_json)
    }

    fn token(&self, row: usize, column: usize) -> Option<&str> {
        let texts = self.columns.get(column).filter(|column| column.is_json)?.texts()?;
        texts.is_valid(row).then(|| texts.value(row))
    }

    fn parse(&self, column: usize, typing: &Typing, selection: &Selection) -> Computed {
        let column = &self.columns[column];
        match column.texts() {
            Some(_) if typing.ty == Type::Json || typing.ty == Type::Text && !column.is_json => {
                GatheredRows::values(column, selection)
            }
            Some(texts) => value::parse(selection.iter().map(|row| column.text(texts, row)), typing, self.zone),
            None => GatheredRows::values(column, selection),
        }
    }

    fn texts(&self, column: usize, selection: &Selection) -> Option<StringArray> {
        let column = self.columns.get(column).filter(|column| !column.is_json)?;
        column.texts()?;
        Some(GatheredRows::values(column, selection).array.as_string().clone())
    }

    fn whole_numbers(&self, column: usize, selection: &Selection) -> Option<ArrayRef> {
        let column = self.columns.get(column)?;
        let texts = column.texts()?;
        value::whole_numbers(selection.iter().map(|row| column.text(texts, row)))
    }

    fn verbatim(&self, _row: usize, _columns: RangeInclusive<usize>, _delimiter: u8) -> Option<&[u8]> {
        None
    }

    fn ordinal(&self, row: usize) -> usize {
        row
    }

    fn spot(&self, row: usize) -> Spot {
        Spot { at: row, line: 0, offset: 0 }
    }

    /// No line; the row's CSV form as raw.
    fn origin(&self, row: usize) -> RowOrigin {
        let cells: Vec<_> = (0..self.columns.len()).map(|column| self.text(row, column)).collect();
        let raw = csv::record(cells.iter().map(|cell| cell.as_deref().map(str::as_bytes)));
        RowOrigin { file: Arc::clone(&self.file), line: 0, offset: 0, record: row, raw }
    }

    fn file(&self) -> &InputFile {
        &self.file
    }

    fn lines(&self, selection: &Selection) -> Vec<u64> {
        vec![0; selection.len()]
    }
}
