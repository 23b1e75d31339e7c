//! Longer texts from shorter ones: `lpad`, `rpad`, `repeat`. Their size is checked before anything is built.

use crate::arrow::array::{Int64Array, StringArray};

use crate::transform::function::Arguments;
use crate::transform::functions::input::{input, optional};
use crate::transform::functions::rows::{Outcome, texts};

/// Enough for any cell, and small beside the memory of a run.
const MAX_SIZE: usize = 16 << 20;

/// Refuses a text of so many bytes, if they are too many.
pub fn check_size(bytes: usize) -> Result<(), String> {
    if bytes > MAX_SIZE { Err("the resulting text is longer than 16 MiB".to_string()) } else { Ok(()) }
}

pub fn lpad(arguments: &Arguments) -> Outcome {
    padded(arguments, |text, filling, out| {
        out.extend(filling);
        out.push_str(text);
    })
}

pub fn rpad(arguments: &Arguments) -> Outcome {
    padded(arguments, |text, filling, out| {
        out.push_str(text);
        out.extend(filling);
    })
}

pub fn repeat(arguments: &Arguments) -> Outcome {
    let (text, count) = (input::<StringArray>(arguments, 0)?, input::<Int64Array>(arguments, 1)?);
    texts(arguments, |row, out| {
        let (text, count) = (text.at(row), usize::try_from(count.at(row).max(0)).unwrap_or(usize::MAX));
        check_size(text.len().saturating_mul(count))?;
        push_repeated(text, count, out);
        Ok(())
    })
}

/// Doubles what is there already: a short text a million times is no million steps.
fn push_repeated(text: &str, count: usize, out: &mut String) {
    let start = out.len();
    let end = start + text.len() * count;
    if text.is_empty() || count == 0 {
        return;
    }
    out.reserve(end - start);
    out.push_str(text);
    while out.len() < end {
        // Both are whole numbers of texts, so no character is cut.
        let more = (out.len() - start).min(end - out.len());
        out.extend_from_within(start..start + more);
    }
}

/// Calls `write` with each text, cut to the length, and the filling that brings it there.
fn padded(arguments: &Arguments, write: fn(&str, &mut dyn Iterator<Item = char>, &mut String)) -> Outcome {
    let (text, length) = (input::<StringArray>(arguments, 0)?, input::<Int64Array>(arguments, 1)?);
    let fill = optional::<StringArray>(arguments, 2)?;
    texts(arguments, |row, out| {
        let (text, length) = (text.at(row), usize::try_from(length.at(row).max(0)).unwrap_or(usize::MAX));
        let fill = fill.as_ref().map_or(" ", |fill| fill.at(row));
        let missing = length.saturating_sub(text.chars().count());
        let missing = if fill.is_empty() { 0 } else { missing };
        check_size(missing)?;
        let end = text.char_indices().nth(length).map_or(text.len(), |(byte, _)| byte);
        write(text.get(..end).unwrap_or(text), &mut fill.chars().cycle().take(missing), out);
        Ok(())
    })
}
