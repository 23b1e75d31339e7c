//! The parts of an interval as they are added up while its text is read.

use super::field::Field;
use crate::format::value::calendar::{DAY, HOUR, MINUTE, SECOND};

/// The parts read so far.
#[derive(Default)]
pub struct Total {
    pub months: i64,
    pub days: i64,
    pub micros: i64,
}

/// A number with its digits after the point apart, both with its sign.
#[derive(Clone, Copy)]
pub struct Number {
    whole: i64,
    fraction: f64,
}

pub fn unsigned(text: &str) -> &str {
    text.strip_prefix(['+', '-']).unwrap_or(text)
}

pub fn number(text: &str) -> Option<Number> {
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
    pub fn add(&mut self, number: Number, field: Field) -> Option<()> {
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
    pub fn add_time(&mut self, text: &str) -> Option<()> {
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
    pub fn add_years(&mut self, years: &str, months: &str, negative: bool) -> Option<()> {
        let mut both = Total::default();
        both.add(plain_number(years, i64::MAX)?, Field::Year)?;
        both.add(plain_number(months, 11)?, Field::Month)?;
        self.months = self.months.checked_add(if negative { -both.months } else { both.months })?;
        Some(())
    }

    /// `0001-02-03` or `04:05:06` behind a P or a T; the last ones may be missing.
    pub fn add_parts(&mut self, text: &str, separator: char, fields: &[Field]) -> Option<()> {
        let mut fields = fields.iter();
        for part in text.split(separator).filter(|_| !text.is_empty()) {
            self.add(number(part)?, *fields.next()?)?;
        }
        Some(())
    }

    pub fn add_iso(&mut self, text: &str, field: fn(char) -> Option<Field>) -> Option<()> {
        let mut rest = text;
        while !rest.is_empty() {
            let end = rest.find(|c: char| c.is_ascii_alphabetic())?;
            self.add(number(rest.get(..end)?)?, field(rest.get(end..)?.chars().next()?)?)?;
            rest = rest.get(end + 1..)?;
        }
        Some(())
    }

    pub fn negated(self) -> Option<Total> {
        let Total { months, days, micros } = self;
        Some(Total { months: months.checked_neg()?, days: days.checked_neg()?, micros: micros.checked_neg()? })
    }
}
