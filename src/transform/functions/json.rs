//! Parts of JSON by key, place and path. What comes out as JSON keeps the text as it stands.

use crate::arrow::array::{Int64Array, StringArray};
use crate::arrow::datatypes::Int32Type;
use serde::Deserialize;
use serde_json::value::RawValue;
use std::collections::HashMap;

use super::rows::{Outcome, input, primitives, texts_or_null};
use super::signature::{BIGINT, JSON, TEXT, integer, json, text};
use crate::format::json::token;
use crate::transform::function::{Arguments, Function, Group};

const GROUP: Group = Group::Json;
const BY_KEY: &str = "the value of a key, as JSON: '{\"a\": [1, 2]}' -> 'a' = '[1, 2]'";
const BY_PLACE: &str = "the value at a place counted from 0, from the end if negative, as JSON: '[1, 2]' -> 0 = '1'";
const KEY_TEXT: &str = "the value of a key as text, NULL where it is null: '{\"a\": \"b\"}' ->> 'a' = 'b'";
const PLACE_TEXT: &str = "the value at a place as text: '[\"a\", \"b\"]' ->> -1 = 'b'";
const PATH: &str = "the value at the end of a path, as JSON: '{\"a\": [1, 2]}' #> '{a,1}' = '2'";
const PATH_TEXT: &str = "the same as text: '{\"a\": {\"b\": \"c\"}}' #>> '{a,b}' = 'c'";
const EXTRACT: &str =
    "the value at the end of keys and places, as text: json_extract_path_text('{\"a\": [1, 2]}', 'a', '1') = '2'";
const KIND: &str = "object, array, string, number, boolean or null: json_typeof('[1, 2]') = 'array'";
const LENGTH: &str = "count of an array's values: json_array_length('[1, 2]') = 2";
const OF_TEXT: &str = "also of text; text that is no JSON is an error of the row; as text a string is decoded; no \\u0000; half a surrogate pair is let through in what is not taken as text";

const OF_PATH: &str = "also of text; text that is no JSON is an error of the row; a negative place counts from the end of its own array; of a key that stands twice the last counts; a path has one level of braces";

pub static FUNCTIONS: &[Function] = &[
    Function::strict("->", GROUP, &[JSON, TEXT], json, |a| by_key(a, Form::Json), BY_KEY).differs(OF_TEXT),
    Function::strict("->", GROUP, &[JSON, BIGINT], json, |a| by_place(a, Form::Json), BY_PLACE).differs(OF_TEXT),
    Function::strict("->>", GROUP, &[JSON, TEXT], text, |a| by_key(a, Form::Text), KEY_TEXT).differs(OF_TEXT),
    Function::strict("->>", GROUP, &[JSON, BIGINT], text, |a| by_place(a, Form::Text), PLACE_TEXT).differs(OF_TEXT),
    Function::strict("#>", GROUP, &[JSON, TEXT], json, |a| by_path(a, Form::Json), PATH).differs(OF_PATH),
    Function::strict("#>>", GROUP, &[JSON, TEXT], text, |a| by_path(a, Form::Text), PATH_TEXT).differs(OF_PATH),
    Function::strict("json_extract_path_text", GROUP, &[JSON, TEXT], text, extract, EXTRACT)
        .variadic()
        .differs(OF_PATH),
    Function::strict("json_typeof", GROUP, &[JSON], text, kind, KIND).aliases(&["jsonb_typeof"]).differs(OF_TEXT),
    Function::strict("json_array_length", GROUP, &[JSON], integer, length, LENGTH)
        .aliases(&["jsonb_array_length"])
        .differs(OF_TEXT),
];

/// How a value is given.
#[derive(Clone, Copy)]
enum Form {
    Json,
    Text,
}

impl Form {
    /// Appends the value, or says that there is none.
    fn write(self, value: Option<&str>, out: &mut String) -> Result<bool, String> {
        let Some(value) = value else { return Ok(false) };
        match self {
            Form::Text if value == "null" => return Ok(false),
            Form::Text if value.starts_with('"') => out.push_str(&parsed::<String>(value)?),
            Form::Json | Form::Text => out.push_str(value),
        }
        Ok(true)
    }
}

fn by_key(arguments: &Arguments, form: Form) -> Outcome {
    let (json, key) = (input::<StringArray>(arguments, 0)?, input::<StringArray>(arguments, 1)?);
    texts_or_null(arguments, |row, out| Ok(form.write(member(checked(json.at(row))?, key.at(row))?, out)?))
}

fn by_place(arguments: &Arguments, form: Form) -> Outcome {
    let (json, place) = (input::<StringArray>(arguments, 0)?, input::<Int64Array>(arguments, 1)?);
    texts_or_null(arguments, |row, out| Ok(form.write(element(checked(json.at(row))?, place.at(row))?, out)?))
}

/// By a path as PostgreSQL writes an array: `{a,0,"b c"}`.
fn by_path(arguments: &Arguments, form: Form) -> Outcome {
    let (json, path) = (input::<StringArray>(arguments, 0)?, input::<StringArray>(arguments, 1)?);
    texts_or_null(arguments, |row, out| {
        let steps = steps(path.at(row))?;
        Ok(form.write(walk(checked(json.at(row))?, steps.iter().map(String::as_str))?, out)?)
    })
}

fn extract(arguments: &Arguments) -> Outcome {
    let json = input::<StringArray>(arguments, 0)?;
    let steps = (1..arguments.values.len()).map(|place| input::<StringArray>(arguments, place));
    let steps = steps.collect::<Result<Vec<_>, _>>()?;
    texts_or_null(arguments, |row, out| {
        Ok(Form::Text.write(walk(checked(json.at(row))?, steps.iter().map(|step| step.at(row)))?, out)?)
    })
}

fn kind(arguments: &Arguments) -> Outcome {
    let json = input::<StringArray>(arguments, 0)?;
    texts_or_null(arguments, |row, out| {
        out.push_str(token::kind(checked(json.at(row))?));
        Ok(true)
    })
}

fn length(arguments: &Arguments) -> Outcome {
    let json = input::<StringArray>(arguments, 0)?;
    primitives::<Int32Type>(arguments, |row| {
        let json = checked(json.at(row))?;
        if !json.starts_with('[') {
            return Err("cannot get the length of what is no array".to_string());
        }
        i32::try_from(parsed::<Vec<&RawValue>>(json)?.len()).map_err(|_| "integer out of range".to_string())
    })
}

/// The value at the end of the steps; a step into an array is a place.
fn walk<'j, 's>(json: &'j str, steps: impl Iterator<Item = &'s str>) -> Result<Option<&'j str>, String> {
    let mut value = json;
    for step in steps {
        let next = match step.trim().parse() {
            Ok(place) if value.starts_with('[') => element(value, place)?,
            _ => member(value, step)?,
        };
        match next {
            Some(next) => value = next,
            None => return Ok(None),
        }
    }
    Ok(Some(value))
}

/// Of a key that stands twice the last one counts.
fn member<'j>(json: &'j str, key: &str) -> Result<Option<&'j str>, String> {
    if !json.starts_with('{') {
        return Ok(None);
    }
    Ok(parsed::<HashMap<String, &RawValue>>(json)?.get(key).map(|value| value.get()))
}

fn element(json: &str, place: i64) -> Result<Option<&str>, String> {
    if !json.starts_with('[') {
        return Ok(None);
    }
    let values = parsed::<Vec<&RawValue>>(json)?;
    let place = if place < 0 { place.saturating_add(values.len() as i64) } else { place };
    Ok(usize::try_from(place).ok().and_then(|place| values.get(place)).map(|value| value.get()))
}

/// The text without blanks around it, when all of it is one value of JSON.
fn checked(text: &str) -> Result<&str, String> {
    parsed::<&RawValue>(text).map(RawValue::get)
}

fn parsed<'j, T: Deserialize<'j>>(text: &'j str) -> Result<T, String> {
    serde_json::from_str(text).map_err(|error| format!("invalid JSON: {error}"))
}

/// The steps of a path in braces; quotes keep commas and blanks.
fn steps(path: &str) -> Result<Vec<String>, String> {
    let malformed = || format!("a path is written {{a,0,b}}, not {path:?}");
    let inner = path.trim().strip_prefix('{').and_then(|rest| rest.strip_suffix('}')).ok_or_else(malformed)?;
    let (mut steps, mut step, mut quoted, mut was_quoted) = (Vec::new(), String::new(), false, false);
    let mut characters = inner.chars();
    while let Some(character) = characters.next() {
        match character {
            '"' if quoted => quoted = false,
            // Quotes hold all of a step.
            '"' if !was_quoted && step.trim().is_empty() => {
                (quoted, was_quoted) = (true, true);
                step.clear();
            }
            ',' if !quoted => steps.push(finished(&mut step, &mut was_quoted).ok_or_else(malformed)?),
            blank if was_quoted && !quoted && blank.is_ascii_whitespace() => {}
            _ if was_quoted && !quoted => return Err(malformed()),
            '"' | '{' | '}' if !quoted => return Err(malformed()),
            '\\' => step.extend(characters.next()),
            other => step.push(other),
        }
    }
    if !inner.trim().is_empty() {
        steps.push(finished(&mut step, &mut was_quoted).ok_or_else(malformed)?);
    }
    if quoted { Err(malformed()) } else { Ok(steps) }
}

/// An empty step needs quotes, and blanks around one do.
fn finished(step: &mut String, was_quoted: &mut bool) -> Option<String> {
    let text = std::mem::take(step);
    let quoted = std::mem::take(was_quoted);
    let text = if quoted { text } else { text.trim().to_string() };
    (quoted || !text.is_empty()).then_some(text)
}
