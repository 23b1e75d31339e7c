//! Numbers that describe a text: `length`, `octet_length`, `strpos`, `ascii`.

use crate::arrow::array::StringArray;
use crate::arrow::datatypes::Int32Type;

use super::GROUP;
use crate::transform::function::{Arguments, Function};
use crate::transform::functions::input::input;
use crate::transform::functions::rows::{Outcome, primitives};
use crate::transform::functions::signature::{TEXT, integer};

/// The sizes; the others are rows among those of texts.
pub static FUNCTIONS: &[Function] = &[
    Function::strict(
        "octet_length",
        GROUP,
        &[TEXT],
        integer,
        |a| size(a, 1),
        "count of bytes in UTF-8: octet_length('ß') = 2",
    ),
    Function::strict(
        "bit_length",
        GROUP,
        &[TEXT],
        integer,
        |a| size(a, 8),
        "count of bits in UTF-8: bit_length('ß') = 16",
    ),
];

pub fn length(arguments: &Arguments) -> Outcome {
    let text = input::<StringArray>(arguments, 0)?;
    // In an ASCII column a character is a byte.
    if text.array.value_data().is_ascii() {
        return primitives::<Int32Type>(arguments, |row| Ok(text.at(row).len() as i32));
    }
    primitives::<Int32Type>(arguments, |row| Ok(text.at(row).chars().count() as i32))
}

pub fn strpos(arguments: &Arguments) -> Outcome {
    let (text, wanted) = (input::<StringArray>(arguments, 0)?, input::<StringArray>(arguments, 1)?);
    primitives::<Int32Type>(arguments, |row| {
        let text = text.at(row);
        let before = text.find(wanted.at(row)).and_then(|byte| text.get(..byte));
        Ok(before.map_or(0, |before| before.chars().count() as i32 + 1))
    })
}

pub fn ascii(arguments: &Arguments) -> Outcome {
    let text = input::<StringArray>(arguments, 0)?;
    primitives::<Int32Type>(arguments, |row| Ok(text.at(row).chars().next().map_or(0, |first| first as i32)))
}

fn size(arguments: &Arguments, unit: usize) -> Outcome {
    let only = input::<StringArray>(arguments, 0)?;
    primitives::<Int32Type>(arguments, |row| {
        i32::try_from(only.at(row).len() * unit).map_err(|_| "integer out of range".to_string())
    })
}
