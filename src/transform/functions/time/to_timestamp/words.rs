//! The words that a template asks for: months, days, halves of the day and eras.

use super::template::Key;
use crate::transform::functions::time::names::{DAYS, MONTHS};

/// Reads one of the key's words from the start of the text, in any case: which of them, and the rest of the text.
pub fn read(key: Key, text: &str) -> Result<(usize, &str), String> {
    let (words, letters): (&[&str], _) = match key {
        Key::MonthName => (&MONTHS, None),
        Key::MonthShort => (&MONTHS, Some(3)),
        Key::DayName => (&DAYS, None),
        Key::DayShort => (&DAYS, Some(3)),
        Key::Meridiem => (&["am", "pm", "a.m.", "p.m."], None),
        _ => (&["ad", "bc", "a.d.", "b.c."], None),
    };
    let first = words.first().copied().unwrap_or_default().to_ascii_lowercase();
    let missing = || format!("{text:?} does not fit the template: a word such as {first:?} is wanted");
    let (found, length) = word(words, text, letters).ok_or_else(missing)?;
    text.get(length..).map(|rest| (found, rest)).ok_or_else(missing)
}

/// Which of the words, or of their first letters, the text begins with in any case, and how long that is.
fn word(words: &[&str], text: &str, letters: Option<usize>) -> Option<(usize, usize)> {
    words.iter().enumerate().find_map(|(place, word)| {
        let word = letters.map_or(*word, |letters| word.get(..letters).unwrap_or(word));
        let beginning = text.get(..word.len())?;
        beginning.eq_ignore_ascii_case(word).then_some((place, word.len()))
    })
}
