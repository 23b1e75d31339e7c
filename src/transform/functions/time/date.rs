//! A date with its year, month and day, and what follows from them.

use crate::format::value::calendar;

const DATE_RANGE: &str = "date out of range";
const TIMESTAMP_RANGE: &str = "timestamp out of range";

#[derive(Clone, Copy)]
pub struct Date {
    /// Since 1970.
    pub days: i64,
    /// 0 is 1 BC.
    pub year: i32,
    pub month: u32,
    pub day: u32,
}

impl Date {
    /// The date so many days after 1970 began. Whatever days or timestamps there are, the year fits.
    pub fn of(days: i64) -> Date {
        let (year, month, day) = calendar::date(days);
        Date { days, year: year as i32, month: month as u32, day: day as u32 }
    }

    /// 0 is Monday.
    pub fn weekday(&self) -> i64 {
        // 1970 began on a Thursday.
        (self.days + 3).rem_euclid(7)
    }

    pub fn day_of_year(&self) -> i64 {
        (1..self.month).map(|month| i64::from(calendar::days_in_month(self.year, month))).sum::<i64>()
            + i64::from(self.day)
    }

    /// Year and number of the week, which belongs to the year that its Thursday is in.
    pub fn iso_week(&self) -> (i32, i64) {
        let thursday = Date::of(self.days - self.weekday() + 3);
        (thursday.year, (thursday.day_of_year() - 1) / 7 + 1)
    }

    /// The days of the date so many months later, or of the last day of that month.
    pub fn plus_months(&self, months: i32) -> Option<i64> {
        let count = i64::from(self.year) * 12 + i64::from(self.month) - 1 + i64::from(months);
        let (year, month) = (i32::try_from(count.div_euclid(12)).ok()?, count.rem_euclid(12) as u32 + 1);
        calendar::days(year, month, self.day.min(calendar::days_in_month(year, month)))
    }
}

/// A count of days that has a date.
pub fn checked_date(days: i64) -> Result<i32, String> {
    calendar::checked_date(days).ok_or_else(|| DATE_RANGE.to_string())
}

/// A sum or difference that is a timestamp.
pub fn checked_moment(micros: Option<i64>) -> Result<i64, String> {
    micros.and_then(calendar::checked_moment).ok_or_else(timestamp_range)
}

/// Midnight of a day.
pub fn midnight(days: i64) -> Result<i64, String> {
    days.checked_mul(calendar::DAY).ok_or_else(timestamp_range)
}

pub fn timestamp_range() -> String {
    TIMESTAMP_RANGE.to_string()
}
