//! A pattern of PostgreSQL in the words of the `regex` crate. Whatever PostgreSQL does not know is refused here, so that
//! nothing gets a meaning of the crate's own.

use std::str::Chars;

use super::bracket;
use super::escape::{self, Escape, next_if};
use super::options::Options;

/// PostgreSQL repeats no oftener.
const MAX_REPEAT: u16 = 255;
const NOTHING_TO_REPEAT: &str = "a quantifier stands where there is nothing to repeat";

pub fn translated(pattern: &str, options: &Options) -> Result<String, String> {
    let out = String::with_capacity(pattern.len());
    let mut translation = Translation { rest: pattern.chars(), options, out, operand: false };
    while let Some(character) = translation.rest.next() {
        translation.take(character)?;
    }
    Ok(translation.out)
}

struct Translation<'a> {
    rest: Chars<'a>,
    options: &'a Options,
    out: String,
    /// What was taken last can be repeated.
    operand: bool,
}

impl Translation<'_> {
    fn take(&mut self, character: char) -> Result<(), String> {
        match character {
            blank if self.options.expanded && blank.is_ascii_whitespace() => {}
            '#' if self.options.expanded => self.skip_past('\n'),
            '\\' => self.escape()?,
            '[' => self.bracket()?,
            '(' => self.group()?,
            ')' => self.push(")", true),
            '|' => self.push("|", false),
            '.' => self.push(".", true),
            '^' => self.push("^", false),
            '$' => self.push("$", false),
            '*' => self.quantifier("*")?,
            '+' => self.quantifier("+")?,
            '?' => self.quantifier("?")?,
            '{' if self.unblanked().starts_with(|next: char| next.is_ascii_digit()) => self.bound()?,
            plain => self.plain(plain),
        }
        Ok(())
    }

    fn push(&mut self, text: &str, operand: bool) {
        self.out.push_str(text);
        self.operand = operand;
    }

    fn plain(&mut self, character: char) {
        escape::write_plain(character, &mut self.out);
        self.operand = true;
    }

    fn skip_past(&mut self, end: char) {
        self.rest.by_ref().find(|character| *character == end);
    }

    /// What follows, without the blanks that do not count.
    fn unblanked(&self) -> &str {
        let rest = self.rest.as_str();
        if self.options.expanded { rest.trim_ascii_start() } else { rest }
    }

    fn escape(&mut self) -> Result<(), String> {
        match escape::read(&mut self.rest)? {
            Escape::Plain(character) => self.plain(character),
            Escape::Class(items) => self.push(&format!("[{items}]"), true),
            Escape::NoneOf(items) => self.push(&format!("[^{items}]"), true),
            Escape::Place(anchor) => self.push(anchor, false),
        }
        Ok(())
    }

    /// A set of characters, or one of the two in brackets that stand for ends of a word.
    fn bracket(&mut self) -> Result<(), String> {
        for (end, place) in [("[:<:]]", escape::WORD_START), ("[:>:]]", escape::WORD_END)] {
            if let Some(after) = self.rest.as_str().strip_prefix(end) {
                self.rest = after.chars();
                self.push(place, false);
                return Ok(());
            }
        }
        self.operand = true;
        bracket::translate(&mut self.rest, self.options, &mut self.out)
    }

    /// What follows an opening parenthesis; a comment leaves no trace.
    fn group(&mut self) -> Result<(), String> {
        let Some(kind) = self.rest.as_str().strip_prefix('?') else {
            self.push("(", false);
            return Ok(());
        };
        let mut inner = kind.chars();
        match inner.next() {
            Some(':') => self.push("(?:", false),
            Some('#') => inner = kind.split_once(')').map_or("", |(_, after)| after).chars(),
            Some('=' | '!' | '<') => return Err("look-around such as (?=…) is not supported".to_string()),
            _ => return Err("a group begins with ( or (?: and options stand at the very beginning".to_string()),
        }
        self.rest = inner;
        Ok(())
    }

    fn quantifier(&mut self, written: &str) -> Result<(), String> {
        if !self.operand {
            return Err(NOTHING_TO_REPEAT.to_string());
        }
        self.push(written, false);
        self.out.extend(next_if(&mut self.rest, '?'));
        Ok(())
    }

    /// `{2}`, `{2,}` or `{2,3}`, of which the brace has been read.
    fn bound(&mut self) -> Result<(), String> {
        let (inner, after) = self.rest.as_str().split_once('}').ok_or("a { has no }")?;
        let blank = |character: char| self.options.expanded && character.is_ascii_whitespace();
        let inner = inner.replace(blank, "");
        let (least, most) = inner.split_once(',').unwrap_or((&inner, &inner));
        let wrong = || format!("{{{inner}}} must hold one or two counts up to {MAX_REPEAT}, the smaller first");
        let least = count(least).ok_or_else(wrong)?;
        let most = if most.is_empty() { MAX_REPEAT } else { count(most).ok_or_else(wrong)? };
        if least > most {
            return Err(wrong());
        }
        self.rest = after.chars();
        self.quantifier(&format!("{{{inner}}}"))
    }
}

fn count(digits: &str) -> Option<u16> {
    let plain = digits.bytes().all(|byte| byte.is_ascii_digit());
    digits.parse().ok().filter(|count| plain && *count <= MAX_REPEAT)
}
