//! One output column on its way to a sink that stores values: how its text is read, and what is demanded of it.

use std::sync::Arc;

use crate::arrow::array::ArrayRef;
use crate::batch::Failure;
use crate::types::{Known, Notation, OutputColumn, Spelling, Type, Typing};

/// What becomes of JSON in a target that takes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IntoJson {
    /// It stays its token.
    Token,
    /// An array becomes one of the database's, whose elements are JSON or not.
    Array { of_json: bool },
}

/// How the cells of a column become values.
#[derive(Clone, Debug)]
pub struct Cell {
    /// The output column's name.
    pub name: String,
    /// How the text of an untouched cell is read.
    pub typing: Typing,
    /// How its numbers are written; plain where the text goes in as it is.
    pub notation: Notation,
    /// The text must read as a number, but goes in as it is.
    pub number: bool,
    /// The target's numbers have no limits that we know.
    pub unlimited: bool,
    /// Every value goes in as text.
    pub as_text: bool,
    /// Nobody said that it is a number: zeros at its begin are not to be lost.
    pub keeps_zeros: bool,
    /// Nobody said that it is a number, and the column is made for numbers written so: no text is to change.
    pub keeps: Option<Spelling>,
    /// The type that the target holds, where it is another: each value must have a place there.
    pub into: Option<Type>,
    /// The target takes JSON as it is written.
    pub json: Option<IntoJson>,
    /// The values are in nanoseconds.
    pub nanoseconds: bool,
    /// The target's texts hold no NUL.
    pub refuses_nul: bool,
    /// What else the target cannot hold of the type's values.
    pub check: Option<Check>,
    /// Why a text must be of its type, for the reject's message.
    pub demand: String,
}

/// A target's look at values that are of their type.
#[derive(Clone, Debug)]
pub struct Check {
    /// Finds those that it cannot hold.
    pub failures: fn(&ArrayRef) -> Vec<Failure>,
    /// What to do about them, as the end of each message.
    pub remedy: Arc<str>,
}

impl Cell {
    /// For a column that is stored as what it is.
    pub fn of(column: &OutputColumn) -> Cell {
        let cell = Cell::new(column, column.typing.clone(), demand(column));
        Cell { keeps: cell.keeps_zeros.then_some(column.typing.spelling), ..cell }
    }

    pub fn new(column: &OutputColumn, typing: Typing, demand: String) -> Cell {
        let is_number = matches!(typing.ty, Type::Integer | Type::BigInt | Type::Double);
        let keeps_zeros = is_number && column.field.is_some() && column.known == Known::Guessed;
        let name = column.name.clone();
        let notation = if typing.ty.is_number() { column.typing.notation } else { Notation::default() };
        Cell {
            name,
            typing,
            notation,
            number: false,
            unlimited: false,
            as_text: false,
            keeps_zeros,
            keeps: None,
            into: None,
            json: None,
            nanoseconds: false,
            refuses_nul: false,
            check: None,
            demand,
        }
    }

    /// The type of the values that come of it.
    pub fn target(&self) -> Type {
        self.into.unwrap_or(self.typing.ty)
    }
}

fn demand(column: &OutputColumn) -> String {
    let name = &column.name;
    match column.known {
        Known::Declared | Known::Computed | Known::Stored => format!("as which column {name} is declared"),
        Known::Finer { .. } => format!(
            "as which column {name} is stored; write cast({name} as {}) to round it, or cast({name} as text)",
            column.typing.ty
        ),
        Known::Guessed => {
            format!(
                "as which column {name} was guessed from the sample; declare it, as in --columns '{name}:text', or cast it \
                 in the query where the input has no column {name}"
            )
        }
    }
}
