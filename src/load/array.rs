//! JSON arrays as the text form of PostgreSQL's arrays: `{1,"a b",NULL}`.

use std::sync::Arc;

use crate::arrow::array::{StringArray, StringBuilder};
use crate::batch::{Computed, Failure};
use crate::excerpt::excerpt;
use crate::format::json::token;

/// The arrays of a column of JSON. The server judges the elements; what is no array at all is told here.
pub fn arrays(tokens: &StringArray, of_json: bool) -> Computed {
    let (mut texts, mut failures, mut text) = (StringBuilder::new(), Vec::new(), String::new());
    for (index, token) in tokens.iter().enumerate() {
        text.clear();
        match token.filter(|token| *token != "null").map(|token| array(token, of_json, &mut text)) {
            None => texts.append_null(),
            Some(Ok(())) => texts.append_value(&text),
            Some(Err(message)) => {
                failures.push(Failure { index, message });
                texts.append_null();
            }
        }
    }
    Computed { array: Arc::new(texts.finish()), failures }
}

fn array(token: &str, of_json: bool, out: &mut String) -> Result<(), String> {
    match token.bytes().next() {
        Some(b'[') => write(token, &token::elements(token), of_json, out),
        // The text of an array, as the database itself writes it.
        Some(b'"') => {
            out.push_str(&token::text(token));
            Ok(())
        }
        _ => Err(format!("{} is no JSON array, which the target's column takes", excerpt(token))),
    }
}

/// Writes the elements of the array that is `token`.
fn write(token: &str, elements: &[&str], of_json: bool, out: &mut String) -> Result<(), String> {
    out.push('{');
    for (place, element) in elements.iter().enumerate() {
        if place > 0 {
            out.push(',');
        }
        match element.bytes().next() {
            Some(b'n') => out.push_str("NULL"),
            _ if of_json => quote(element, out),
            Some(b'[') => match token::elements(element).as_slice() {
                [] => return Err(format!("{} has an empty array in it, which the database drops", excerpt(token))),
                inner => write(element, inner, of_json, out)?,
            },
            Some(b'"' | b'{') => quote(&token::text(element), out),
            _ => out.push_str(element),
        }
    }
    out.push('}');
    Ok(())
}

/// In quotes an element is its text, whatever that is: `NULL`, nothing at all, or braces.
fn quote(text: &str, out: &mut String) {
    out.push('"');
    for character in text.chars() {
        if matches!(character, '"' | '\\') {
            out.push('\\');
        }
        out.push(character);
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arrow::array::{Array, AsArray};

    #[track_caller]
    fn check(token: &str, of_json: bool, expected: Result<&str, &str>) {
        let Computed { array, failures } = arrays(&StringArray::from(vec![token]), of_json);
        let texts = array.as_string::<i32>();
        let found = match failures.first() {
            Some(failure) => Err(failure.message.as_str()),
            None => Ok(if texts.is_valid(0) { texts.value(0) } else { "NULL" }),
        };
        assert_eq!(found, expected, "{token}");
    }

    #[test]
    fn arrays_are_written_as_the_database_writes_them() {
        check("[]", false, Ok("{}"));
        check(r#"[ "a", "b c","" , "NULL",null, "q\"\\"]"#, false, Ok(r#"{"a","b c","","NULL",NULL,"q\"\\"}"#));
        check(r#"["\u00e4,{}", "]"]"#, false, Ok(r#"{"ä,{}","]"}"#));
        check("[1, -2.50,1e3 , true]", false, Ok("{1,-2.50,1e3,true}"));
        check("[[1,2],[3,null]]", false, Ok("{{1,2},{3,NULL}}"));
        check(r#"[{"a": [1, "x"]}]"#, false, Ok(r#"{"{\"a\": [1, \"x\"]}"}"#));
        check(r#"["{a,b}"]"#, false, Ok(r#"{"{a,b}"}"#));
        check(r#""{a,b}""#, false, Ok("{a,b}"));
        check("null", false, Ok("NULL"));
    }

    #[test]
    fn elements_that_are_json_stay_their_tokens() {
        check(r#"["a", [1, 2], {"b":1}, null, 1.0]"#, true, Ok(r#"{"\"a\"","[1, 2]","{\"b\":1}",NULL,"1.0"}"#));
    }

    #[test]
    fn what_is_no_array_is_refused() {
        check("5", false, Err("5 is no JSON array, which the target's column takes"));
        check("{}", false, Err("{} is no JSON array, which the target's column takes"));
        check("[[1],[]]", false, Err("[[1],[]] has an empty array in it, which the database drops"));
    }
}
