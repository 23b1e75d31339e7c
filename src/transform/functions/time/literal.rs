//! `interval '1 day 02:30'`: the text of an interval.

use crate::arrow::datatypes::IntervalMonthDayNano;

use super::field::Field;
use super::interval::from_parts;
use crate::format::value::calendar::{DAY, HOUR, MINUTE, SECOND};

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

/// The parts read so far.
#[derive(Default)]
struct Total {
    months: i64,
    days: i64,
    micros: i64,
}

/// A number with its digits after the point apart, both with its sign.
#[derive(Clone, Copy)]
struct Number {
    whole: i64,
    fraction: f64,
}

fn read_words(text: &str) -> Option<Total> {
    let mut total = Total::default();
    let mut tokens = tokens(text)?.into_iter().filter(|token| token != "@").peekable();
    tokens.peek()?;
    while let Some(token) = tokens.next() {
        if token.eq_ignore_ascii_case("ago") {
            return if tokens.next().is_none() { total.negated() } else { None };
        }
        if token.contains(':') {
            total.add_time(&token)?;
        } else if let Some((years, months)) = unsigned(&token).split_once('-') {
            total.add_years(years, months, token.starts_with('-'))?;
        } else {
            // A number without a unit counts days before a time, and seconds at the end.
            let field = match tokens.peek() {
                Some(next) if next.contains(':') => Field::Day,
                None => Field::Second,
                Some(_) => Field::unit(&tokens.next()?.to_ascii_lowercase())?,
            };
            total.add(number(&token)?, field)?;
        }
    }
    Some(total)
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

fn unsigned(text: &str) -> &str {
    text.strip_prefix(['+', '-']).unwrap_or(text)
}

fn number(text: &str) -> Option<Number> {
    let negative = text.starts_with('-');
    let digits = unsigned(text);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let plain = |digits: &str| digits.bytes().all(|byte| byte.is_ascii_digit());
    if digits.is_empty() || digits == "." || !plain(whole) || !plain(fraction) {
        return None;
    }
    let whole: i64 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
    let fraction: f64 = if fraction.is_empty() { 0.0 } else { format!("0.{fraction}").parse().ok()? };
    Some(if negative { Number { whole: -whole, fraction: -fraction } } else { Number { whole, fraction } })
}

/// Digits alone, up to a greatest number.
fn plain_number(text: &str, most: i64) -> Option<Number> {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit());
    number(text).filter(|number| plain && number.whole <= most)
}

impl Total {
    fn add(&mut self, number: Number, field: Field) -> Option<()> {
        match field {
            Field::Microsecond => self.add_micros(number, 1),
            Field::Millisecond => self.add_micros(number, 1000),
            Field::Second => self.add_micros(number, SECOND),
            Field::Minute => self.add_micros(number, MINUTE),
            Field::Hour => self.add_micros(number, HOUR),
            Field::Day => self.add_days(number, 1),
            Field::Week => self.add_days(number, 7),
            Field::Month => {
                self.months = self.months.checked_add(number.whole)?;
                self.add_days(Number { whole: 0, fraction: number.fraction }, 30)
            }
            Field::Year => self.add_months(number, 12),
            Field::Decade => self.add_months(number, 120),
            Field::Century => self.add_months(number, 1200),
            Field::Millennium => self.add_months(number, 12_000),
            _ => None,
        }
    }

    fn add_micros(&mut self, number: Number, unit: i64) -> Option<()> {
        let fraction = (number.fraction * unit as f64).round_ties_even() as i64;
        self.micros = self.micros.checked_add(number.whole.checked_mul(unit)?)?.checked_add(fraction)?;
        Some(())
    }

    fn add_days(&mut self, number: Number, days: i64) -> Option<()> {
        let fraction = number.fraction * days as f64;
        self.days = self.days.checked_add(number.whole.checked_mul(days)?)?.checked_add(fraction.trunc() as i64)?;
        self.add_micros(Number { whole: 0, fraction: fraction.fract() }, DAY)
    }

    fn add_months(&mut self, number: Number, months: i64) -> Option<()> {
        let fraction = (number.fraction * months as f64).round_ties_even() as i64;
        self.months = self.months.checked_add(number.whole.checked_mul(months)?)?.checked_add(fraction)?;
        Some(())
    }

    /// `hh:mm`, `mm:ss.ffffff` or `hh:mm:ss.ffffff` with a sign for all of it. PostgreSQL takes a 60th second too.
    fn add_time(&mut self, text: &str) -> Option<()> {
        let parts: Vec<&str> = unsigned(text).split(':').collect();
        let (hours, minutes, seconds) = match parts.as_slice() {
            [minutes, seconds] if seconds.contains('.') => ("0", *minutes, *seconds),
            [hours, minutes] => (*hours, *minutes, "0"),
            [hours, minutes, seconds] => (*hours, *minutes, *seconds),
            _ => return None,
        };
        let mut time = Total::default();
        time.add(plain_number(hours, i64::MAX)?, Field::Hour)?;
        time.add(plain_number(minutes, 59)?, Field::Minute)?;
        let second = number(seconds).filter(|number| number.whole <= 60 && seconds == unsigned(seconds))?;
        time.add(second, Field::Second)?;
        let micros = if text.starts_with('-') { -time.micros } else { time.micros };
        self.micros = self.micros.checked_add(micros)?;
        Some(())
    }

    /// `1-2`: years and months with a sign for both.
    fn add_years(&mut self, years: &str, months: &str, negative: bool) -> Option<()> {
        let mut both = Total::default();
        both.add(plain_number(years, i64::MAX)?, Field::Year)?;
        both.add(plain_number(months, 11)?, Field::Month)?;
        self.months = self.months.checked_add(if negative { -both.months } else { both.months })?;
        Some(())
    }

    /// `0001-02-03` or `04:05:06` behind a P or a T; the last ones may be missing.
    fn add_parts(&mut self, text: &str, separator: char, fields: &[Field]) -> Option<()> {
        let mut fields = fields.iter();
        for part in text.split(separator).filter(|_| !text.is_empty()) {
            self.add(number(part)?, *fields.next()?)?;
        }
        Some(())
    }

    fn add_iso(&mut self, text: &str, field: fn(char) -> Option<Field>) -> Option<()> {
        let mut rest = text;
        while !rest.is_empty() {
            let end = rest.find(|c: char| c.is_ascii_alphabetic())?;
            self.add(number(rest.get(..end)?)?, field(rest.get(end..)?.chars().next()?)?)?;
            rest = rest.get(end + 1..)?;
        }
        Some(())
    }

    fn negated(self) -> Option<Total> {
        let Total { months, days, micros } = self;
        Some(Total { months: months.checked_neg()?, days: days.checked_neg()?, micros: micros.checked_neg()? })
    }
}
