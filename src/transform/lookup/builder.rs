//! A lookup under construction: texts row by row, and when all are there, their types and values.

use std::sync::Arc;

use chrono_tz::Tz;

use super::lookup_table::{Column, LookupTable};
use crate::arrow::array::{ArrayRef, StringArray, StringBuilder};
use crate::cancel;
use crate::format::csv::QUOTED_NULL;
use crate::format::{Guesser, value};
use crate::job::{Key, Lookup};
use crate::types::{InputColumn, Known, Notation, Type, Typing};

/// What the job says of a lookup's columns.
#[derive(Clone, Copy)]
pub struct Declared<'a> {
    pub columns: &'a [(String, Typing)],
    /// The others are text; else they are guessed.
    pub all_text: bool,
    /// How these write numbers.
    pub notation: Notation,
}

/// Takes the rows of a lookup.
pub struct Builder {
    columns: Vec<Texts>,
    lines: Vec<u64>,
}

struct Texts {
    name: String,
    declared: Option<Typing>,
    /// `None` where nothing has to be guessed.
    guesser: Option<Guesser>,
    notation: Notation,
    /// A cell was a number that the origin holds as a value.
    holds_numbers: bool,
    /// A cell was a text by the origin's word.
    holds_texts: bool,
    texts: StringBuilder,
}

/// One cell as it was read.
pub enum Cell<'a> {
    Null,
    /// Of which the origin says that it is a text: digits in it are no number.
    Text(&'a str),
    Any(&'a str),
    /// A value of an origin that is JSON, as it is written there.
    Json(&'a str),
    /// A number that the origin holds as a value: `1.5` is how it is written, not what was read.
    Number(&'a str),
}

impl Builder {
    /// Columns of these names.
    pub fn new(names: Vec<String>, Declared { columns, all_text, notation }: Declared) -> Builder {
        let column = |name: String| {
            let declared = columns.iter().find(|(declared, _)| *declared == name).map(|(_, typing)| typing.clone());
            let guesser = (declared.is_none() && !all_text).then(|| Guesser::new(notation));
            let texts = StringBuilder::new();
            Texts { name, declared, guesser, notation, holds_numbers: false, holds_texts: false, texts }
        };
        Builder { columns: names.into_iter().map(column).collect(), lines: Vec::new() }
    }

    /// Begins a row.
    pub fn push_row(&mut self, line: u64) {
        self.lines.push(line);
    }

    /// The cell of a column in the row begun.
    pub fn push(&mut self, column: usize, cell: Cell) {
        let Some(Texts { guesser, holds_numbers, holds_texts, texts, .. }) = self.columns.get_mut(column) else {
            return;
        };
        *holds_numbers |= matches!(cell, Cell::Number(_));
        *holds_texts |= matches!(cell, Cell::Text(_));
        match (&cell, guesser) {
            (Cell::Any(text), Some(guesser)) => guesser.push(Some(text)),
            (Cell::Number(text), Some(guesser)) => guesser.push_number(text),
            (Cell::Text(text), Some(guesser)) => guesser.push_text(text),
            (Cell::Json(_), Some(guesser)) => guesser.push_nested(),
            (Cell::Null, _) | (_, None) => {}
        }
        match cell {
            Cell::Null => texts.append_null(),
            Cell::Text(text) | Cell::Any(text) | Cell::Json(text) | Cell::Number(text) => texts.append_value(text),
        }
    }

    /// Whether a column is declared to be JSON.
    pub fn takes_json(&self, column: usize) -> bool {
        let declared = self.columns.get(column).and_then(|column| column.declared.as_ref());
        declared.is_some_and(|typing| typing.ty == Type::Json)
    }

    pub fn columns(&self) -> usize {
        self.columns.len()
    }

    pub fn rows(&self) -> usize {
        self.lines.len()
    }

    /// Bytes held so far.
    pub fn memory(&self) -> usize {
        let texts: usize = self.columns.iter().map(|column| column.texts.values_slice().len()).sum();
        texts + self.rows() * (self.columns.len() * size_of::<i32>() + size_of::<u64>())
    }

    /// The longest column's bytes of text.
    pub fn longest(&self) -> usize {
        self.columns.iter().map(|column| column.texts.values_slice().len()).max().unwrap_or(0)
    }

    /// The lookup; the error is a text that is not of its declared type.
    pub fn finish(self, lookup: &Lookup, origin: String, unit: &'static str, zone: Tz) -> Result<LookupTable, String> {
        let mut table = LookupTable {
            name: lookup.name.clone(),
            origin,
            unit,
            lines: self.lines,
            columns: Vec::with_capacity(self.columns.len()),
            takes_first: lookup.takes_first,
            missing: lookup.missing,
        };
        table.lines.shrink_to_fit();
        for column in self.columns {
            cancel::point();
            let column = column.finish(zone).map_err(|wrong| {
                let Wrong { name, row, text, message } = wrong;
                let key = lookup.key().child("columns").child(&name);
                let quoted = if lookup.is_null_word(&text) { QUOTED_NULL } else { "" };
                let place = table.place(row);
                format!("{place}: column {name:?}: {message}{quoted}; mend it, or declare {key} = \"text\"")
            })?;
            table.columns.push(column);
        }
        Ok(table)
    }
}

/// A text that is not of its column's declared type.
struct Wrong {
    name: String,
    row: usize,
    text: String,
    message: String,
}

impl Texts {
    fn finish(mut self, zone: Tz) -> Result<Column, Wrong> {
        let texts = self.texts.finish();
        let known = if self.declared.is_some() { Known::Declared } else { Known::Guessed };
        let text = Typing { notation: self.notation, ..Type::Text.into() };
        let guessed = || match self.guesser.as_ref().map_or(text.clone(), Guesser::typing) {
            // Its strings are held without their quotes.
            Typing { ty: Type::Json, .. } if self.holds_texts => text.clone(),
            typing => typing,
        };
        let typing = self.declared.clone().unwrap_or_else(guessed);
        let (typing, values) = match values(&texts, &typing, zone) {
            // Text among the numbers would have made the column text.
            Ok(values) if known == Known::Guessed && self.holds_numbers && typing.ty.is_number() => {
                let column = InputColumn { name: self.name, typing, known: Known::Stored, is_json: false };
                return Ok(Column { column, texts, values });
            }
            Ok(values) => (typing, values),
            // A guess never costs a value.
            Err(_) if known == Known::Guessed => (text, Arc::new(texts.clone()) as ArrayRef),
            Err((row, message)) => {
                return Err(Wrong { name: self.name, row, text: texts.value(row).to_owned(), message });
            }
        };
        Ok(Column { column: InputColumn { name: self.name, typing, known, is_json: false }, texts, values })
    }
}

fn values(texts: &StringArray, typing: &Typing, zone: Tz) -> Result<ArrayRef, (usize, String)> {
    if typing.ty == Type::Text {
        return Ok(Arc::new(texts.clone()));
    }
    let parsed = value::parse(texts.iter(), typing, zone);
    match parsed.failures.into_iter().next() {
        Some(failure) => Err((failure.index, failure.message)),
        None => Ok(parsed.array),
    }
}

/// Keys under which a lookup's columns are declared that it does not have.
pub fn undeclarable<'d>(declared: &'d [(String, Typing)], names: &[String]) -> Option<&'d str> {
    declared.iter().map(|(name, _)| name.as_str()).find(|name| !names.iter().any(|known| known == name))
}

/// The key of a column's declaration.
pub fn declaration(lookup: &Lookup, column: &str) -> Key {
    lookup.key().child("columns").child(column)
}
