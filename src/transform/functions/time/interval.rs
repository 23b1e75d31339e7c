//! Intervals: months, days and a time, each counted by itself, as in PostgreSQL.

use crate::arrow::datatypes::IntervalMonthDayNano;

use crate::format::value::calendar::DAY;

const RANGE: &str = "interval out of range";
/// Days that a month counts as where a part of one is wanted.
const MONTH_DAYS: f64 = 30.0;

pub fn from_parts(months: i64, days: i64, micros: i64) -> Result<IntervalMonthDayNano, String> {
    let range = || RANGE.to_string();
    let months = i32::try_from(months).map_err(|_| range())?;
    let days = i32::try_from(days).map_err(|_| range())?;
    Ok(IntervalMonthDayNano::new(months, days, micros.checked_mul(1000).ok_or_else(range)?))
}

pub fn micros(interval: IntervalMonthDayNano) -> i64 {
    interval.nanoseconds / 1000
}

/// A length of time as whole days and the rest.
pub fn from_micros(length: i64) -> Result<IntervalMonthDayNano, String> {
    from_parts(0, length / DAY, length % DAY)
}

pub fn add(left: IntervalMonthDayNano, right: IntervalMonthDayNano) -> Result<IntervalMonthDayNano, String> {
    let months = i64::from(left.months) + i64::from(right.months);
    let days = i64::from(left.days) + i64::from(right.days);
    // Half of the range of 64 bits is left free by the nanoseconds, so that this cannot overflow.
    from_parts(months, days, micros(left) + micros(right))
}

pub fn negate(interval: IntervalMonthDayNano) -> Result<IntervalMonthDayNano, String> {
    from_parts(-i64::from(interval.months), -i64::from(interval.days), -micros(interval))
}

pub fn subtract(left: IntervalMonthDayNano, right: IntervalMonthDayNano) -> Result<IntervalMonthDayNano, String> {
    let months = i64::from(left.months) - i64::from(right.months);
    let days = i64::from(left.days) - i64::from(right.days);
    from_parts(months, days, micros(left) - micros(right))
}

pub fn divide(interval: IntervalMonthDayNano, divisor: f64) -> Result<IntervalMonthDayNano, String> {
    if divisor == 0.0 {
        return Err("division by zero".to_string());
    }
    scale(interval, |part| part / divisor)
}

pub fn multiply(interval: IntervalMonthDayNano, factor: f64) -> Result<IntervalMonthDayNano, String> {
    scale(interval, |part| part * factor)
}

/// Scales each part; what is left of a month becomes days of 30 to it, what is left of a day becomes time.
fn scale(interval: IntervalMonthDayNano, scaled: impl Fn(f64) -> f64) -> Result<IntervalMonthDayNano, String> {
    let months = scaled(f64::from(interval.months));
    let days = scaled(f64::from(interval.days));
    let month_days = to_micro((months - months.trunc()) * MONTH_DAYS);
    let seconds = to_micro((days - days.trunc() + month_days - month_days.trunc()) * 86_400.0);
    let extra_days = (seconds / 86_400.0).trunc();
    let seconds = seconds - extra_days * 86_400.0;
    let time = (scaled(micros(interval) as f64) + seconds * 1e6).round_ties_even();
    from_parts(whole(months)?, whole(days.trunc() + extra_days + month_days.trunc())?, whole(time)?)
}

/// Rounded to six digits, to lose what binary fractions add.
fn to_micro(value: f64) -> f64 {
    (value * 1e6).round_ties_even() / 1e6
}

fn whole(value: f64) -> Result<i64, String> {
    if value.is_finite() && value.abs() < 9.2e18 { Ok(value as i64) } else { Err(RANGE.to_string()) }
}
