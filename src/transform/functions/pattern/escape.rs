//! What a backslash and the letter behind it stand for in PostgreSQL.

use std::str::Chars;

use super::class;

pub const WORD_START: &str = r"\b{start}";
pub const WORD_END: &str = r"\b{end}";

pub enum Escape {
    Plain(char),
    /// Any of the items of a bracket.
    Class(&'static str),
    NoneOf(&'static str),
    /// No character but a place between two.
    Place(&'static str),
}

/// Reads what follows a backslash. Only letters and digits have a meaning of their own.
pub fn read(rest: &mut Chars) -> Result<Escape, String> {
    let letter = rest.next().ok_or("a backslash stands at its end")?;
    if !letter.is_ascii_alphanumeric() {
        return Ok(Escape::Plain(letter));
    }
    let found = set(letter).or_else(|| place(letter)).or_else(|| control(letter).map(Escape::Plain));
    let found = found.or_else(|| coded(letter, rest).map(Escape::Plain));
    found.ok_or_else(|| match letter {
        '1'..='9' => "a reference back such as \\1 is not supported; a character by its number is \\x41".to_string(),
        'x' | 'u' | 'U' => format!("the escape \\{letter} is unknown, or its number that of no character"),
        _ => format!("the escape \\{letter} is unknown"),
    })
}

/// Writes a character that stands for itself, also in brackets.
pub fn write_plain(character: char, out: &mut String) {
    out.push_str(&regex::escape(character.encode_utf8(&mut [0; 4])));
}

fn set(letter: char) -> Option<Escape> {
    Some(match letter {
        'd' => Escape::Class(class::DIGIT),
        's' => Escape::Class(class::SPACE),
        'w' => Escape::Class(class::WORD),
        'D' => Escape::NoneOf(class::DIGIT),
        'S' => Escape::NoneOf(class::SPACE),
        'W' => Escape::NoneOf(class::WORD),
        _ => return None,
    })
}

fn place(letter: char) -> Option<Escape> {
    Some(Escape::Place(match letter {
        'A' => r"\A",
        'Z' => r"\z",
        'm' => WORD_START,
        'M' => WORD_END,
        'y' => r"\b",
        'Y' => r"\B",
        _ => return None,
    }))
}

fn control(letter: char) -> Option<char> {
    Some(match letter {
        'a' => '\x07',
        'b' => '\x08',
        'B' => '\\',
        'e' => '\x1b',
        'f' => '\x0c',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'v' => '\x0b',
        _ => return None,
    })
}

/// A character by its number: `\x41`, `\u0041`, `\U00000041`, `\017`; or `\cA`, a letter with the control key.
fn coded(letter: char, rest: &mut Chars) -> Option<char> {
    match letter {
        'c' => char::from_u32(u32::from(rest.next()?) & 0x1f),
        'x' => number(rest, 16, 1, usize::MAX),
        'u' => number(rest, 16, 4, 4),
        'U' => number(rest, 16, 8, 8),
        '0' => Some(number(rest, 8, 1, 2).unwrap_or('\0')),
        _ => None,
    }
}

fn number(rest: &mut Chars, base: u32, least: usize, most: usize) -> Option<char> {
    let count = rest.as_str().chars().take(most).take_while(|digit| digit.is_digit(base)).count();
    let digits = rest.as_str().get(..count).filter(|_| count >= least)?;
    let value = u32::from_str_radix(digits, base).ok()?;
    *rest = rest.as_str().get(count..)?.chars();
    char::from_u32(value)
}

/// Takes the next character if it is the wanted one.
pub fn next_if(rest: &mut Chars, wanted: char) -> Option<char> {
    if rest.as_str().starts_with(wanted) { rest.next() } else { None }
}
