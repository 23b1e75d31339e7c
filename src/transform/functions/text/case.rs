//! Capitals and small letters: ASCII columns in one pass, the rest character by character.

use std::sync::Arc;

use crate::arrow::array::{Array, StringArray};
use crate::arrow::buffer::Buffer;

use crate::batch::Computed;
use crate::transform::function::Arguments;
use crate::transform::functions::input::{Input, input};
use crate::transform::functions::rows::{Outcome, texts};

pub fn upper(arguments: &Arguments) -> Outcome {
    mapped(arguments, <[u8]>::make_ascii_uppercase, to_upper)
}

pub fn lower(arguments: &Arguments) -> Outcome {
    mapped(arguments, <[u8]>::make_ascii_lowercase, to_lower)
}

pub fn initcap(arguments: &Arguments) -> Outcome {
    let only = input::<StringArray>(arguments, 0)?;
    texts(arguments, |row, out| {
        let mut inside = false;
        for character in only.at(row).chars() {
            out.push(if inside { to_lower(character) } else { to_upper(character) });
            inside = character.is_alphanumeric();
        }
        Ok(())
    })
}

fn mapped(arguments: &Arguments, whole: fn(&mut [u8]), one: fn(char) -> char) -> Outcome {
    let only = input::<StringArray>(arguments, 0)?;
    if let Some(array) = ascii_column(&only, whole) {
        return array;
    }
    texts(arguments, |row, out| {
        out.extend(only.at(row).chars().map(one));
        Ok(())
    })
}

/// The column with all its bytes mapped at once, if they are all ASCII.
fn ascii_column(column: &Input<StringArray>, map: fn(&mut [u8])) -> Option<Outcome> {
    let bytes = column.array.value_data();
    if column.constant || !bytes.is_ascii() {
        return None;
    }
    let mut bytes = bytes.to_vec();
    map(&mut bytes);
    let (offsets, nulls) = (column.array.offsets().clone(), column.array.nulls().cloned());
    let array = StringArray::try_new(offsets, Buffer::from_vec(bytes), nulls);
    let parsed = array.map(|array| Computed { array: Arc::new(array), failures: Vec::new() });
    Some(parsed.map_err(|error| error.to_string().into()))
}

/// The one character that is its capital; ß, whose capital is two, stays.
fn to_upper(character: char) -> char {
    match character {
        // Small letters with iota subscript: in full two capitals, one to one the letter with iota beside it.
        '\u{1f80}'..='\u{1f87}' | '\u{1f90}'..='\u{1f97}' | '\u{1fa0}'..='\u{1fa7}' => shifted(character, 8),
        '\u{1fb3}' | '\u{1fc3}' | '\u{1ff3}' => shifted(character, 9),
        _ => single(character.to_uppercase()).unwrap_or(character),
    }
}

/// The one character that is its small letter.
pub fn to_lower(character: char) -> char {
    match character {
        c if c.is_ascii() => c.to_ascii_lowercase(),
        'İ' => 'i',
        _ => single(character.to_lowercase()).unwrap_or(character),
    }
}

fn shifted(character: char, by: u32) -> char {
    char::from_u32(character as u32 + by).unwrap_or(character)
}

fn single(mut characters: impl ExactSizeIterator<Item = char>) -> Option<char> {
    if characters.len() == 1 { characters.next() } else { None }
}
