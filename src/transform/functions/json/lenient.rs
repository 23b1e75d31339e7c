//! Parts of JSON as serde_json finds them: slowly, with the words for what is wrong.

use std::collections::HashMap;

use serde::Deserialize;
use serde_json::value::RawValue;

/// The text without blanks around it, when all of it is one value of JSON.
pub fn value(text: &str) -> Result<&str, String> {
    parsed::<&RawValue>(text).map(RawValue::get)
}

pub fn member<'j>(text: &'j str, key: &str) -> Result<Option<&'j str>, String> {
    let object = value(text)?;
    if !object.starts_with('{') {
        return Ok(None);
    }
    Ok(parsed::<HashMap<String, &RawValue>>(object)?.get(key).map(|value| value.get()))
}

pub fn element(text: &str, place: i64) -> Result<Option<&str>, String> {
    let Some(values) = elements(text)? else { return Ok(None) };
    let place = if place < 0 { place.saturating_add(values.len() as i64) } else { place };
    Ok(usize::try_from(place).ok().and_then(|place| values.get(place)).map(|value| value.get()))
}

pub fn length(text: &str) -> Result<Option<usize>, String> {
    Ok(elements(text)?.map(|values| values.len()))
}

fn elements(text: &str) -> Result<Option<Vec<&RawValue>>, String> {
    let array = value(text)?;
    if array.starts_with('[') { parsed(array).map(Some) } else { Ok(None) }
}

pub fn parsed<'j, T: Deserialize<'j>>(text: &'j str) -> Result<T, String> {
    serde_json::from_str(text).map_err(|error| format!("invalid JSON: {error}"))
}
