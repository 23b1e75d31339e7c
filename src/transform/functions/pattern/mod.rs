//! Patterns: `like`, regular expressions, and what is built on them.

mod like;
mod patterns;
mod regex;
mod options;
mod syntax;
mod bracket;
mod escape;
mod class;
mod regexp_replace;
mod regexp_search;

#[cfg(test)]
mod tests;

use crate::arrow::array::StringArray;

use super::compiled::Compiled;
use super::input::input;
use super::rows::{Outcome, booleans};
use super::signature::{BIGINT, TEXT, boolean, integer, text};
use crate::transform::function::{Arguments, Function, Group};
use like::Like;
use patterns::Patterns;

const GROUP: Group = Group::Pattern;
const LIKE: &str = "text fits a pattern of % (any characters) and _ (one): 'mill' like 'm%' is true; escape names the character that makes them ordinary";
const ILIKE: &str = "like without regard to case: 'Mill' ilike 'm%' is true";
const ESCAPE: &str = "a pattern that ends in its escape character is always an error";
const REGEX: &str = "of alternatives the first that fits counts, not the longest; each quantifier is greedy or not by itself; no references back, no look-around, no collating names; a group that is repeated over nothing keeps what it held; a word for \\y \\Y \\m \\M [[:<:]] [[:>:]] is one of Unicode, with its marks and joiners; without regard to case ſ is s and ς is Σ, and İ is not i; a pattern over 16 MiB compiled is refused, one of a column over 1 MiB";
const MATCH: &str = "the first group of the first match, or the whole match of a pattern without groups: regexp_match('no 17', '([0-9]+)') = '17'";
const NO_ARRAY: &str = "text, where PostgreSQL gives an array of all groups; (regexp_match(a, b))[1] is the same in both; patterns as for ~";

pub static FUNCTIONS: &[Function] = &[
    Function::strict("like", GROUP, &[TEXT, TEXT, TEXT], boolean, |a| like(a, false), LIKE).optional(1).differs(ESCAPE),
    Function::strict("ilike", GROUP, &[TEXT, TEXT, TEXT], boolean, |a| like(a, true), ILIKE).optional(1).differs(ESCAPE),
    Function::strict("~", GROUP, &[TEXT, TEXT], boolean, |a| matches(a, "", true), "text holds a match of a regular expression: 'mill' ~ '^m.l' is true").differs(REGEX),
    Function::strict("~*", GROUP, &[TEXT, TEXT], boolean, |a| matches(a, "i", true), "the same without regard to case: 'Mill' ~* '^m' is true").differs(REGEX),
    Function::strict("!~", GROUP, &[TEXT, TEXT], boolean, |a| matches(a, "", false), "text holds no match of a regular expression").differs(REGEX),
    Function::strict("!~*", GROUP, &[TEXT, TEXT], boolean, |a| matches(a, "i", false), "the same without regard to case").differs(REGEX),
    Function::strict(
        "regexp_replace",
        GROUP,
        &[TEXT, TEXT, TEXT, TEXT],
        text,
        regexp_replace::regexp_replace,
        "the first match replaced, with flag g every one; \\1 is a group, \\& the match: regexp_replace('a1b2', '[0-9]', '', 'g') = 'ab'",
    )
    .optional(1)
    .differs(REGEX),
    Function::strict("regexp_match", GROUP, &[TEXT, TEXT, TEXT], text, regexp_search::regexp_match, MATCH).optional(1).differs(NO_ARRAY),
    Function::strict("regexp_substr", GROUP, &[TEXT, TEXT, BIGINT, BIGINT, TEXT, BIGINT], text, regexp_search::regexp_substr, "the n-th match from a character on, with flags, or a group of it: regexp_substr('a1b2', '[0-9]', 1, 2) = '2'").optional(4).differs(REGEX),
    Function::strict("regexp_count", GROUP, &[TEXT, TEXT, BIGINT, TEXT], integer, regexp_search::regexp_count, "how many matches there are from a character on: regexp_count('a1b2', '[0-9]') = 2").optional(2).differs(REGEX),
    Function::strict("regexp_instr", GROUP, &[TEXT, TEXT, BIGINT, BIGINT, BIGINT, TEXT, BIGINT], integer, regexp_search::regexp_instr, "position of the n-th match from a character on, with 1 for the one behind it, flags, or a group of it; 0 if nowhere: regexp_instr('a1b2', '[0-9]', 1, 2) = 4").optional(5).differs(REGEX),
    Function::strict("regexp_like", GROUP, &[TEXT, TEXT, TEXT], boolean, regexp_search::regexp_like, "the same as ~, with flags: regexp_like('Mill', '^m', 'i') is true").optional(1).differs(REGEX),
    Function::strict("^@", GROUP, &[TEXT, TEXT], boolean, starts_with, "text begins with the other, written as an operator: 'mill' ^@ 'mi' is true"),
    Function::strict("starts_with", GROUP, &[TEXT, TEXT], boolean, starts_with, "text begins with the other: starts_with('mill', 'mi') is true"),
];

fn like(arguments: &Arguments, fold: bool) -> Outcome {
    let (text, mut patterns) = (input::<StringArray>(arguments, 0)?, Compiled::of_both(arguments, 1, 2)?);
    booleans(arguments, |row| {
        let like = patterns.at(row, |pattern, escape| Like::new(pattern, escape.unwrap_or("\\"), fold))?;
        Ok(like.fits(text.at(row)))
    })
}

fn matches(arguments: &Arguments, flags: &str, wanted: bool) -> Outcome {
    let (text, mut patterns) = (input::<StringArray>(arguments, 0)?, Patterns::with_flags(arguments, flags)?);
    booleans(arguments, |row| Ok(patterns.at(row)?.regex.is_match(text.at(row)) == wanted))
}

fn starts_with(arguments: &Arguments) -> Outcome {
    let (text, start) = (input::<StringArray>(arguments, 0)?, input::<StringArray>(arguments, 1)?);
    booleans(arguments, |row| Ok(text.at(row).starts_with(start.at(row))))
}
