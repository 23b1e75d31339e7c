//! Functions of text. Positions and lengths count characters, as in PostgreSQL.

mod case;
mod concat;
mod fill;
mod format;
mod length;
mod part;
mod quote;
mod translate;
mod trim;

#[cfg(test)]
mod tests;

use crate::arrow::array::{Int64Array, StringArray};

use super::input::input;
use super::rows::{Outcome, texts};
use super::signature::{ANY, BIGINT, TEXT, integer, text};
use crate::transform::function::{Arguments, Function, Group};

pub use case::to_lower;
pub use format::FUNCTIONS as FORMAT;
pub use length::FUNCTIONS as SIZES;
pub use quote::FUNCTIONS as QUOTE;
pub use translate::FUNCTIONS as TRANSLATE;

const GROUP: Group = Group::Text;
const LENGTH: &str = "count of characters: length('Straße') = 6";
const SUBSTR: &str = "characters from a position on, counted from 1, and at most so many: substr('mill', 2, 2) = 'il'";
const TRIM: &str = "without spaces, or the characters of the second text, at both ends: trim(' a ') = 'a'";
const LTRIM: &str = "the same at the beginning only: ltrim('xxa', 'x') = 'a'";
const RTRIM: &str = "the same at the end only: rtrim('axx', 'x') = 'a'";
const NUMBERS: &str = "both sides are text; another type needs a cast";
const PATTERNS: &str = "no substring by a pattern";
const SIZE: &str = "a result over 16 MiB is an error of the row, in PostgreSQL over 1 GB";
const LOCALE: &str = "by Unicode's one-to-one mapping, where PostgreSQL asks the database's locale";

pub static FUNCTIONS: &[Function] = &[
    Function::strict("||", Group::Operator, &[TEXT, TEXT], text, concat::join, "texts joined: 'a' || 'b' = 'ab'")
        .variadic()
        .differs(NUMBERS),
    Function::strict("upper", GROUP, &[TEXT], text, case::upper, "in capitals: upper('mill') = 'MILL'").differs(LOCALE),
    Function::strict("lower", GROUP, &[TEXT], text, case::lower, "in small letters: lower('Mill') = 'mill'")
        .differs(LOCALE),
    Function::strict(
        "initcap",
        GROUP,
        &[TEXT],
        text,
        case::initcap,
        "every word with a capital: initcap('a mill') = 'A Mill'",
    )
    .differs(LOCALE),
    Function::strict("trim", GROUP, &[TEXT, TEXT], text, trim::both, TRIM).optional(1).aliases(&["btrim"]),
    Function::strict("ltrim", GROUP, &[TEXT, TEXT], text, trim::start, LTRIM).optional(1),
    Function::strict("rtrim", GROUP, &[TEXT, TEXT], text, trim::end, RTRIM).optional(1),
    Function::strict("length", GROUP, &[TEXT], integer, length::length, LENGTH)
        .aliases(&["char_length", "character_length"]),
    Function::strict("substr", GROUP, &[TEXT, BIGINT, BIGINT], text, part::substr, SUBSTR)
        .optional(1)
        .aliases(&["substring"])
        .differs(PATTERNS),
    Function::strict(
        "left",
        GROUP,
        &[TEXT, BIGINT],
        text,
        part::left,
        "the first characters, or all but the last: left('mill', -1) = 'mil'",
    ),
    Function::strict(
        "right",
        GROUP,
        &[TEXT, BIGINT],
        text,
        part::right,
        "the last characters, or all but the first: right('mill', 2) = 'll'",
    ),
    Function::strict(
        "split_part",
        GROUP,
        &[TEXT, TEXT, BIGINT],
        text,
        part::split_part,
        "the n-th part between separators, from the end if negative: split_part('a-b-c', '-', -1) = 'c'",
    ),
    Function::strict(
        "replace",
        GROUP,
        &[TEXT, TEXT, TEXT],
        text,
        replace,
        "every occurrence replaced: replace('mill', 'l', 't') = 'mitt'",
    )
    .differs(SIZE),
    Function::strict(
        "concat",
        GROUP,
        &[ANY],
        text,
        concat::concat,
        "values of any type joined, NULL left out: concat('a', NULL, 1) = 'a1'",
    )
    .variadic_over_nulls(),
    Function::strict(
        "concat_ws",
        GROUP,
        &[TEXT, ANY],
        text,
        concat::concat_ws,
        "values joined with a separator, NULL left out: concat_ws('-', 'a', NULL, 1) = 'a-1'",
    )
    .variadic_over_nulls(),
    Function::strict(
        "lpad",
        GROUP,
        &[TEXT, BIGINT, TEXT],
        text,
        fill::lpad,
        "filled at the beginning, or cut at the end, to a length: lpad('7', 3, '0') = '007'",
    )
    .optional(1)
    .differs(SIZE),
    Function::strict(
        "rpad",
        GROUP,
        &[TEXT, BIGINT, TEXT],
        text,
        fill::rpad,
        "filled or cut at the end to a length: rpad('7', 3, '.') = '7..'",
    )
    .optional(1)
    .differs(SIZE),
    Function::strict(
        "repeat",
        GROUP,
        &[TEXT, BIGINT],
        text,
        fill::repeat,
        "the text so many times: repeat('ab', 2) = 'abab'",
    )
    .differs(SIZE),
    Function::strict(
        "strpos",
        GROUP,
        &[TEXT, TEXT],
        integer,
        length::strpos,
        "position of the second text in the first, 0 if nowhere: strpos('mill', 'l') = 3",
    ),
    Function::strict(
        "reverse",
        GROUP,
        &[TEXT],
        text,
        reverse,
        "characters from last to first: reverse('mill') = 'llim'",
    ),
    Function::strict(
        "ascii",
        GROUP,
        &[TEXT],
        integer,
        length::ascii,
        "code point of the first character, 0 if there is none: ascii('m') = 109",
    ),
    Function::strict("chr", GROUP, &[BIGINT], text, chr, "character of a code point: chr(109) = 'm'"),
];

fn reverse(arguments: &Arguments) -> Outcome {
    let only = input::<StringArray>(arguments, 0)?;
    texts(arguments, |row, out| {
        out.extend(only.at(row).chars().rev());
        Ok(())
    })
}

fn replace(arguments: &Arguments) -> Outcome {
    let [whole, from, to] = [0, 1, 2].map(|place| input::<StringArray>(arguments, place));
    let (whole, from, to) = (whole?, from?, to?);
    texts(arguments, |row, out| {
        let (whole, from, to) = (whole.at(row), from.at(row), to.at(row));
        if from.is_empty() {
            out.push_str(whole);
            return Ok(());
        }
        let grown = to.len().saturating_sub(from.len()).saturating_mul(whole.len() / from.len());
        fill::check_size(whole.len().saturating_add(grown))?;
        for (place, piece) in whole.split(from).enumerate() {
            out.push_str(if place == 0 { "" } else { to });
            out.push_str(piece);
        }
        Ok(())
    })
}

fn chr(arguments: &Arguments) -> Outcome {
    let code = input::<Int64Array>(arguments, 0)?;
    texts(arguments, |row, out| {
        let code = code.at(row);
        match u32::try_from(code).ok().and_then(char::from_u32) {
            None => Err(format!("{code} is not the code point of a character").into()),
            Some('\0') => Err("the null character is not permitted".into()),
            Some(character) => {
                out.push(character);
                Ok(())
            }
        }
    })
}
