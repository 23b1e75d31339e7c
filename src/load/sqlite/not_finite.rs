//! Numbers that are none to SQLite: NaN is NULL, which is said when the load is done, and an infinity is a double.

use std::sync::Arc;

use crate::arrow::array::{Array, ArrayRef, AsArray, Float64Array, StringArray};
use crate::arrow::datatypes::Float64Type;
use crate::format::Lost;
use crate::format::value::trim;

/// Which columns have lost a NaN.
pub struct NotFinite(Arc<Lost>);

impl NotFinite {
    pub fn new(columns: &[String]) -> NotFinite {
        NotFinite(Lost::new(columns.iter().map(String::as_str)))
    }

    /// Doubles, each NaN as NULL.
    pub fn in_doubles(&self, column: usize, array: &ArrayRef) -> ArrayRef {
        let doubles = array.as_primitive::<Float64Type>();
        // One pass without a branch; seldom is there any.
        if !doubles.values().iter().fold(false, |found, value| found | value.is_nan()) {
            return array.clone();
        }
        let kept = doubles.iter().map(|value| value.filter(|value| !value.is_nan()));
        let kept: Float64Array = kept.collect();
        self.note(column, kept.null_count() > doubles.null_count());
        Arc::new(kept)
    }

    /// Texts that are numbers, each NaN as NULL and each infinity as a text that SQLite reads as one.
    pub fn in_texts(&self, column: usize, array: &ArrayRef) -> ArrayRef {
        let texts = array.as_string::<i32>();
        if !texts.iter().flatten().any(|text| !is_finite(text)) {
            return array.clone();
        }
        let kept: StringArray = texts.iter().map(|text| text.and_then(read)).collect();
        self.note(column, kept.null_count() > texts.null_count());
        Arc::new(kept)
    }

    fn note(&self, column: usize, is_lost: bool) {
        if is_lost {
            self.0.note(column);
        }
    }

    /// What the person should know.
    pub fn remark(&self) -> Option<String> {
        self.0.remark("NaN is", "SQLite has no such number")
    }
}

fn is_finite(text: &str) -> bool {
    text.bytes().any(|byte| byte.is_ascii_digit())
}

/// A number's text as SQLite reads it.
fn read(text: &str) -> Option<&str> {
    match trim(text).as_bytes() {
        _ if is_finite(text) => Some(text),
        [b'-', b'i' | b'I', ..] => Some("-9e999"),
        [b'+', b'i' | b'I', ..] | [b'i' | b'I', ..] => Some("9e999"),
        _ => None,
    }
}
