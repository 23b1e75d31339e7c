//! Pieces of a text by position: `substr`, `left`, `right`, `split_part`.

use crate::arrow::array::{Int64Array, StringArray};

use crate::transform::function::Arguments;
use crate::transform::functions::input::{input, optional};
use crate::transform::functions::rows::{Outcome, texts};

pub fn substr(arguments: &Arguments) -> Outcome {
    let (whole, start) = (input::<StringArray>(arguments, 0)?, input::<Int64Array>(arguments, 1)?);
    let count = optional::<Int64Array>(arguments, 2)?;
    texts(arguments, |row, out| {
        let start = start.at(row);
        let end = match count.as_ref().map(|count| count.at(row)) {
            Some(count) if count < 0 => return Err("negative substring length not allowed".into()),
            Some(count) => start.saturating_add(count),
            None => i64::MAX,
        };
        out.push_str(between(whole.at(row), start.max(1) - 1, end.max(1) - 1));
        Ok(())
    })
}

pub fn left(arguments: &Arguments) -> Outcome {
    let (whole, count) = (input::<StringArray>(arguments, 0)?, input::<Int64Array>(arguments, 1)?);
    texts(arguments, |row, out| {
        let (whole, count) = (whole.at(row), count.at(row));
        out.push_str(between(whole, 0, from_end(whole, count)));
        Ok(())
    })
}

pub fn right(arguments: &Arguments) -> Outcome {
    let (whole, count) = (input::<StringArray>(arguments, 0)?, input::<Int64Array>(arguments, 1)?);
    texts(arguments, |row, out| {
        let (whole, count) = (whole.at(row), count.at(row));
        // The last n characters are all but the first length - n; a negative n names those to leave out.
        let start = if count < 0 { count.saturating_neg() } else { from_end(whole, count.saturating_neg().min(-1)) };
        out.push_str(if count == 0 { "" } else { between(whole, start, i64::MAX) });
        Ok(())
    })
}

pub fn split_part(arguments: &Arguments) -> Outcome {
    let (whole, separator) = (input::<StringArray>(arguments, 0)?, input::<StringArray>(arguments, 1)?);
    let number = input::<Int64Array>(arguments, 2)?;
    texts(arguments, |row, out| {
        out.push_str(nth_part(whole.at(row), separator.at(row), number.at(row))?);
        Ok(())
    })
}

/// Characters from index `start` up to but not including `end`.
pub fn between(text: &str, start: i64, end: i64) -> &str {
    let rest = text.get(byte_index(text, start)..).unwrap_or("");
    rest.get(..byte_index(rest, end.saturating_sub(start))).unwrap_or("")
}

/// Where the character at `index` begins: in ASCII text at that byte.
fn byte_index(text: &str, index: i64) -> usize {
    let index = usize::try_from(index.max(0)).unwrap_or(usize::MAX);
    if index >= text.len() {
        return text.len();
    }
    if text.is_ascii() {
        return index;
    }
    text.char_indices().nth(index).map_or(text.len(), |(byte, _)| byte)
}

/// A negative count leaves out that many characters at the end.
fn from_end(text: &str, count: i64) -> i64 {
    if count >= 0 { count } else { (text.chars().count() as i64).saturating_add(count).max(0) }
}

fn nth_part<'t>(text: &'t str, separator: &str, number: i64) -> Result<&'t str, String> {
    if number == 0 {
        return Err("field position must not be zero".to_string());
    }
    if separator.is_empty() {
        return Ok(if number.unsigned_abs() == 1 { text } else { "" });
    }
    let place = usize::try_from(number.unsigned_abs()).unwrap_or(usize::MAX);
    // Also from the end the parts are those found from the beginning: 'aaa' has one separator 'aa' and ends with 'a'.
    let skip = if number > 0 { Some(place - 1) } else { text.split(separator).count().checked_sub(place) };
    Ok(skip.and_then(|skip| text.split(separator).nth(skip)).unwrap_or(""))
}
