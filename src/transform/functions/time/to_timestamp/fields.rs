//! What `to_date` and `to_timestamp` gather from a text, and the date and time it makes.

use super::template::Key;
use super::words;
use crate::format::value::calendar::{self, HOUR, JULIAN_EPOCH, MINUTE, SECOND};
use crate::format::value::zone;
use crate::transform::functions::time::date::{Date, checked_date};

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
    second_of_day: i64,
    milliseconds: i64,
    /// On top of the milliseconds. As many as the text says: a fraction of too many digits is more than a second.
    microseconds: i64,
    /// Digits of a second that are kept; further ones are rounded.
    pub places: Option<u8>,
    twelve_hours: bool,
    afternoon: bool,
    before_christ: bool,
    zone: Option<Offset>,
}

/// How far a clock is from Greenwich.
#[derive(Clone, Copy, Default)]
struct Offset {
    /// East is positive, and 0 not known yet.
    sign: i32,
    hours: i32,
    minutes: i32,
}

impl Fields {
    /// Reads one key from the start of the text and returns the rest. `sign` stood before the text; `alone` says that no
    /// other number follows at once.
    pub fn take<'t>(&mut self, key: Key, text: &'t str, sign: i32, alone: bool) -> Result<&'t str, String> {
        if !key.is_number() {
            return self.take_word(key, text);
        }
        let (text, sign) = sign_of(key, text, sign);
        let limit = if alone { usize::MAX } else { key.width() };
        let end = text.bytes().take(limit).take_while(u8::is_ascii_digit).count();
        let (digits, rest) = text.split_at_checked(end).unwrap_or((text, ""));
        let wanted =
            || format!("{text:?} does not fit the template: a number of at most {} digits is wanted", key.width());
        let number: i32 = digits.parse().map_err(|_| wanted())?;
        if !alone && digits.len() < key.width() {
            let (width, found) = (key.width(), digits.len());
            return Err(format!(
                "{text:?} does not fit the template: of its {found} digits {width} are wanted, since another number follows"
            ));
        }
        self.set(key, number, digits.len(), sign);
        Ok(rest)
    }

    fn set(&mut self, key: Key, number: i32, digits: usize, sign: i32) {
        let count = i64::from(number);
        match key {
            Key::Year(1..4) if digits < 4 => self.year = near_2020(number),
            Key::Year(_) => self.year = number,
            Key::Month => self.month = given(number),
            Key::Day => self.day = given(number),
            Key::DayOfYear => self.day_of_year = given(number),
            Key::Julian => self.julian = Some(number),
            Key::Hour24 => self.hour = count,
            Key::Hour12 => (self.hour, self.twelve_hours) = (count, true),
            Key::Minute => self.minute = count,
            Key::Second => self.second = count,
            Key::SecondOfDay => self.second_of_day = count,
            Key::Milliseconds => self.milliseconds = scaled(count, digits, 3),
            Key::Microseconds => self.microseconds = scaled(count, digits, 6),
            Key::Fraction(places) => (self.microseconds, self.places) = (scaled(count, digits, 6), Some(places)),
            Key::ZoneHour => self.zone = Some(Offset { sign, hours: number, ..self.zone.unwrap_or_default() }),
            Key::ZoneMinute => {
                let zone = self.zone.unwrap_or_default();
                let sign = if zone.sign == 0 { sign } else { zone.sign };
                self.zone = Some(Offset { sign, minutes: number, ..zone });
            }
            _ => {}
        }
    }

    fn take_word<'t>(&mut self, key: Key, text: &'t str) -> Result<&'t str, String> {
        let (found, rest) = words::read(key, text)?;
        match key {
            Key::MonthName | Key::MonthShort => self.month = Some(found as u32 + 1),
            Key::Meridiem => (self.afternoon, self.twelve_hours) = (found % 2 == 1, true),
            Key::Era => self.before_christ = found % 2 == 1,
            _ => {}
        }
        Ok(rest)
    }

    /// Days since 1970. All that the text says must be sound, also what a date does not keep.
    pub fn date(&self, text: &str) -> Result<i32, String> {
        self.time(text)?;
        self.offset(text)?;
        let year = if self.before_christ && self.year > 0 { 1 - self.year } else { self.year };
        let days = match (self.julian, self.day_of_year) {
            (Some(julian), _) => Some(i64::from(julian) - JULIAN_EPOCH),
            (None, Some(day)) => day_of_year(year, day),
            (None, None) => calendar::days(year, self.month.unwrap_or(1), self.day.unwrap_or(1)),
        };
        days.and_then(|days| checked_date(days).ok()).ok_or_else(|| out_of_range(text))
    }

    /// Microseconds since midnight.
    pub fn time(&self, text: &str) -> Result<i64, String> {
        let (hour, minute, second) = self.clock();
        let fraction = self.milliseconds * 1000 + self.microseconds;
        if self.twelve_hours && !(1..=12).contains(&hour) {
            return Err(format!("hour {hour} is invalid for the 12-hour clock"));
        }
        let hour = match self.twelve_hours {
            true => hour % 12 + if self.afternoon { 12 } else { 0 },
            false => hour,
        };
        if hour > 23 || minute > 59 || second > 59 || fraction >= SECOND {
            return Err(out_of_range(text));
        }
        Ok(hour * HOUR + minute * MINUTE + second * SECOND + fraction)
    }

    /// Hour, minute and second: those of the day's second, but for what the text also says by itself.
    fn clock(&self) -> (i64, i64, i64) {
        let given = |own: i64, other: i64| if own != 0 { own } else { other };
        let second = self.second_of_day;
        (given(self.hour, second / 3600), given(self.minute, second / 60 % 60), given(self.second, second % 60))
    }

    /// Microseconds east of Greenwich, where the text has a zone.
    pub fn offset(&self, text: &str) -> Result<Option<i64>, String> {
        let Some(Offset { sign, hours, minutes }) = self.zone else { return Ok(None) };
        let seconds = hours.saturating_mul(3600).saturating_add(minutes.saturating_mul(60));
        match minutes < 60 && zone::is_offset(seconds) {
            true => Ok(Some(i64::from(sign * seconds) * SECOND)),
            false => Err(format!("time zone out of range: {text:?}")),
        }
    }
}

fn day_of_year(year: i32, day: u32) -> Option<i64> {
    let days = calendar::days(year, 1, 1)? + i64::from(day) - 1;
    (Date::of(days).year == year).then_some(days)
}

/// A month or day; 0 counts as not given.
fn given(number: i32) -> Option<u32> {
    u32::try_from(number).ok().filter(|number| *number > 0)
}

/// Only zones have a sign.
fn sign_of(key: Key, text: &str, before: i32) -> (&str, i32) {
    let zone = matches!(key, Key::ZoneHour | Key::ZoneMinute);
    match text.chars().next() {
        Some('-') if zone => (text.get(1..).unwrap_or(""), -1),
        Some('+') if zone => (text.get(1..).unwrap_or(""), 1),
        _ => (text, before),
    }
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

/// `5` of a second's digits is half of it: digits count from the point on. Of more than there are places the number
/// counts as it is, as in PostgreSQL.
fn scaled(number: i64, digits: usize, places: u32) -> i64 {
    number * 10i64.pow(places.saturating_sub(digits as u32))
}

fn out_of_range(text: &str) -> String {
    format!("date/time field value out of range: {text:?}")
}
