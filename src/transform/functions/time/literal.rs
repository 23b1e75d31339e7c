//! `interval '1 day 02:30'`: the text of an interval.

use crate::arrow::datatypes::IntervalMonthDayNano;

use super::field::Field;
use super::interval::from_parts;
use super::total::{Total, number, unsigned};

/// Reads an interval: numbers with units, `hh:mm:ss`, `years-months`, ISO 8601 (`P1DT2H` or `P0001-02-03T04:05:06`), and
/// `ago` at the end.
pub fn parse_interval(text: &str) -> Result<IntervalMonthDayNano, String> {
    let read = match text.trim().strip_prefix('P') {
        Some(rest) => read_iso(rest),
        None => read_words(text),
    };
    let total =
        read.ok_or_else(|| format!("{text:?} is not an interval; write for example '1 day 02:30' or '3 months'"))?;
    from_parts(total.months, total.days, total.micros)
}

fn read_words(text: &str) -> Option<Total> {
    let (mut total, mut seen) = (Total::default(), Seen::default());
    let mut tokens = tokens(text)?.into_iter().filter(|token| token != "@").peekable();
    tokens.peek()?;
    while let Some(token) = tokens.next() {
        if token.eq_ignore_ascii_case("ago") {
            return if tokens.next().is_none() && !seen.0.is_empty() { total.negated() } else { None };
        }
        if token.contains(':') {
            seen.note(&[Field::Hour, Field::Minute, Field::Second])?;
            total.add_time(&token)?;
        } else if let Some((years, months)) = unsigned(&token).split_once('-') {
            seen.note(&[Field::Month])?;
            total.add_years(years, months, token.starts_with('-'))?;
        } else {
            // A number without a unit counts days before a time, and seconds at the end.
            let field = match tokens.peek() {
                Some(next) if next.contains(':') => Field::Day,
                None => Field::Second,
                Some(_) => Field::unit(&tokens.next()?.to_ascii_lowercase())?,
            };
            seen.note(&[field])?;
            total.add(number(&token)?, field)?;
        }
    }
    Some(total)
}

/// The parts that a text has given: each may stand once.
#[derive(Default)]
struct Seen(Vec<Field>);

impl Seen {
    fn note(&mut self, fields: &[Field]) -> Option<()> {
        let new = fields.iter().all(|field| !self.0.contains(field));
        self.0.extend(fields);
        new.then_some(())
    }
}

/// Numbers with what belongs to them, and words.
fn tokens(text: &str) -> Option<Vec<String>> {
    let mut tokens: Vec<String> = Vec::new();
    let mut kind = ' ';
    for character in text.chars() {
        let next = match character {
            '0'..='9' | '.' | ':' | '+' | '-' => '0',
            c if c.is_ascii_alphabetic() => 'a',
            '@' => '@',
            c if c.is_whitespace() => ' ',
            _ => return None,
        };
        match tokens.last_mut() {
            Some(token) if next == kind && next != ' ' => token.push(character),
            _ if next != ' ' => tokens.push(character.to_string()),
            _ => {}
        }
        kind = next;
    }
    Some(tokens)
}

/// What follows the P of `P1Y2M3DT4H5M6S`: an M is a month before the T and a minute after it.
fn read_iso(text: &str) -> Option<Total> {
    let mut total = Total::default();
    let (date, time) = text.split_once('T').unwrap_or((text, ""));
    let date_field = |unit| {
        Some(match unit {
            'Y' => Field::Year,
            'M' => Field::Month,
            'W' => Field::Week,
            'D' => Field::Day,
            _ => return None,
        })
    };
    let time_field = |unit| {
        Some(match unit {
            'H' => Field::Hour,
            'M' => Field::Minute,
            'S' => Field::Second,
            _ => return None,
        })
    };
    match date.contains(|character: char| character.is_ascii_alphabetic()) {
        true => total.add_iso(date, date_field)?,
        false => total.add_parts(date, '-', &[Field::Year, Field::Month, Field::Day])?,
    }
    match time.contains(':') {
        true => total.add_parts(time, ':', &[Field::Hour, Field::Minute, Field::Second])?,
        false => total.add_iso(time, time_field)?,
    }
    (!text.is_empty()).then_some(total)
}
