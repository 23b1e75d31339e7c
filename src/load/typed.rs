//! A batch as values, for the encoders of sinks that store values: each column an array of its type, without the rows that
//! do not fit.

use std::borrow::Cow;

use crate::arrow::array::{Array, ArrayRef, AsArray, BooleanArray, StringArray};
use crate::arrow::compute::filter;

use super::array;
use super::cell::{Cell, Check, IntoJson};
use super::convert::converted;
use crate::batch::{Batch, Column, Computed, ErrorType, Failure, Records, Refused, RowOrigin};
use crate::format::{comes_back, has_leading_zeros, value};
use crate::types::{Notation, Type, Typing};

/// The rows of a batch that fit, and why the others do not.
pub struct Typed {
    /// One array for each cell, of the cell's type.
    pub arrays: Vec<ArrayRef>,
    pub rows: usize,
    pub refused: Vec<Refused>,
    /// One for each row of the batch.
    faults: Vec<Option<Fault>>,
}

impl Typed {
    pub fn new(cells: &[Cell], records: &dyn Records, batch: &Batch, zone: chrono_tz::Tz) -> Typed {
        let mut faults = vec![None; batch.kept.len()];
        let arrays = typed(cells, records, batch, zone, &mut faults);
        let refused = faults.iter().enumerate().filter_map(|(index, fault)| {
            let fault: &Fault = fault.as_ref()?;
            Some(fault.refused(batch.kept.row(index)))
        });
        let refused: Vec<Refused> = refused.collect();
        let arrays = if refused.is_empty() { arrays } else { without(&arrays, &faults) };
        Typed { arrays, rows: faults.len() - refused.len(), refused, faults }
    }

    /// Where the rows that fit came from.
    pub fn origins(&self, records: &dyn Records, batch: &Batch) -> Vec<RowOrigin> {
        let sound = batch.kept.iter().zip(&self.faults).filter(|(_, fault)| fault.is_none());
        sound.map(|(row, _)| records.origin(row)).collect()
    }
}

/// The running total of encoded bytes: a number counts eight, a text its length, and the raw copy comes on top.
pub fn ends(columns: &[ArrayRef], rows: usize, origins: &[RowOrigin]) -> Vec<usize> {
    let mut sizes = vec![0; rows];
    for column in columns {
        match column.as_string_opt::<i32>() {
            Some(texts) => {
                let lengths = texts.offsets().lengths();
                sizes.iter_mut().zip(lengths).for_each(|(size, length)| *size += length);
            }
            None => sizes.iter_mut().for_each(|size| *size += 8),
        }
    }
    sizes.iter_mut().zip(origins).for_each(|(size, origin)| *size += origin.raw.len());
    let mut end = 0;
    for size in &mut sizes {
        end += *size;
        *size = end;
    }
    sizes
}

/// Every column as values of its type; what does not parse is noted under its row.
fn typed(
    cells: &[Cell],
    records: &dyn Records,
    batch: &Batch,
    zone: chrono_tz::Tz,
    faults: &mut [Option<Fault>],
) -> Vec<ArrayRef> {
    let mut arrays = Vec::with_capacity(cells.len());
    for (cell, column) in cells.iter().zip(&batch.columns) {
        let array = match column {
            Column::Values(array) => array.clone(),
            Column::Field(field) if cell.json.is_some() && records.is_json(*field) => {
                records.parse(*field, &Type::Json.into(), &batch.kept).array
            }
            Column::Field(field) if cell.nanoseconds => {
                let texts = batch.kept.iter().map(|row| records.text(row, *field));
                nanoseconds(cell, texts, zone, faults)
            }
            Column::Texts(texts) if cell.nanoseconds => {
                nanoseconds(cell, texts.iter().map(|text| text.map(Cow::Borrowed)), zone, faults)
            }
            Column::Field(field) if !cell.notation.is_plain() => {
                numbers(cell, batch.kept.iter().map(|row| records.text(row, *field)), zone, faults)
            }
            Column::Texts(texts) if !cell.notation.is_plain() => {
                numbers(cell, texts.iter().map(|text| text.map(Cow::Borrowed)), zone, faults)
            }
            Column::Field(field) => {
                let text = |row| records.text(row, *field);
                let parse = |typing: &Typing| records.parse(*field, typing, &batch.kept);
                read(cell, &parse, batch.kept.iter().map(text), faults)
            }
            Column::Texts(texts) => {
                let parse = |typing: &Typing| value::parse(texts.iter(), typing, zone);
                read(cell, &parse, texts.iter().map(|text| text.map(Cow::Borrowed)), faults)
            }
        };
        let is_json = cell.typing.ty == Type::Json || matches!(column, Column::Field(field) if records.is_json(*field));
        let array = if is_json { from_json(cell, array, faults) } else { array };
        let array = match cell.into {
            Some(ty) => {
                let converted = converted(&array, cell.typing.ty, ty, zone);
                note(cell, converted.failures, faults);
                converted.array
            }
            None => array,
        };
        if cell.refuses_nul {
            note(cell, nuls(&array), faults);
        }
        if let Some(check) = &cell.check {
            note(cell, checked(check, &array), faults);
        }
        arrays.push(array);
    }
    arrays
}

/// What the target cannot hold, with what to do about it.
fn checked(check: &Check, array: &ArrayRef) -> Vec<Failure> {
    let mut failures = (check.failures)(array);
    failures.iter_mut().for_each(|failure| failure.message += &check.remedy);
    failures
}

/// Texts that have more digits than our types, as values that have them too.
fn nanoseconds<'t>(
    cell: &Cell,
    texts: impl Iterator<Item = Option<Cow<'t, str>>>,
    zone: chrono_tz::Tz,
    faults: &mut [Option<Fault>],
) -> ArrayRef {
    let parsed = value::nanos::parse(texts, cell.typing.ty, zone);
    note(cell, demanded(cell, parsed.failures), faults);
    parsed.array
}

/// Numbers that are written in a notation of their own, from the texts in which all are read. What is no number is that of a
/// target that may take any text.
fn numbers<'t>(
    cell: &Cell,
    texts: impl Iterator<Item = Option<Cow<'t, str>>>,
    zone: chrono_tz::Tz,
    faults: &mut [Option<Fault>],
) -> ArrayRef {
    let (mut failures, notation) = (Vec::new(), cell.notation);
    let takes_all = cell.typing.ty == Type::Text && !cell.number;
    let standard = |(index, text): (usize, Option<Cow<str>>)| {
        let text = text?;
        let number = value::standard(&text, notation).map(Cow::into_owned);
        if number.is_none() && !takes_all {
            failures.push(Failure { index, message: format!("{text:?} is not a number written with {notation}") });
        }
        number.or(takes_all.then(|| text.into_owned()))
    };
    let standard: StringArray = texts.enumerate().map(standard).collect();
    note(cell, demanded(cell, failures), faults);
    let parse = |typing: &Typing| {
        value::parse(standard.iter(), &Typing { notation: Notation::default(), ..typing.clone() }, zone)
    };
    read(cell, &parse, standard.iter().map(|text| text.map(Cow::Borrowed)), faults)
}

/// JSON as the target takes it.
fn from_json(cell: &Cell, tokens: ArrayRef, faults: &mut [Option<Fault>]) -> ArrayRef {
    let Some(IntoJson::Array { of_json }) = cell.json else { return tokens };
    let Computed { array, failures } = array::arrays(tokens.as_string(), of_json);
    note(cell, failures, faults);
    array
}

/// The texts that hold a NUL.
fn nuls(array: &ArrayRef) -> Vec<Failure> {
    let Some(texts) = array.as_string_opt::<i32>() else { return Vec::new() };
    // Seldom is there one at all.
    if memchr::memchr(0, texts.value_data()).is_none() {
        return Vec::new();
    }
    let has_nul = |text: Option<&str>| text.is_some_and(|text| text.contains('\0'));
    let found = texts.iter().enumerate().filter(|(_, text)| has_nul(*text));
    let message = "a text with a NUL byte, which the target cannot hold [SQLSTATE 22021]";
    found.map(|(index, _)| Failure { index, message: message.to_owned() }).collect()
}

/// What is wrong with one row: its first bad column, and the names of the others.
#[derive(Clone)]
struct Fault {
    column: String,
    message: String,
    others: Vec<String>,
}

impl Fault {
    fn refused(&self, row: usize) -> Refused {
        let mut message = self.message.clone();
        if !self.others.is_empty() {
            message += &format!(" (also bad: {})", self.others.join(", "));
        }
        Refused { row, error_type: ErrorType::Cast, column: Some(self.column.clone()), message }
    }
}

fn note(cell: &Cell, failures: Vec<Failure>, faults: &mut [Option<Fault>]) {
    for failure in failures {
        match faults.get_mut(failure.index) {
            Some(Some(fault)) => fault.others.push(cell.name.clone()),
            Some(fault) => {
                let message = failure.message;
                *fault = Some(Fault { column: cell.name.clone(), message, others: Vec::new() });
            }
            None => {}
        }
    }
}

/// The values of texts: parsed as the cell says, with its demands checked.
fn read<'t>(
    cell: &Cell,
    parse: &dyn Fn(&Typing) -> Computed,
    texts: impl Iterator<Item = Option<Cow<'t, str>>>,
    faults: &mut [Option<Fault>],
) -> ArrayRef {
    let parsed = parse(&cell.typing);
    if cell.number {
        let mut failures = parse(&Type::Double.into()).failures;
        failures.retain(|failure| !(cell.unlimited && is_number_at(&parsed.array, failure.index)));
        note(cell, demanded(cell, failures), faults);
    }
    note(cell, demanded(cell, parsed.failures), faults);
    if cell.keeps_zeros {
        note(cell, changed(cell, texts), faults);
    }
    parsed.array
}

/// Whether a text that no double holds is a number nevertheless.
fn is_number_at(texts: &ArrayRef, index: usize) -> bool {
    let texts = texts.as_string_opt::<i32>().filter(|texts| index < texts.len());
    texts.is_some_and(|texts| value::is_number(texts.value(index)))
}

/// Says why the texts that are not of the cell's type must be.
fn demanded(cell: &Cell, mut failures: Vec<Failure>) -> Vec<Failure> {
    failures.iter_mut().for_each(|failure| failure.message += &format!(", {}", cell.demand));
    failures
}

/// The numbers that would not come back as they are written: those that begin with zeros, as codes do, and any other that a
/// column of our making would change.
fn changed<'t>(cell: &Cell, texts: impl Iterator<Item = Option<Cow<'t, str>>>) -> Vec<Failure> {
    let zeros = |text: &str| has_leading_zeros(text).then(|| lost_zeros(cell, text));
    let other = |text: &str| {
        format!("{text:?} would not come back from a {} as it is written, {}", cell.typing.ty, cell.demand)
    };
    let message = |text: &str| match cell.keeps {
        Some(spelling) if comes_back(text, cell.typing.ty, spelling) => None,
        Some(_) => Some(zeros(text).unwrap_or_else(|| other(text))),
        None => zeros(text),
    };
    let texts = texts.enumerate().filter_map(|(index, text)| Some((index, text?)));
    let failures = texts.filter_map(|(index, text)| {
        let message = message(&text)?;
        Some(Failure { index, message })
    });
    failures.collect()
}

fn lost_zeros(cell: &Cell, text: &str) -> String {
    let name = &cell.name;
    format!(
        "{text:?} begins with zeros that a number does not keep; declare column {name} as text to keep them, or as bigint to drop them"
    )
}

/// The arrays without the rows that have a fault.
fn without(arrays: &[ArrayRef], faults: &[Option<Fault>]) -> Vec<ArrayRef> {
    let sound: BooleanArray = faults.iter().map(|fault| Some(fault.is_none())).collect();
    // Arrays and mask have one length, so filtering cannot fail.
    arrays.iter().map(|array| filter(array, &sound).unwrap_or_else(|_| array.clone())).collect()
}
