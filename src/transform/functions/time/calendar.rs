//! Between counts (days and microseconds since 1970) and the calendar, and between the session's clock and UTC.

use chrono::{DateTime, Datelike, Duration, LocalResult, NaiveDate, NaiveDateTime, Offset, TimeZone};
use chrono_tz::Tz;

pub const SECOND: i64 = 1_000_000;
pub const MINUTE: i64 = 60 * SECOND;
pub const HOUR: i64 = 60 * MINUTE;
pub const DAY: i64 = 24 * HOUR;

/// Days from 0001-01-01, counted as 1, to 1970-01-01.
const EPOCH: i32 = 719_163;

const DATE_RANGE: &str = "date out of range";
const TIMESTAMP_RANGE: &str = "timestamp out of range";

pub fn date_of(days: i32) -> Result<NaiveDate, String> {
    days.checked_add(EPOCH).and_then(NaiveDate::from_num_days_from_ce_opt).ok_or_else(|| DATE_RANGE.to_string())
}

pub fn days_of(date: NaiveDate) -> i32 {
    date.num_days_from_ce() - EPOCH
}

/// A count of days that has a date.
pub fn checked_days(days: i64) -> Result<i32, String> {
    let days = i32::try_from(days).map_err(|_| DATE_RANGE.to_string())?;
    date_of(days).map(|_| days)
}

/// Midnight of a day, in microseconds.
pub fn midnight(days: i32) -> i64 {
    i64::from(days).saturating_mul(DAY)
}

pub fn moment_of(micros: i64) -> Result<NaiveDateTime, String> {
    DateTime::from_timestamp_micros(micros).map(|moment| moment.naive_utc()).ok_or_else(timestamp_range)
}

pub fn micros_of(moment: NaiveDateTime) -> i64 {
    moment.and_utc().timestamp_micros()
}

pub fn timestamp_range() -> String {
    TIMESTAMP_RANGE.to_string()
}

/// What the session's clock shows at an instant, in microseconds.
pub fn local_of(micros: i64, zone: Tz) -> Result<i64, String> {
    let offset = zone.offset_from_utc_datetime(&moment_of(micros)?).fix().local_minus_utc();
    micros.checked_add(i64::from(offset) * SECOND).ok_or_else(timestamp_range)
}

/// The instant at which the session's clock shows this. Of two, when clocks are set back, the later; when the clock
/// skips it, as if it had not been set forward yet. So does PostgreSQL.
pub fn instant_of(local: i64, zone: Tz) -> Result<i64, String> {
    let moment = moment_of(local)?;
    let offset = match zone.offset_from_local_datetime(&moment) {
        LocalResult::Single(offset) | LocalResult::Ambiguous(_, offset) => offset,
        LocalResult::None => {
            let before = moment.checked_sub_signed(Duration::days(1)).ok_or_else(timestamp_range)?;
            zone.offset_from_utc_datetime(&before)
        }
    };
    local.checked_sub(i64::from(offset.fix().local_minus_utc()) * SECOND).ok_or_else(timestamp_range)
}

/// The date so many months later, or the last day of that month.
pub fn add_months(date: NaiveDate, months: i32) -> Option<NaiveDate> {
    let count = chrono::Months::new(months.unsigned_abs());
    if months < 0 { date.checked_sub_months(count) } else { date.checked_add_months(count) }
}
