//! Parts of JSON by key, place and path. What comes out as JSON keeps the text as it stands.

mod lenient;
mod path;
mod step;

#[cfg(test)]
mod tests;

use crate::arrow::array::{Int64Array, StringArray};
use crate::arrow::datatypes::Int32Type;

use super::compiled::Compiled;
use super::input::input;
use super::rows::{Outcome, primitives, texts_or_null};
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
            Form::Text if value.starts_with('"') => out.push_str(&step::decoded(value)?),
            Form::Json | Form::Text => out.push_str(value),
        }
        Ok(true)
    }
}

fn by_key(arguments: &Arguments, form: Form) -> Outcome {
    let (json, key) = (input::<StringArray>(arguments, 0)?, input::<StringArray>(arguments, 1)?);
    texts_or_null(arguments, |row, out| Ok(form.write(step::member(json.at(row), key.at(row))?, out)?))
}

fn by_place(arguments: &Arguments, form: Form) -> Outcome {
    let (json, place) = (input::<StringArray>(arguments, 0)?, input::<Int64Array>(arguments, 1)?);
    texts_or_null(arguments, |row, out| Ok(form.write(step::element(json.at(row), place.at(row))?, out)?))
}

/// By a path as PostgreSQL writes an array: `{a,0,"b c"}`.
fn by_path(arguments: &Arguments, form: Form) -> Outcome {
    let (json, mut paths) = (input::<StringArray>(arguments, 0)?, Compiled::of(arguments, 1)?);
    texts_or_null(arguments, |row, out| {
        let steps = paths.at(row, |path, _| path::steps(path))?;
        Ok(form.write(walk(json.at(row), steps.iter().map(String::as_str))?, out)?)
    })
}

fn extract(arguments: &Arguments) -> Outcome {
    let json = input::<StringArray>(arguments, 0)?;
    let steps = (1..arguments.values.len()).map(|place| input::<StringArray>(arguments, place));
    let steps = steps.collect::<Result<Vec<_>, _>>()?;
    texts_or_null(arguments, |row, out| {
        Ok(Form::Text.write(walk(json.at(row), steps.iter().map(|step| step.at(row)))?, out)?)
    })
}

fn kind(arguments: &Arguments) -> Outcome {
    let json = input::<StringArray>(arguments, 0)?;
    texts_or_null(arguments, |row, out| {
        out.push_str(token::kind(step::value(json.at(row))?));
        Ok(true)
    })
}

fn length(arguments: &Arguments) -> Outcome {
    let json = input::<StringArray>(arguments, 0)?;
    primitives::<Int32Type>(arguments, |row| {
        let length = step::length(json.at(row))?.ok_or("cannot get the length of what is no array")?;
        i32::try_from(length).map_err(|_| "integer out of range".to_string())
    })
}

/// The value at the end of the steps; a step into an array is a place.
fn walk<'j, 's>(json: &'j str, steps: impl Iterator<Item = &'s str>) -> Result<Option<&'j str>, String> {
    let mut value = None;
    for step in steps {
        let outer = value.unwrap_or(json);
        let next = match step.trim().parse() {
            Ok(place) if outer.trim_start().starts_with('[') => step::element(outer, place)?,
            _ => step::member(outer, step)?,
        };
        match next {
            Some(_) => value = next,
            None => return Ok(None),
        }
    }
    value.map_or_else(|| step::value(json), Ok).map(Some)
}
