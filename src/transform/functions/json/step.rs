//! A step into a value of JSON, in one walk over its text. What our scanner refuses is put to serde_json, which words the
//! error, and which lets deep nesting and half a surrogate pair through.

use std::borrow::Cow;

use super::lenient;
use crate::format::json::{Scan, part, token};

/// The text without blanks around it, when all of it is one value of JSON.
pub fn value(text: &str) -> Result<&str, String> {
    match Scan::new(text).value_alone() {
        Ok(span) => Ok(text.get(span).unwrap_or_default()),
        Err(_) => lenient::value(text),
    }
}

/// Of a key that stands twice the last one counts.
pub fn member<'j>(text: &'j str, key: &str) -> Result<Option<&'j str>, String> {
    part::member(text, key).or_else(|_| lenient::member(text, key))
}

/// The value at a place counted from 0, from the end if negative.
pub fn element(text: &str, place: i64) -> Result<Option<&str>, String> {
    part::element(text, place).or_else(|_| lenient::element(text, place))
}

/// How many values an array has; nothing of any other value.
pub fn length(text: &str) -> Result<Option<usize>, String> {
    part::length(text).or_else(|_| lenient::length(text))
}

/// The text that a string is.
pub fn decoded(string: &str) -> Result<Cow<'_, str>, String> {
    if string.contains('\\') { lenient::parsed(string).map(Cow::Owned) } else { Ok(token::text(string)) }
}
