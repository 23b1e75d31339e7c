//! Days since 1970 to year, month and day and back, in the Gregorian calendar extended both ways, as PostgreSQL counts.

use std::ops::RangeInclusive;

/// Microseconds.
pub const SECOND: i64 = 1_000_000;
pub const MINUTE: i64 = 60 * SECOND;
pub const HOUR: i64 = 60 * MINUTE;
pub const DAY: i64 = 24 * HOUR;

/// The Julian day of 1970-01-01.
pub const JULIAN_EPOCH: i64 = 2_440_588;

/// The dates that PostgreSQL knows, 4714-11-24 BC to 5874897-12-31.
const DATES: RangeInclusive<i64> = -JULIAN_EPOCH..=2_145_042_905;
/// The first moment of these days; the last timestamp is that of 64 bits, in the year 294247.
const FIRST_MOMENT: i64 = *DATES.start() * DAY;

/// Days from 0000-03-01, where a four-century cycle begins, to 1970-01-01.
const EPOCH: i64 = 719_468;
const DAYS_PER_CYCLE: i64 = 146_097;

/// The days, if they are a date.
#[inline]
pub fn checked_date(days: i64) -> Option<i32> {
    if DATES.contains(&days) { i32::try_from(days).ok() } else { None }
}

/// The microseconds since 1970, if they are a timestamp.
#[inline]
pub fn checked_moment(micros: i64) -> Option<i64> {
    (micros >= FIRST_MOMENT).then_some(micros)
}

/// Days since 1970-01-01, unless there is no such date. Year 0 is 1 BC.
#[inline]
pub fn days(year: i32, month: u32, day: u32) -> Option<i64> {
    if !(1..=12).contains(&month) || day == 0 || day > days_in_month(year, month) {
        return None;
    }
    // Years begin in March here, so that a leap day is the last day of its year.
    let year = i64::from(year) - i64::from(month <= 2);
    let (cycle, year_of_cycle) = (year.div_euclid(400), year.rem_euclid(400));
    let month_of_year = (i64::from(month) + 9) % 12;
    let day_of_year = (153 * month_of_year + 2) / 5 + i64::from(day) - 1;
    let day_of_cycle = year_of_cycle * 365 + year_of_cycle / 4 - year_of_cycle / 100 + day_of_year;
    Some(cycle * DAYS_PER_CYCLE + day_of_cycle - EPOCH).filter(|days| DATES.contains(days))
}

/// Year, month and day of a number of days since 1970-01-01.
#[inline]
pub fn date(days: i64) -> (i64, u64, u64) {
    let shifted = days + EPOCH;
    let (cycle, day_of_cycle) = (shifted.div_euclid(DAYS_PER_CYCLE), shifted.rem_euclid(DAYS_PER_CYCLE));
    let leap_days = day_of_cycle / 1_460 - day_of_cycle / 36_524 + day_of_cycle / 146_096;
    let year_of_cycle = (day_of_cycle - leap_days) / 365;
    let day_of_year = day_of_cycle - (365 * year_of_cycle + year_of_cycle / 4 - year_of_cycle / 100);
    let month_of_year = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_of_year + 2) / 5 + 1;
    let month = if month_of_year < 10 { month_of_year + 3 } else { month_of_year - 9 };
    (cycle * 400 + year_of_cycle + i64::from(month <= 2), month as u64, day as u64)
}

pub fn days_in_month(year: i32, month: u32) -> u32 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use chrono::Datelike;

    use super::*;

    #[test]
    fn agrees_with_chrono() {
        for day in (-2_000_000..2_000_000).step_by(37) {
            let (year, month, number) = date(day);
            let expected = chrono::NaiveDate::from_epoch_days(day as i32).unwrap();
            assert_eq!((year, month, number), (expected.year().into(), expected.month().into(), expected.day().into()));
            assert_eq!(days(year as i32, month as u32, number as u32), Some(day));
        }
    }

    #[test]
    fn no_such_date() {
        assert_eq!(days(2023, 2, 29), None);
        assert_eq!(days(1900, 2, 29), None);
        assert_eq!(days(2000, 2, 30), None);
        assert_eq!(days(2024, 0, 1), None);
        assert_eq!(days(2024, 13, 1), None);
        assert_eq!(days(2024, 4, 31), None);
        assert_eq!(days(2024, 4, 0), None);
        // The ends of PostgreSQL's range.
        assert_eq!(days(-4713, 11, 23), None);
        assert_eq!(days(-4713, 11, 24), Some(*DATES.start()));
        assert_eq!(days(5_874_897, 12, 31), Some(*DATES.end()));
        assert_eq!(days(5_874_898, 1, 1), None);
    }
}
