//! `regexp_replace`.

use crate::arrow::array::StringArray;
use regex::{CaptureLocations, Regex};

use super::patterns::{Pattern, Patterns};
use crate::transform::function::{Arguments, KernelFault};
use crate::transform::functions::input::input;
use crate::transform::functions::rows::{Outcome, check_room, texts};

pub fn regexp_replace(arguments: &Arguments) -> Outcome {
    let (text, replacement) = (input::<StringArray>(arguments, 0)?, input::<StringArray>(arguments, 2)?);
    let mut patterns = Patterns::with_flags_at(arguments, 3)?;
    texts(arguments, |row, out| {
        let Pattern { regex, global } = patterns.at(row)?;
        let room = |out: &str, more| check_room(arguments, out, more);
        replace(regex, text.at(row), replacement.at(row), *global, out, room)
    })
}

/// After an empty match the search goes on one character later, after any other where it ended; so an empty match may
/// follow another match at once, as in PostgreSQL.
fn replace(
    regex: &Regex,
    text: &str,
    replacement: &str,
    all: bool,
    out: &mut String,
    room: impl Fn(&str, usize) -> Result<(), KernelFault>,
) -> Result<(), KernelFault> {
    let mut groups = regex.capture_locations();
    let (mut copied, mut search) = (0, 0);
    while let Some(found) = regex.captures_read_at(&mut groups, text, search) {
        room(out, replacement.len())?;
        out.push_str(text.get(copied..found.start()).unwrap_or(""));
        insert(replacement, text, &groups, out);
        copied = found.end();
        search = if found.is_empty() { next_character(text, copied) } else { copied };
        if !all || search > text.len() {
            break;
        }
    }
    out.push_str(text.get(copied..).unwrap_or(""));
    Ok(())
}

/// Where the character after the one at `place` begins; past the end after the last.
pub fn next_character(text: &str, place: usize) -> usize {
    place + text.get(place..).and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8)
}

/// Writes the replacement: `\1` to `\9` are groups, `\&` the whole match, `\\` a backslash; any other backslash is itself.
fn insert(replacement: &str, text: &str, groups: &CaptureLocations, out: &mut String) {
    let mut characters = replacement.chars().peekable();
    while let Some(character) = characters.next() {
        let group = match (character, characters.peek()) {
            ('\\', Some('&')) => Some(0),
            ('\\', Some(digit @ '1'..='9')) => digit.to_digit(10),
            ('\\', Some('\\')) => None,
            _ => {
                out.push(character);
                continue;
            }
        };
        characters.next();
        match group {
            Some(group) => {
                out.push_str(groups.get(group as usize).and_then(|(from, to)| text.get(from..to)).unwrap_or(""))
            }
            None => out.push('\\'),
        }
    }
}
