//! The columns of tables and Parquet files that we make, where their types are only guessed: a double must give back what
//! was read, so that `1.10` and `1.1` do not become one.

use crate::types::{Known, OutputColumn, Type};

/// The columns as they are made, and what there is to say of them beside what was guessed.
pub struct Made {
    pub columns: Vec<OutputColumn>,
    pub guessed: Option<String>,
}

/// `key`: the columns that tell rows apart, which they do by their texts.
pub fn made(sink: &str, columns: &[OutputColumn], key: &[String]) -> Made {
    let (mut made, mut told) = (columns.to_vec(), Vec::new());
    let is_guess = |column: &&mut OutputColumn| {
        column.known == Known::Guessed && column.field.is_some() && column.typing.ty == Type::Double
    };
    for column in made.iter_mut().filter(is_guess) {
        let (name, spelling) = (&column.name, column.typing.spelling);
        let is_key = key.iter().any(|key| key.to_lowercase() == name.to_lowercase());
        if is_key {
            told.push(format!("{name} text, for it is a key"));
        } else if !spelling.is_kept() {
            told.push(format!("{name} text, for as numbers its values would be written in other ways"));
        } else if spelling.places.is_some() {
            told.push(format!("{name} double, without zeros at the end"));
        }
        if is_key || !spelling.is_kept() {
            column.typing = Type::Text.into();
        }
    }
    let guessed = (!told.is_empty()).then(|| format!("{sink} gets {}", told.join("; ")));
    Made { columns: made, guessed }
}
