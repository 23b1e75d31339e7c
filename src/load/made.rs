//! The columns of tables and Parquet files that we make, where their types are only guessed: a double must give back what
//! was read, so that `1.10` and `1.1` do not become one.

use crate::types::{Known, OutputColumn, Type, Typing};

/// The columns as they are made, and what there is to say of them beside what was guessed.
pub struct Made {
    pub columns: Vec<OutputColumn>,
    pub guessed: Option<String>,
}

/// `key`: the columns that tell rows apart, which they do by their texts: of a value that has several, each is a key.
pub fn made(sink: &str, columns: &[OutputColumn], key: &[String]) -> Made {
    let (mut made, mut told) = (columns.to_vec(), Vec::new());
    let is_guess = |column: &&mut OutputColumn| column.known == Known::Guessed && column.field.is_some();
    for column in made.iter_mut().filter(is_guess) {
        let is_key = key.iter().any(|key| key.to_lowercase() == column.name.to_lowercase());
        let Some((ty, why)) = becomes(&column.typing, is_key) else { continue };
        told.push(format!("{} {ty}{why}", column.name));
        if ty != column.typing.ty {
            column.typing = ty.into();
        }
    }
    let guessed = (!told.is_empty()).then(|| format!("{sink} gets {}", told.join("; ")));
    Made { columns: made, guessed }
}

/// What the column is made, and why, where there is something to say of it.
fn becomes(guess: &Typing, is_key: bool) -> Option<(Type, &'static str)> {
    let is_double = guess.ty == Type::Double;
    if is_key && has_several_texts(guess) {
        Some((Type::Text, ", for it is a key"))
    } else if is_double && !guess.spelling.is_kept() {
        Some((Type::Text, ", for as numbers its values would be written in other ways"))
    } else if is_double && guess.spelling.places.is_some() {
        Some((Type::Double, ", without zeros at the end"))
    } else {
        None
    }
}

/// Whether one value may be written in several ways that are all taken: `1.1` and `1.10`, `TRUE` and `true`, `12:00` and
/// `12:00:00`. Whole numbers and dates that are not written in the one way are refused, but for marks between thousands.
fn has_several_texts(guess: &Typing) -> bool {
    match guess.ty {
        Type::Double | Type::Boolean | Type::Timestamp | Type::TimestampTz => true,
        ty => ty.is_number() && guess.notation.thousands.is_some(),
    }
}
