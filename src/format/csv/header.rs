//! Column names: read from the header, made unique, invented where there are none.

use std::sync::Arc;

use super::Dialect;
use super::find::{Bad, Fields, Shape, What, find};
use super::layout::{Layout, NullWords};
use super::read::read as read_rows;
use super::records::CsvRecords;
use crate::batch::{Chunk, ErrorType, Records};
use crate::unique::unique;

/// The header of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Header {
    /// As they stand in the file.
    pub names: Vec<String>,
    /// The physical line that it begins in.
    pub line: u64,
}

/// What R calls the names of rows, of whose column the header says nothing.
pub const ROW_NAMES: &str = "row_names";

impl Header {
    /// The same with the name that it lacks.
    pub fn with_row_names(mut self) -> Header {
        self.names.insert(0, ROW_NAMES.to_owned());
        self
    }
}

/// The last record of a chunk: the header, where the cutter's `cut_first` cut it. The layout's width does not
/// matter. `None` when the chunk holds no record; the error is a header that is not valid in the input's encoding, or in
/// which another line seems to end.
pub fn read(chunk: &Chunk, layout: &Layout) -> Result<Option<Header>, String> {
    let Some(width) = width(chunk, &layout.shape.dialect) else { return Ok(None) };
    // A file that is opened again has its header for the first time.
    let shape = Shape { width, skips_header: false, ..layout.shape };
    let layout = Layout { shape, null: NullWords::new(&[]), repeats: Arc::default(), ..layout.clone() };
    let mut fields = Fields::default();
    let found = read_rows(chunk, &layout, &mut fields);
    if let Some(reject) = found.rejects.iter().find(|reject| reject.error_type == ErrorType::InvalidEncoding) {
        return Err(reject.message.clone());
    }
    let row = found.records.len().saturating_sub(1);
    if let Some(why) = (0..width).find_map(|column| lone_return(&found.records, row, column)) {
        return Err(why);
    }
    let names = (0..width).map(|column| found.records.text(row, column).unwrap_or_default().into_owned());
    Ok(Some(Header { names: names.collect(), line: found.records.spot(row).line }))
}

/// Why a name with a CR outside quotes is none: where CR was meant to end lines, it would hold rows.
fn lone_return(records: &CsvRecords, row: usize, column: usize) -> Option<String> {
    let (name, _) = records.outside_quotes(row, column)?.split_once('\r')?;
    let (line, column) = (records.spot(row).line, column + 1);
    Some(format!(
        "line {line}, column {column}: behind {name:?} stands a CR outside quotes, and the first line of the file ends in LF; make \
         its line ends one kind, for example with tr '\\r' '\\n', or quote the name if the CR is part of it"
    ))
}

/// How many fields the last record of a chunk has.
pub fn width(chunk: &Chunk, dialect: &Dialect) -> Option<usize> {
    every(chunk, dialect).iter().rev().find_map(|Bad { what, .. }| match what {
        What::Ragged { fields, .. } => Some(*fields),
        _ => None,
    })
}

/// How many records a chunk has that are all of one width, and that width.
pub fn common_width(chunk: &Chunk, dialect: &Dialect) -> Option<(usize, usize)> {
    let found = every(chunk, dialect);
    let mut widths = found.iter().map(|Bad { what, .. }| match what {
        What::Ragged { fields, .. } => Some(*fields),
        _ => None,
    });
    let first = widths.next()??;
    widths.all(|width| width == Some(first)).then_some((found.len(), first))
}

/// How many columns its rows have where nothing else tells: a delimiter at the end of a row may make none.
pub fn width_of_row(chunk: &Chunk, dialect: &Dialect, trailing_delimiter: bool) -> Option<usize> {
    let width = width(chunk, dialect)?;
    let ends_so = |bad: &Bad| match &bad.what {
        What::Ragged { span, .. } => {
            chunk.bytes.get(span.clone()).is_some_and(|record| dialect.ends_in_delimiter(record))
        }
        _ => false,
    };
    let is_left_out = trailing_delimiter && width > 1 && every(chunk, dialect).last().is_some_and(ends_so);
    Some(if is_left_out { width - 1 } else { width })
}

/// How many records a chunk has, whatever their width.
pub fn records(chunk: &Chunk, dialect: &Dialect) -> usize {
    every(chunk, dialect).len()
}

/// Every record that is not blank. None has the width 0.
pub(super) fn every(chunk: &Chunk, dialect: &Dialect) -> Vec<Bad> {
    let mut fields = Fields::default();
    find(chunk, &Shape::any(*dialect), &mut fields);
    fields.bad
}

/// So many warnings of one header are read; what more there are is said in one.
const MOST_WARNINGS: usize = 10;

/// The columns' names, and a warning for each that is not what the header says.
pub fn names<S: AsRef<str>>(texts: impl Iterator<Item = S>) -> (Vec<String>, Vec<String>) {
    let mut warnings = Vec::new();
    let mut named = Vec::new();
    for (index, text) in texts.enumerate() {
        match text.as_ref() {
            "" => {
                let name = format!("column_{}", index + 1);
                warnings.push(format!("column {} has no name in the header; it is called {name}", index + 1));
                named.push(name);
            }
            text => named.push(text.to_owned()),
        }
    }
    let unique = unique(&named, str::to_owned);
    for (index, (name, unique)) in named.iter().zip(&unique).enumerate().filter(|(_, (name, unique))| name != unique) {
        warnings.push(format!("column {}: the name {name:?} is taken; it is called {unique:?}", index + 1));
    }
    (unique, few(warnings))
}

fn few(mut warnings: Vec<String>) -> Vec<String> {
    if let Some(more @ 1..) = warnings.len().checked_sub(MOST_WARNINGS) {
        warnings.truncate(MOST_WARNINGS);
        warnings.push(format!("{more} more columns are not called what the header says"));
    }
    warnings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_never_empty() {
        let check = |texts: &[&str], expected: &[&str], warned: usize| {
            let (names, warnings) = names(texts.iter());
            assert_eq!(names, expected);
            assert_eq!(warnings.len(), warned, "{warnings:?}");
        };
        check(&["id", " name ", "Name"], &["id", " name ", "Name"], 0);
        check(&["a", "a", "a"], &["a", "a_2", "a_3"], 2);
        check(&["a", "a", "a_2"], &["a", "a_3", "a_2"], 1);
        check(&["a", "", "b"], &["a", "column_2", "b"], 1);
        check(&["column_2", ""], &["column_2", "column_2_2"], 2);
        check(&["", "column_1"], &["column_1", "column_1_2"], 2);
        check(&["\u{FEFF}"], &["\u{FEFF}"], 0);
    }
}
