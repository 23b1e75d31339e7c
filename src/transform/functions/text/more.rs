//! Functions that replace by place or by character, and sizes of texts.

use std::collections::HashMap;

use crate::arrow::array::{Int64Array, StringArray};
use crate::arrow::datatypes::Int32Type;

use super::part::between;
use super::{GROUP, format};
use crate::transform::function::{Arguments, Function};
use crate::transform::functions::compiled::Compiled;
use crate::transform::functions::input::{input, optional};
use crate::transform::functions::rows::{Outcome, primitives, texts};
use crate::transform::functions::signature::{ANY, BIGINT, TEXT, integer, text};

const OVERLAY: &str = "characters from a position on, as many as the second text has or as said, replaced by it: overlay('mull' placing 'i' from 2) = 'mill'";
const TRANSLATE: &str = "characters of the second text replaced by those at their places in the third, or left out: translate('12345', '143', 'ax') = 'a2x5'";
const FORMAT: &str = "%s replaced by a value, %L by a literal, %I by a name, %2$s by the second value, %% by %: format('%s-%s', 'a', 1) = 'a-1'";
const QUOTE: &str = "a literal of SQL that gives the text, quotes doubled: quote_literal('mill') = '''mill'''";
const QUOTE_NAME: &str = "a name of SQL, in quotes where it needs them: quote_ident('a mill') = '\"a mill\"'";
const NAMES: &str = "%I quotes every name that is not of small letters, digits and _, but no reserved words";

pub static FUNCTIONS: &[Function] = &[
    Function::strict("translate", GROUP, &[TEXT, TEXT, TEXT], text, translate, TRANSLATE),
    Function::strict("overlay", GROUP, &[TEXT, TEXT, BIGINT, BIGINT], text, overlay, OVERLAY).optional(1),
    Function::strict("format", GROUP, &[TEXT, ANY], text, format::format, FORMAT)
        .optional(1)
        .variadic_over_nulls()
        .differs(NAMES),
    Function::strict("quote_literal", GROUP, &[TEXT], text, quote_literal, QUOTE)
        .differs("of text only; another type needs a cast"),
    Function::strict("quote_ident", GROUP, &[TEXT], text, quote_ident, QUOTE_NAME)
        .differs("quotes every name that is not of small letters, digits and _, but no reserved words"),
    Function::strict(
        "octet_length",
        GROUP,
        &[TEXT],
        integer,
        |a| size(a, 1),
        "count of bytes in UTF-8: octet_length('ß') = 2",
    ),
    Function::strict(
        "bit_length",
        GROUP,
        &[TEXT],
        integer,
        |a| size(a, 8),
        "count of bits in UTF-8: bit_length('ß') = 16",
    ),
];

fn translate(arguments: &Arguments) -> Outcome {
    let (whole, mut known) = (input::<StringArray>(arguments, 0)?, Compiled::of_both(arguments, 1, 2)?);
    texts(arguments, |row, out| {
        let known = known.at(row, |from, to| Ok(replacements(from, to.unwrap_or(""))))?;
        out.extend(whole.at(row).chars().filter_map(|c| known.get(&c).copied().unwrap_or(Some(c))));
        Ok(())
    })
}

/// Of a character that stands twice the first place counts.
fn replacements(from: &str, to: &str) -> HashMap<char, Option<char>> {
    let (mut known, mut to) = (HashMap::new(), to.chars());
    for character in from.chars() {
        let other = to.next();
        known.entry(character).or_insert(other);
    }
    known
}

fn overlay(arguments: &Arguments) -> Outcome {
    let (whole, new) = (input::<StringArray>(arguments, 0)?, input::<StringArray>(arguments, 1)?);
    let (from, count) = (input::<Int64Array>(arguments, 2)?, optional::<Int64Array>(arguments, 3)?);
    texts(arguments, |row, out| {
        let (whole, new, from) = (whole.at(row), new.at(row), from.at(row));
        if from <= 0 {
            return Err("negative substring length not allowed".into());
        }
        let count = count.as_ref().map_or_else(|| new.chars().count() as i64, |count| count.at(row));
        out.push_str(between(whole, 0, from - 1));
        out.push_str(new);
        out.push_str(between(whole, from.saturating_add(count).max(1) - 1, i64::MAX));
        Ok(())
    })
}

fn quote_literal(arguments: &Arguments) -> Outcome {
    let only = input::<StringArray>(arguments, 0)?;
    texts(arguments, |row, out| {
        quoted_literal(only.at(row), out);
        Ok(())
    })
}

fn quote_ident(arguments: &Arguments) -> Outcome {
    let only = input::<StringArray>(arguments, 0)?;
    texts(arguments, |row, out| {
        format::name(only.at(row), out);
        Ok(())
    })
}

/// With an E before it where it has a backslash.
pub fn quoted_literal(text: &str, out: &mut String) {
    out.push_str(if text.contains('\\') { "E'" } else { "'" });
    for character in text.chars() {
        out.extend(matches!(character, '\'' | '\\').then_some(character));
        out.push(character);
    }
    out.push('\'');
}

fn size(arguments: &Arguments, unit: usize) -> Outcome {
    let only = input::<StringArray>(arguments, 0)?;
    primitives::<Int32Type>(arguments, |row| {
        i32::try_from(only.at(row).len() * unit).map_err(|_| "integer out of range".to_string())
    })
}
