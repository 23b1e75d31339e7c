//! How numbers are written: `decimal` and `thousands`, of a file and of one of its columns.

use crate::job::key::Key;
use crate::job::problem::Problem;
use crate::types::{Notation, Type};

/// The two keys as they are written.
#[derive(Clone, Copy, Debug, Default)]
pub struct Marks<'a> {
    pub decimal: Option<&'a str>,
    /// `""`: no mark between thousands.
    pub thousands: Option<&'a str>,
}

/// That of a file.
pub fn of_file(marks: Marks) -> Result<Notation, Problem> {
    let notation = written(&Key::from("extract"), marks, Notation::default())?;
    distinct(&Key::from("extract"), notation)
}

/// That of a column of this type: what it does not say is the file's.
pub fn of_column(key: &Key, ty: Type, marks: Marks, file: Notation) -> Result<Notation, Problem> {
    let is_whole = matches!(ty, Type::Integer | Type::BigInt);
    for (name, given) in [("decimal", marks.decimal), ("thousands", marks.thousands)] {
        if given.is_some() && (!ty.is_number() || is_whole && name == "decimal") {
            let types = if name == "decimal" { "double and decimal" } else { "numbers" };
            let message = format!("{key}: {name} is for {types}, and the type is {ty}");
            return Err(Problem::new(key.child(name), message));
        }
    }
    let notation = written(key, marks, file)?;
    match is_whole {
        // A whole number has nothing behind a point, whatever that would be.
        true if notation.thousands == Some(notation.decimal) => {
            Ok(Notation { decimal: other(notation.decimal), ..notation })
        }
        true => Ok(notation),
        false => distinct(key, notation),
    }
}

fn written(key: &Key, marks: Marks, default: Notation) -> Result<Notation, Problem> {
    let decimal = match marks.decimal {
        Some(text) => mark(key.child("decimal"), text)?,
        None => default.decimal,
    };
    let thousands = match marks.thousands {
        Some("") => None,
        Some(text) => Some(mark(key.child("thousands"), text)?),
        None => default.thousands,
    };
    Ok(Notation { decimal, thousands })
}

fn other(decimal: char) -> char {
    if decimal == '.' { ',' } else { '.' }
}

/// One character that no number has elsewhere.
fn mark(key: Key, text: &str) -> Result<char, Problem> {
    let mut characters = text.chars();
    match (characters.next(), characters.next()) {
        (Some(mark), None) if !mark.is_alphanumeric() && !mark.is_control() && !matches!(mark, '+' | '-') => Ok(mark),
        _ => Err(Problem::at(
            key,
            format!("must be one character, such as \".\" or \",\", and no digit, letter or sign, found {text:?}"),
        )),
    }
}

fn distinct(key: &Key, notation: Notation) -> Result<Notation, Problem> {
    let Notation { decimal, thousands } = notation;
    if thousands != Some(decimal) {
        return Ok(notation);
    }
    let (thousands, decimal_key) = (key.child("thousands"), key.child("decimal"));
    let other = other(decimal).to_string();
    let message =
        format!("must differ from {decimal_key}, both are {:?}; write {decimal_key} = {other:?}", decimal.to_string());
    Err(Problem::at(thousands, message))
}
