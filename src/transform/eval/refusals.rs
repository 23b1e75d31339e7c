//! The rows of a chunk that cannot be milled, each with its first failure.

use std::collections::BTreeMap;

use crate::batch::{ErrorType, Refused, Selection};
use crate::job::Key;
use crate::types::{InputColumn, Known};

#[derive(Default)]
pub struct Refusals {
    rows: BTreeMap<usize, Refused>,
}

impl Refusals {
    /// The first failure of a row counts.
    pub fn add(&mut self, row: usize, error_type: ErrorType, column: Option<&str>, message: impl Into<String>) {
        self.rows.entry(row).or_insert_with(|| Refused {
            row,
            error_type,
            column: column.map(str::to_string),
            message: message.into(),
        });
    }

    /// A text that is not of its column's type.
    pub fn column(&mut self, row: usize, input: &InputColumn, message: &str) {
        match input.known {
            // Of a group, whose result is too large.
            Known::Computed => self.add(row, ErrorType::Expression, None, message),
            Known::Declared | Known::Stored => self.add(row, ErrorType::Cast, Some(&input.name), message),
            Known::Guessed => self.add(row, ErrorType::Cast, Some(&input.name), guessed(input, message)),
            Known::Finer { .. } => self.add(row, ErrorType::Cast, Some(&input.name), finer(input, message)),
        }
    }

    /// One more declared column of a row that does not fit: named in the message of the first.
    pub fn declared(&mut self, row: usize, input: &InputColumn, message: &str) {
        match self.rows.get_mut(&row) {
            Some(refused) => refused.message.push_str(&format!("; column {:?}: {message}", input.name)),
            None => self.column(row, input, message),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Any one message.
    pub fn message(&self) -> Option<&str> {
        self.rows.values().next().map(|refused| refused.message.as_str())
    }

    /// The rows that are not refused, and their indexes in `rows`.
    pub fn others(&self, rows: &Selection) -> Vec<u32> {
        if self.rows.is_empty() {
            return (0..rows.len() as u32).collect();
        }
        let sound = rows.iter().enumerate().filter(|(_, row)| !self.rows.contains_key(row));
        sound.map(|(index, _)| index as u32).collect()
    }

    /// In ascending order of rows.
    pub fn into_vec(self) -> Vec<Refused> {
        self.rows.into_values().collect()
    }
}

fn finer(InputColumn { name, typing, .. }: &InputColumn, message: &str) -> String {
    format!("{message}; write cast({name} as {}) to round it, or cast({name} as text)", typing.ty)
}

fn guessed(input: &InputColumn, message: &str) -> String {
    let (name, key) = (&input.name, Key::from("extract.columns").child(&input.name));
    format!("{message}, which column {name:?} was guessed to be from the first rows; declare it: {key} = \"text\"")
}
