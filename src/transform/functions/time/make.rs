//! Dates and times made from numbers: of a calendar and a clock, or seconds since 1970.

use crate::arrow::array::{Float64Array, Int64Array, StringArray};
use crate::arrow::datatypes::{Date32Type, Float64Type, Time64MicrosecondType, TimestampMicrosecondType};

use super::GROUP;
use super::clock::instant_of;
use super::date::{checked_moment, midnight, timestamp_range};
use super::timezone::{ZONES, unknown_zone};
use crate::format::value::calendar::{self, HOUR, MINUTE};
use crate::format::value::zone;
use crate::transform::function::{Arguments, Function};
use crate::transform::functions::input::{input, optional};
use crate::transform::functions::rows::{Outcome, primitives, unary};
use crate::transform::functions::signature::{BIGINT, DOUBLE, TEXT, time, timestamp, timestamptz};

const MADE_INSTANT: &str =
    "the same by the clocks of a zone, or of run.timezone: make_timestamptz(2024, 1, 31, 17, 5, 0, 'Europe/Berlin')";

pub static FUNCTIONS: &[Function] = &[
    Function::strict(
        "make_time",
        GROUP,
        &[BIGINT, BIGINT, DOUBLE],
        time,
        make_time,
        "time of an hour, minute and seconds: make_time(17, 5, 30.5) = 17:05:30.5",
    )
    .differs("24:00 is out of range"),
    Function::strict(
        "make_timestamp",
        GROUP,
        &[BIGINT, BIGINT, BIGINT, BIGINT, BIGINT, DOUBLE],
        timestamp,
        make_timestamp,
        "timestamp of year, month, day, hour, minute and seconds: make_timestamp(2024, 1, 31, 17, 5, 0) = 2024-01-31 17:05:00",
    ),
    Function::strict(
        "make_timestamptz",
        GROUP,
        &[BIGINT, BIGINT, BIGINT, BIGINT, BIGINT, DOUBLE, TEXT],
        timestamptz,
        make_timestamptz,
        MADE_INSTANT,
    )
    .optional(1)
    .differs(ZONES),
];

/// A negative year counts back from 1 BC.
pub fn make_date(arguments: &Arguments) -> Outcome {
    let [year, month, day] = [0, 1, 2].map(|place| input::<Int64Array>(arguments, place));
    let (year, month, day) = (year?, month?, day?);
    primitives::<Date32Type>(arguments, |row| {
        let (year, month, day) = (year.at(row), month.at(row), day.at(row));
        let days = calendar_days(year, month, day).and_then(calendar::checked_date);
        days.ok_or_else(|| format!("date field value out of range: {year}-{month:02}-{day:02}"))
    })
}

pub fn from_epoch(arguments: &Arguments) -> Outcome {
    unary::<Float64Type, TimestampMicrosecondType>(arguments, |seconds| {
        let micros = (seconds * 1e6).round_ties_even();
        if !micros.is_finite() || micros.abs() > 9.2e18 {
            return Err(timestamp_range());
        }
        checked_moment(Some(micros as i64))
    })
}

fn calendar_days(year: i64, month: i64, day: i64) -> Option<i64> {
    let year = if year < 0 { year.checked_add(1)? } else { (year != 0).then_some(year)? };
    calendar::days(year.try_into().ok()?, month.try_into().ok()?, day.try_into().ok()?)
}

fn make_time(arguments: &Arguments) -> Outcome {
    let (hour, minute) = (input::<Int64Array>(arguments, 0)?, input::<Int64Array>(arguments, 1)?);
    let second = input::<Float64Array>(arguments, 2)?;
    primitives::<Time64MicrosecondType>(arguments, |row| clock_time(hour.at(row), minute.at(row), second.at(row)))
}

fn make_timestamp(arguments: &Arguments) -> Outcome {
    made(arguments, |_, clock| Ok(clock))
}

/// By the clocks of the session's zone, or of a zone that is named.
fn make_timestamptz(arguments: &Arguments) -> Outcome {
    let zones = optional::<StringArray>(arguments, 6)?;
    made(arguments, |row, clock| match &zones {
        Some(zones) => {
            let name = zones.at(row);
            let unknown = || unknown_zone(name);
            let zone = zone::read(name.as_bytes()).filter(|_| !name.starts_with(|first: char| first.is_ascii_digit()));
            zone.ok_or_else(unknown)?.to_utc(clock).ok_or_else(timestamp_range)
        }
        None => instant_of(clock, arguments.session.zone),
    })
}

/// What a clock shows, made from numbers, and the moment that it means.
fn made(arguments: &Arguments, moment: impl Fn(usize, i64) -> Result<i64, String>) -> Outcome {
    let numbers = (0..5).map(|place| input::<Int64Array>(arguments, place)).collect::<Result<Vec<_>, _>>()?;
    let second = input::<Float64Array>(arguments, 5)?;
    primitives::<TimestampMicrosecondType>(arguments, |row| {
        let numbers: Vec<i64> = numbers.iter().map(|number| number.at(row)).collect();
        let [year, month, day, hour, minute] = *numbers.as_slice() else { return Err(timestamp_range()) };
        let range = || format!("date field value out of range: {year}-{month:02}-{day:02}");
        let days = calendar_days(year, month, day).ok_or_else(range)?;
        let clock = checked_moment(midnight(days)?.checked_add(clock_time(hour, minute, second.at(row))?))?;
        moment(row, clock)
    })
}

/// Microseconds since midnight.
fn clock_time(hour: i64, minute: i64, second: f64) -> Result<i64, String> {
    if !(0..24).contains(&hour) || !(0..60).contains(&minute) || !(0.0..=60.0).contains(&second) {
        return Err(format!("time field value out of range: {hour}:{minute:02}:{second:02}"));
    }
    Ok(hour * HOUR + minute * MINUTE + (second * 1e6).round_ties_even() as i64)
}
