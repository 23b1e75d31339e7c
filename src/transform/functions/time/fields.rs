//! What `to_date` and `to_timestamp` gather from a text, and the date and time it makes.

use chrono::NaiveDate;

use super::calendar::{HOUR, MINUTE, SECOND, date_of};
use super::template::Key;

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];
/// Longer numbers are no part of any date.
const MAX_DIGITS: usize = 9;
const DAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/// What a text said.
#[derive(Default)]
pub struct Fields {
    year: i32,
    month: Option<u32>,
    day: Option<u32>,
    day_of_year: Option<u32>,
    julian: Option<i32>,
    hour: i64,
    minute: i64,
    second: i64,
    second_of_day: Option<i64>,
    fraction: i64,
    twelve_hours: bool,
    afternoon: bool,
    before_christ: bool,
    /// Microseconds east of Greenwich.
    pub zone: Option<i64>,
    zone_sign: i64,
}

impl Fields {
    /// Reads one key from the start of the text and returns the rest. `sign` stood before the text; `alone` says that no
    /// other number follows at once.
    pub fn take<'t>(&mut self, key: Key, text: &'t str, sign: i64, alone: bool) -> Result<&'t str, String> {
        if !key.is_number() {
            return self.take_word(key, text);
        }
        let (text, sign) = sign_of(key, text, sign);
        let limit = if alone { MAX_DIGITS } else { key.width() };
        let end = text.bytes().take(limit).take_while(u8::is_ascii_digit).count();
        let (digits, rest) = text.split_at_checked(end).unwrap_or((text, ""));
        let wanted =
            || format!("{text:?} does not fit the template: a number of at most {} digits is wanted", key.width());
        let number: i64 = digits.parse().map_err(|_| wanted())?;
        self.set(key, number, digits.len(), sign);
        Ok(rest)
    }

    fn set(&mut self, key: Key, number: i64, digits: usize, sign: i64) {
        // Of at most MAX_DIGITS, so no conversion loses any.
        match key {
            Key::Year(4) => self.year = number as i32,
            Key::Year(_) => self.year = if digits < 4 { near_2020(number as i32) } else { number as i32 },
            Key::Month => self.month = given(number),
            Key::Day => self.day = given(number),
            Key::DayOfYear => self.day_of_year = given(number),
            Key::Julian => self.julian = Some(number as i32),
            Key::Hour24 => (self.hour, self.twelve_hours) = (number, false),
            Key::Hour12 => (self.hour, self.twelve_hours) = (number, true),
            Key::Minute => self.minute = number,
            Key::Second => self.second = number,
            Key::SecondOfDay => self.second_of_day = Some(number),
            Key::Fraction(_) => self.fraction = micros_of_fraction(number, digits),
            Key::ZoneHour => (self.zone, self.zone_sign) = (Some(sign * number * HOUR), sign),
            Key::ZoneMinute => {
                let sign = if self.zone_sign == 0 { sign } else { self.zone_sign };
                self.zone = Some(self.zone.unwrap_or(0) + sign * number * MINUTE);
            }
            _ => {}
        }
    }

    fn take_word<'t>(&mut self, key: Key, text: &'t str) -> Result<&'t str, String> {
        let lower = text.to_ascii_lowercase();
        let (words, letters): (&[&str], _) = match key {
            Key::MonthName => (&MONTHS, None),
            Key::MonthShort => (&MONTHS, Some(3)),
            Key::DayName => (&DAYS, None),
            Key::DayShort => (&DAYS, Some(3)),
            Key::Meridiem => (&["am", "pm", "a.m.", "p.m."], None),
            _ => (&["ad", "bc", "a.d.", "b.c."], None),
        };
        let first = words.first().copied().unwrap_or_default();
        let missing = || format!("{text:?} does not fit the template: a word such as {first:?} is wanted");
        let (found, length) = word(words, &lower, letters).ok_or_else(missing)?;
        match key {
            Key::MonthName | Key::MonthShort => self.month = Some(found as u32 + 1),
            Key::Meridiem => (self.afternoon, self.twelve_hours) = (found % 2 == 1, true),
            Key::Era => self.before_christ = found % 2 == 1,
            _ => {}
        }
        text.get(length..).ok_or_else(missing)
    }

    pub fn date(&self, text: &str) -> Result<NaiveDate, String> {
        let year = if self.before_christ && self.year > 0 { 1 - self.year } else { self.year };
        let date = match (self.julian, self.day_of_year) {
            (Some(julian), _) => date_of(julian - 2_440_588).ok(),
            (None, Some(day)) => NaiveDate::from_yo_opt(year, day),
            (None, None) => NaiveDate::from_ymd_opt(year, self.month.unwrap_or(1), self.day.unwrap_or(1)),
        };
        date.ok_or_else(|| out_of_range(text))
    }

    pub fn time(&self, text: &str) -> Result<i64, String> {
        if let Some(second) = self.second_of_day {
            return if second < 86_400 { Ok(second * SECOND + self.fraction) } else { Err(out_of_range(text)) };
        }
        if self.twelve_hours && self.hour != 0 && !(1..=12).contains(&self.hour) {
            return Err(format!("hour {} is invalid for the 12-hour clock", self.hour));
        }
        let hour = match self.twelve_hours {
            true => self.hour % 12 + if self.afternoon { 12 } else { 0 },
            false => self.hour,
        };
        if hour > 23 || self.minute > 59 || self.second > 59 {
            return Err(out_of_range(text));
        }
        Ok(hour * HOUR + self.minute * MINUTE + self.second * SECOND + self.fraction)
    }
}

/// A month or day; 0 counts as not given.
fn given(number: i64) -> Option<u32> {
    u32::try_from(number).ok().filter(|number| *number > 0)
}

/// Only zones have a sign.
fn sign_of(key: Key, text: &str, before: i64) -> (&str, i64) {
    let zone = matches!(key, Key::ZoneHour | Key::ZoneMinute);
    match text.chars().next() {
        Some('-') if zone => (text.get(1..).unwrap_or(""), -1),
        Some('+') if zone => (text.get(1..).unwrap_or(""), 1),
        _ => (text, before),
    }
}

/// Which of the words, or of their first letters, the text begins with, and how long that is.
fn word(words: &[&str], text: &str, letters: Option<usize>) -> Option<(usize, usize)> {
    words.iter().enumerate().find_map(|(place, word)| {
        let word = letters.map_or(*word, |letters| word.get(..letters).unwrap_or(word));
        text.starts_with(word).then_some((place, word.len()))
    })
}

/// A year of fewer than four digits, moved to where it is near 2020.
fn near_2020(year: i32) -> i32 {
    match year {
        0..70 => year + 2000,
        70..100 => year + 1900,
        100..520 => year + 2000,
        520..1000 => year + 1000,
        _ => year,
    }
}

/// `5` of a second's digits is half of it: digits count from the point on.
fn micros_of_fraction(number: i64, digits: usize) -> i64 {
    let scaled = number * 10i64.pow(6u32.saturating_sub(digits as u32));
    scaled / 10i64.pow((digits as u32).saturating_sub(6))
}

fn out_of_range(text: &str) -> String {
    format!("date/time field value out of range: {text:?}")
}
