//! One value: its text to a typed value and back.

use std::sync::Arc;

use arrow::array::{Array, StringArray};
use arrow::util::display::{ArrayFormatter, FormatOptions};

use crate::batch::Parsed;
use crate::types::{Type, Typing};

/// Stand-in: every value is text.
pub fn parse<S: AsRef<str>>(texts: impl ExactSizeIterator<Item = Option<S>>, _: &Typing, _: chrono_tz::Tz) -> Parsed {
    Parsed { array: Arc::new(StringArray::from_iter(texts)), failures: Vec::new() }
}

/// Rendered texts, one after the other.
pub struct Rendered {
    pub bytes: Vec<u8>,
    pub ends: Vec<usize>,
}

/// Stand-in: Arrow's own rendering.
pub fn render(array: &dyn Array, _: Type, _: chrono_tz::Tz) -> Rendered {
    let mut rendered = Rendered { bytes: Vec::new(), ends: Vec::new() };
    let options = FormatOptions::default();
    let Ok(formatter) = ArrayFormatter::try_new(array, &options) else { return rendered };
    for row in 0..array.len() {
        if array.is_valid(row) {
            rendered.bytes.extend_from_slice(formatter.value(row).to_string().as_bytes());
        }
        rendered.ends.push(rendered.bytes.len());
    }
    rendered
}
