//! `justify_hours`, `justify_days` and `justify_interval`: hours as days and days as months.

use crate::arrow::datatypes::{IntervalMonthDayNano, IntervalMonthDayNanoType as Interval};

use super::GROUP;
use super::interval::{from_parts, micros};
use crate::format::value::calendar::DAY;
use crate::transform::function::Function;
use crate::transform::functions::rows::unary;
use crate::transform::functions::signature::{INTERVAL, interval};

/// Of a month.
const DAYS: i64 = 30;

pub static FUNCTIONS: &[Function] = &[
    Function::strict(
        "justify_hours",
        GROUP,
        &[INTERVAL],
        interval,
        |a| unary::<Interval, Interval>(a, justify_hours),
        "every 24 hours of an interval as a day: justify_hours(interval '27 hours') = 1 day 03:00:00",
    ),
    Function::strict(
        "justify_days",
        GROUP,
        &[INTERVAL],
        interval,
        |a| unary::<Interval, Interval>(a, justify_days),
        "every 30 days of an interval as a month: justify_days(interval '35 days') = 1 mon 5 days",
    ),
    Function::strict(
        "justify_interval",
        GROUP,
        &[INTERVAL],
        interval,
        |a| unary::<Interval, Interval>(a, justify),
        "both, all parts with one sign: justify_interval(interval '1 mon -1 hour') = 29 days 23:00:00",
    ),
];

/// Hours of whole days become days.
fn justify_hours(interval: IntervalMonthDayNano) -> Result<IntervalMonthDayNano, String> {
    let time = micros(interval);
    let days = i64::from(interval.days) + time / DAY;
    let (days, time) = one_sign(days, time % DAY, DAY);
    from_parts(interval.months.into(), days, time)
}

/// 30 days become a month.
fn justify_days(interval: IntervalMonthDayNano) -> Result<IntervalMonthDayNano, String> {
    let months = i64::from(interval.months) + i64::from(interval.days) / DAYS;
    let (months, days) = one_sign(months, i64::from(interval.days) % DAYS, DAYS);
    from_parts(months, days, micros(interval))
}

/// Both, and all parts with one sign.
fn justify(interval: IntervalMonthDayNano) -> Result<IntervalMonthDayNano, String> {
    let days = i64::from(interval.days) + micros(interval) / DAY;
    let (mut months, mut days) = (i64::from(interval.months) + days / DAYS, days % DAYS);
    let time = micros(interval) % DAY;
    // Days of zero leave it to the time which sign they have.
    let sign = if days == 0 { time.signum() } else { days.signum() };
    if months.signum() * sign < 0 {
        (months, days) = (months + sign, days - sign * DAYS);
    }
    let (days, time) = one_sign(days, time, DAY);
    from_parts(months, days, time)
}

/// Moves one of `large` into `small`, where they have contrary signs.
fn one_sign(large: i64, small: i64, size: i64) -> (i64, i64) {
    match large.signum() * small.signum() {
        -1 => (large + small.signum(), small - small.signum() * size),
        _ => (large, small),
    }
}
