//! The rows of a chunk of values.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::sync::{Arc, OnceLock};

use chrono_tz::Tz;

use super::finer::Finer;
use super::kind::type_of;
use super::values::{Fault, values};
use super::widen::widen;
use super::{Layout, StoredColumn};
use crate::arrow::array::{Array, ArrayRef, AsArray, StringArray, UInt32Array, new_null_array};
use crate::arrow::compute::take;
use crate::arrow::datatypes::DataType;
use crate::batch::{
    Chunk, Computed, ErrorType, Failure, InputFile, Records, Reject, RowOrigin, Selection, Spot, Stage, Values,
};
use crate::format::csv;
use crate::format::read::Found;
use crate::format::value::{Form, parse, to_text};
use crate::types::{Notation, Type, Typing};

/// The values of one chunk in our types.
pub struct StoredRecords<'a> {
    chunk: &'a Chunk,
    columns: Vec<Option<Column>>,
    /// Where each row stands in the chunk, unless every row is sound.
    rows: Option<Vec<u32>>,
    len: usize,
    zone: Tz,
}

/// One column that the query uses.
struct Column {
    array: ArrayRef,
    ty: Type,
    /// Values that the type does not hold.
    failures: Vec<Failure>,
    /// All digits of values that have more than the type.
    finer: Option<Digits>,
}

/// Reads a chunk.
pub fn read<'a>(chunk: &'a Chunk, layout: &'a Layout) -> Found<'a> {
    let Some(Values { rows, columns, fields }) = &chunk.values else {
        let records = StoredRecords { chunk, columns: Vec::new(), rows: None, len: 0, zone: layout.zone };
        return Found { records: Box::new(records), rejects: Vec::new(), read: 0 };
    };
    let mut misencoded = BTreeMap::new();
    let columns = columns.iter().zip(fields).zip(&layout.columns).map(|((array, field), stored)| {
        let array = array.as_ref()?;
        let own = type_of(field).unwrap_or(Type::Text);
        let ty = stored.ty.unwrap_or(own);
        let made = widen(values(array, field), own, ty);
        let of_micros = || stored.is_finer.then(|| Finer::of_micros(&made.array, ty)).flatten();
        let finer = Finer::of(array, field).or_else(of_micros).map(Digits::from);
        let failures = sort_out(made.faults, stored, &mut misencoded);
        Some(Column { array: made.array, ty, failures, finer })
    });
    let columns = columns.collect();
    let mut records = StoredRecords { chunk, columns, rows: None, len: *rows, zone: layout.zone };
    let rejects: Vec<Reject> = misencoded.into_iter().map(|(row, bad)| records.misencoded(row, bad)).collect();
    records.leave_out(&rejects);
    Found { records: Box::new(records), rejects, read: *rows }
}

/// The first column of a row that is no text, and what there is to say.
type Misencoded<'a> = (&'a StoredColumn, String);

/// Tells what costs the row at once from what does where the column is used.
fn sort_out<'a>(
    faults: Vec<Fault>,
    stored: &'a StoredColumn,
    misencoded: &mut BTreeMap<usize, Misencoded<'a>>,
) -> Vec<Failure> {
    let (bad, failures): (Vec<_>, Vec<_>) =
        faults.into_iter().partition(|fault| fault.error_type == ErrorType::InvalidEncoding);
    for Failure { index, message } in bad.into_iter().map(|fault| fault.failure) {
        let further = format!("; column {:?}: {message}", stored.name);
        let known = misencoded.entry(index).and_modify(|(_, said)| said.push_str(&further));
        known.or_insert((stored, message));
    }
    failures.into_iter().map(|fault| fault.failure).collect()
}

/// Values with more digits than their type has, and their texts once they have been asked for.
struct Digits {
    values: Finer,
    texts: OnceLock<StringArray>,
}

impl From<Finer> for Digits {
    fn from(values: Finer) -> Digits {
        Digits { values, texts: OnceLock::new() }
    }
}

impl StoredRecords<'_> {
    fn misencoded(&self, row: usize, (stored, message): Misencoded) -> Reject {
        Reject {
            origin: self.origin(row),
            stage: Stage::Extract,
            sink: None,
            column: Some(stored.name.clone()),
            error_type: ErrorType::InvalidEncoding,
            message: format!("{message}; * except ({}) leaves the column out", stored.name),
        }
    }

    /// Keeps the rows that are not rejected.
    fn leave_out(&mut self, rejects: &[Reject]) {
        if rejects.is_empty() {
            return;
        }
        let mut bad = rejects.iter().map(|reject| reject.origin.record).peekable();
        let sound: Vec<u32> = (0..self.len).filter(|row| bad.next_if_eq(row).is_none()).map(|row| row as u32).collect();
        let selection = Selection::Rows(Arc::from(sound.as_slice()));
        for column in self.columns.iter_mut().flatten() {
            let Computed { array, failures } = column.in_rows(&selection);
            (column.array, column.failures) = (array, failures);
            let rows = UInt32Array::from(sound.clone());
            column.finer = column.finer.take().map(|digits| digits.values.taken(&rows).into());
        }
        (self.len, self.rows) = (sound.len(), Some(sound));
    }

    /// The bytes of a cell that is no text.
    fn bytes(&self, row: usize, column: usize) -> Option<&[u8]> {
        let array = self.chunk.values.as_ref()?.columns.get(column)?.as_ref()?;
        let is_binary = *array.data_type() == DataType::Binary && array.is_valid(row);
        is_binary.then(|| array.as_binary::<i32>().value(row))
    }
}

impl Column {
    fn in_rows(&self, selection: &Selection) -> Computed {
        let Selection::Rows(rows) = selection else {
            return Computed { array: self.array.clone(), failures: self.failures.clone() };
        };
        let failures = self.failures.iter().filter_map(|failure| {
            let index = rows.binary_search(&(failure.index as u32)).ok()?;
            Some(Failure { index, message: failure.message.clone() })
        });
        let indexes = UInt32Array::from(rows.to_vec());
        // Rows of a selection are the chunk's.
        let array =
            take(&self.array, &indexes, None).unwrap_or_else(|_| new_null_array(self.array.data_type(), rows.len()));
        Computed { array, failures: failures.collect() }
    }

    /// The text of each value, where that is more than the type.
    fn digits(&self, zone: Tz) -> Option<&StringArray> {
        self.finer.as_ref().map(|Digits { values, texts }| texts.get_or_init(|| values.texts(Form::Sql(zone))))
    }

    /// As the job declares it, by way of its text.
    fn cast(&self, typing: &Typing, selection: &Selection, zone: Tz) -> Computed {
        if let Some(texts) = self.digits(zone) {
            let text = |row| texts.is_valid(row).then(|| texts.value(row));
            return parse(selection.iter().map(text), typing, zone);
        }
        let own = self.in_rows(selection);
        let texts = to_text(&own.array, self.ty, zone);
        // Only what is stored as text is written in a notation.
        let plain = || Typing { notation: Notation::default(), ..typing.clone() };
        let typing = if self.ty == Type::Text { Cow::Borrowed(typing) } else { Cow::Owned(plain()) };
        let mut parsed = parse(texts.iter(), &typing, zone);
        parsed.failures.extend(own.failures);
        parsed.failures.sort_by_key(|failure| failure.index);
        parsed
    }
}

impl Records for StoredRecords<'_> {
    fn len(&self) -> usize {
        self.len
    }

    fn text(&self, row: usize, column: usize) -> Option<Cow<'_, str>> {
        let column = self.columns.get(column)?.as_ref()?;
        if let Some(texts) = column.digits(self.zone) {
            return texts.is_valid(row).then(|| Cow::Borrowed(texts.value(row)));
        }
        let Column { array, ty, .. } = column;
        if *ty == Type::Text {
            let texts = array.as_string::<i32>();
            return texts.is_valid(row).then(|| Cow::Borrowed(texts.value(row)));
        }
        let text = to_text(&array.slice(row, 1), *ty, self.zone);
        text.is_valid(0).then(|| Cow::Owned(text.value(0).to_owned()))
    }

    fn parse(&self, column: usize, typing: &Typing, selection: &Selection) -> Computed {
        match self.columns.get(column) {
            Some(Some(column)) if column.ty == typing.ty && typing.format.is_none() => column.in_rows(selection),
            Some(Some(column)) => column.cast(typing, selection, self.zone),
            // The query uses no such column.
            _ => Computed { array: new_null_array(&typing.ty.arrow(), selection.len()), failures: Vec::new() },
        }
    }

    fn verbatim(&self, _row: usize, _columns: RangeInclusive<usize>, _delimiter: u8) -> Option<&[u8]> {
        None
    }

    fn ordinal(&self, row: usize) -> usize {
        self.rows.as_ref().and_then(|rows| rows.get(row)).map_or(row, |row| *row as usize)
    }

    fn spot(&self, row: usize) -> Spot {
        let at = self.ordinal(row);
        Spot { at, line: self.chunk.line + at as u64, offset: self.chunk.offset }
    }

    /// The row's number as its line, and the columns that are read as CSV.
    fn origin(&self, row: usize) -> RowOrigin {
        let Spot { at, line, offset } = self.spot(row);
        let used = (0..self.columns.len()).filter(|column| self.columns.get(*column).is_some_and(Option::is_some));
        let cells: Vec<_> = used.map(|column| (column, self.text(row, column))).collect();
        let cell = |(column, text): &'_ (usize, Option<Cow<str>>)| match text {
            Some(text) => Some(text.as_bytes().to_vec()),
            None => self.bytes(at, *column).map(<[u8]>::to_vec),
        };
        let cells: Vec<Option<Vec<u8>>> = cells.iter().map(cell).collect();
        let raw = csv::record(cells.iter().map(Option::as_deref));
        RowOrigin { file: Arc::clone(&self.chunk.file), line, offset, record: at, raw }
    }

    fn file(&self) -> &InputFile {
        &self.chunk.file
    }

    fn lines(&self, selection: &Selection) -> Vec<u64> {
        selection.iter().map(|row| self.spot(row).line).collect()
    }
}
