//! What a regular expression finds in a text: `regexp_like`, `regexp_match`, `regexp_count`, `regexp_substr` and `regexp_instr`.

use crate::arrow::array::{Int64Array, StringArray};
use crate::arrow::datatypes::Int32Type;
use regex::{CaptureLocations, Regex};

use super::patterns::Patterns;
use super::regexp_replace::next_character;
use crate::transform::function::Arguments;
use crate::transform::functions::input::{Input, input, optional};
use crate::transform::functions::rows::{Outcome, booleans, primitives, texts_or_null};

pub fn regexp_like(arguments: &Arguments) -> Outcome {
    let (text, mut patterns) = (input::<StringArray>(arguments, 0)?, Patterns::with_flags_at(arguments, 2)?);
    booleans(arguments, |row| Ok(patterns.single_at(row)?.is_match(text.at(row))))
}

/// The first group, or the whole match where there is none.
pub fn regexp_match(arguments: &Arguments) -> Outcome {
    let (text, mut patterns) = (input::<StringArray>(arguments, 0)?, Patterns::with_flags_at(arguments, 2)?);
    texts_or_null(arguments, |row, out| {
        let regex = patterns.single_at(row)?;
        let found = nth(regex, text.at(row), 0, 1);
        let group = usize::from(regex.captures_len() > 1);
        Ok(found.and_then(|groups| piece(&groups, group, text.at(row))).map(|piece| out.push_str(piece)).is_some())
    })
}

pub fn regexp_count(arguments: &Arguments) -> Outcome {
    let (text, start) = (input::<StringArray>(arguments, 0)?, optional::<Int64Array>(arguments, 2)?);
    let mut patterns = Patterns::with_flags_at(arguments, 3)?;
    primitives::<Int32Type>(arguments, |row| {
        let text = text.at(row);
        let start = at_least_one("start", start.as_ref().map_or(1, |start| start.at(row)))?;
        let regex = patterns.single_at(row)?;
        let mut search = byte_of(text, start);
        let mut count = 0;
        while let Some(from) = search {
            let found = regex.find_at(text, from);
            count += i32::from(found.is_some());
            search = found.and_then(|found| after(text, found.start(), found.end()));
        }
        Ok(count)
    })
}

pub fn regexp_substr(arguments: &Arguments) -> Outcome {
    let text = input::<StringArray>(arguments, 0)?;
    let mut search = Search::new(arguments, 4, 5)?;
    texts_or_null(arguments, |row, out| {
        let text = text.at(row);
        let found = search.bytes(row, text)?.and_then(|(from, to)| text.get(from..to));
        Ok(found.map(|piece| out.push_str(piece)).is_some())
    })
}

/// The position of a match, or of what follows it, in characters from 1 on; 0 if there is none.
pub fn regexp_instr(arguments: &Arguments) -> Outcome {
    let (text, end) = (input::<StringArray>(arguments, 0)?, optional::<Int64Array>(arguments, 4)?);
    let mut search = Search::new(arguments, 5, 6)?;
    primitives::<Int32Type>(arguments, |row| {
        let text = text.at(row);
        let behind = match end.as_ref().map_or(0, |end| end.at(row)) {
            end @ (0 | 1) => end == 1,
            end => return Err(format!("the end must be 0, where the match begins, or 1, behind it, and is {end}")),
        };
        let Some((from, to)) = search.bytes(row, text)? else { return Ok(0) };
        let before = text.get(..if behind { to } else { from }).unwrap_or(text);
        i32::try_from(before.chars().count() + 1).map_err(|_| "integer out of range".to_string())
    })
}

/// For the n-th match from a character on, or a group of it: what `regexp_substr` and `regexp_instr` have in common.
struct Search<'a> {
    start: Option<Input<'a, Int64Array>>,
    number: Option<Input<'a, Int64Array>>,
    group: Option<Input<'a, Int64Array>>,
    patterns: Patterns<'a>,
}

impl<'a> Search<'a> {
    fn new(arguments: &'a Arguments, flags: usize, group: usize) -> Result<Search<'a>, String> {
        let [start, number, group] = [2, 3, group].map(|place| optional::<Int64Array>(arguments, place));
        let patterns = Patterns::with_flags_at(arguments, flags)?;
        Ok(Search { start: start?, number: number?, group: group?, patterns })
    }

    /// Where what is looked for begins and ends in the row's text.
    fn bytes(&mut self, row: usize, text: &str) -> Result<Option<(usize, usize)>, String> {
        let start = at_least_one("start", self.start.as_ref().map_or(1, |start| start.at(row)))?;
        let number = at_least_one("n", self.number.as_ref().map_or(1, |number| number.at(row)))?;
        let group = self.group.as_ref().map_or(0, |group| group.at(row));
        let group = usize::try_from(group).map_err(|_| format!("the group must not be negative, and is {group}"))?;
        let regex = self.patterns.single_at(row)?;
        let found = byte_of(text, start).and_then(|start| nth(regex, text, start, number));
        Ok(found.filter(|groups| group < groups.len()).and_then(|groups| groups.get(group)))
    }
}

/// The groups of the n-th match from a byte on.
fn nth(regex: &Regex, text: &str, start: usize, number: usize) -> Option<CaptureLocations> {
    let mut groups = regex.capture_locations();
    let mut search = start;
    for _ in 1..number {
        let found = regex.find_at(text, search)?;
        search = after(text, found.start(), found.end())?;
    }
    regex.captures_read_at(&mut groups, text, search)?;
    Some(groups)
}

/// Where the search goes on after a match; an empty one at the end of the text is the last.
fn after(text: &str, start: usize, end: usize) -> Option<usize> {
    let next = if start == end { next_character(text, end) } else { end };
    (next <= text.len()).then_some(next)
}

fn piece<'t>(groups: &CaptureLocations, group: usize, text: &'t str) -> Option<&'t str> {
    if group >= groups.len() {
        return None;
    }
    groups.get(group).and_then(|(from, to)| text.get(from..to))
}

/// Where the character of this number, counted from 1, begins; nowhere past the end.
fn byte_of(text: &str, number: usize) -> Option<usize> {
    text.char_indices().map(|(byte, _)| byte).chain([text.len()]).nth(number - 1)
}

fn at_least_one(name: &str, number: i64) -> Result<usize, String> {
    let message = || format!("{name} must be 1 or more, and is {number}");
    usize::try_from(number).ok().filter(|number| *number > 0).ok_or_else(message)
}
