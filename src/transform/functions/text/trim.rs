//! Trimming: spaces, or any characters of a set.

use crate::arrow::array::StringArray;

use crate::transform::function::Arguments;
use crate::transform::functions::input::{input, optional};
use crate::transform::functions::rows::{Outcome, texts};

pub fn both(arguments: &Arguments) -> Outcome {
    trimmed(arguments, |text, set| text.trim_matches(|character| set.contains(character)))
}

pub fn start(arguments: &Arguments) -> Outcome {
    trimmed(arguments, |text, set| text.trim_start_matches(|character| set.contains(character)))
}

pub fn end(arguments: &Arguments) -> Outcome {
    trimmed(arguments, |text, set| text.trim_end_matches(|character| set.contains(character)))
}

fn trimmed(arguments: &Arguments, trim: for<'t> fn(&'t str, &str) -> &'t str) -> Outcome {
    let (whole, set) = (input::<StringArray>(arguments, 0)?, optional::<StringArray>(arguments, 1)?);
    texts(arguments, |row, out| {
        out.push_str(trim(whole.at(row), set.as_ref().map_or(" ", |set| set.at(row))));
        Ok(())
    })
}
