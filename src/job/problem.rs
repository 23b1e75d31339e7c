//! What is wrong with a job, and where in its file it stands.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::exit::ExitCode;
use crate::job::key::Key;
use crate::job::vocabulary;

/// One mistake, found while a job is checked; the origin and the place are added when it is told.
#[derive(Debug)]
pub struct Problem {
    pub key: Key,
    /// A whole sentence, the key's name included.
    pub message: String,
    pub code: ExitCode,
}

impl Problem {
    /// `predicate` goes on after the key's name: `must be at least 1, found 0`.
    pub fn at(key: impl Into<Key>, predicate: impl AsRef<str>) -> Problem {
        let key = key.into();
        let message = format!("{key} {}", predicate.as_ref());
        Problem::new(key, message)
    }

    /// `message` is the whole sentence.
    pub fn new(key: impl Into<Key>, message: impl Into<String>) -> Problem {
        Problem { key: key.into(), message: message.into(), code: ExitCode::Config }
    }

    pub fn not_yet(key: impl Into<Key>, what: &str) -> Problem {
        let key = key.into();
        let message = format!("{key}: {what} is not supported yet");
        Problem::new(key, message)
    }

    /// The same mistake where section `from` has been checked in the place of section `to`.
    pub fn moved(self, from: &str, to: &Key) -> Problem {
        let key = match self.key.parts() {
            [first, rest @ ..] if first == from => rest.iter().fold(to.clone(), |key, part| key.child(part)),
            _ => self.key,
        };
        Problem { key, message: moved(&self.message, from, to), code: self.code }
    }

    /// The same mistake at a key that stands for another.
    pub fn renamed(self, from: &str, to: &Key) -> Problem {
        Problem { key: to.clone(), message: self.message.replacen(from, &to.to_string(), 1), code: self.code }
    }

    pub fn with_code(self, code: ExitCode) -> Problem {
        Problem { code, ..self }
    }
}

/// A message about keys of section `from` as one about those of section `to`.
pub fn moved(message: &str, from: &str, to: &Key) -> String {
    let section = format!("{from}.");
    let keys = vocabulary::KEYS.iter().filter(|(key, _)| key.starts_with(&section));
    keys.fold(message.to_owned(), |message, (key, _)| {
        let key = key.trim_end_matches(".*");
        let moved = key.trim_start_matches(&section).split('.').fold(to.clone(), |key, part| key.child(part));
        message.replace(key, &moved.to_string())
    })
}

/// ` (line 3, column 5)`, where `key` stands in the job file `text`; empty where it does not.
pub fn place_of(key: &Key, text: &str) -> String {
    let Ok(document) = DeTable::parse(text) else { return String::new() };
    find(document.get_ref(), key.parts()).map_or_else(String::new, |offset| place(text, offset))
}

/// Whether the job file `text` has such a key.
pub fn stands_in(key: &Key, text: &str) -> bool {
    !place_of(key, text).is_empty()
}

/// ` (line 3, column 5)` of a byte offset.
pub fn place(text: &str, offset: usize) -> String {
    let before = text.get(..offset).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().map_or(0, |line| line.chars().count()) + 1;
    format!(" (line {line}, column {column})")
}

fn find(table: &DeTable, parts: &[String]) -> Option<usize> {
    let (first, rest) = parts.split_first()?;
    let (key, value) = table.iter().find(|(key, _)| key.get_ref() == first)?;
    if rest.is_empty() {
        return Some(key.span().start);
    }
    let (value, rest) = section(value, rest)?;
    find(value.get_ref().as_table()?, rest)
}

/// Steps into an array of tables: the first section unless a number says which.
fn section<'a, 'b>(
    value: &'a Spanned<DeValue<'a>>,
    parts: &'b [String],
) -> Option<(&'a Spanned<DeValue<'a>>, &'b [String])> {
    let Some(array) = value.get_ref().as_array() else { return Some((value, parts)) };
    match parts.split_first() {
        Some((number, rest)) if number.parse::<usize>().is_ok() => {
            Some((array.get(number.parse::<usize>().ok()?.checked_sub(1)?)?, rest))
        }
        _ => Some((array.first()?, parts)),
    }
}
