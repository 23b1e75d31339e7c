//! `extract` and `date_part`: one number out of a date, a time or an interval.

use crate::arrow::array::PrimitiveArray;
use crate::arrow::datatypes::*;

use super::clock::local_of;
use super::date::Date;
use super::field::Field;
use super::interval::micros;
use crate::format::value::calendar::{DAY, HOUR, JULIAN_EPOCH, MINUTE, SECOND};
use crate::transform::function::Arguments;
use crate::transform::functions::compiled::Compiled;
use crate::transform::functions::input::input;
use crate::transform::functions::rows::{Outcome, primitives};

pub fn date(arguments: &Arguments) -> Outcome {
    extracted::<Date32Type>(arguments, |field, days| {
        let value = match field {
            Field::Epoch => Some(f64::from(days) * 86_400.0),
            Field::Julian => Some(f64::from(days) + JULIAN_EPOCH as f64),
            _ => date_part(field, Date::of(days.into())),
        };
        value.ok_or_else(|| unsupported(field, "date"))
    })
}

pub fn timestamp(arguments: &Arguments) -> Outcome {
    extracted::<TimestampMicrosecondType>(arguments, |field, moment| {
        clock_part(field, moment).or_else(|| whole_part(field, moment)).ok_or_else(|| unsupported(field, "timestamp"))
    })
}

/// In the session's zone, but for the epoch, which is the same everywhere.
pub fn timestamptz(arguments: &Arguments) -> Outcome {
    let zone = arguments.session.zone;
    extracted::<TimestampMicrosecondType>(arguments, |field, moment| {
        let local = local_of(moment, zone)?;
        let offset = local - moment;
        Ok(match field {
            Field::Zone => (offset / SECOND) as f64,
            Field::ZoneHour => (offset / HOUR) as f64,
            Field::ZoneMinute => (offset % HOUR / MINUTE) as f64,
            Field::Epoch => moment as f64 / SECOND as f64,
            _ => clock_part(field, local)
                .or_else(|| whole_part(field, local))
                .ok_or_else(|| unsupported(field, "timestamptz"))?,
        })
    })
}

pub fn time(arguments: &Arguments) -> Outcome {
    extracted::<Time64MicrosecondType>(arguments, |field, time| match field {
        Field::Epoch => Ok(time as f64 / SECOND as f64),
        _ => time_part(field, time).ok_or_else(|| unsupported(field, "time")),
    })
}

pub fn interval(arguments: &Arguments) -> Outcome {
    extracted::<IntervalMonthDayNanoType>(arguments, |field, interval| {
        interval_part(field, interval).ok_or_else(|| unsupported(field, "interval"))
    })
}

fn extracted<A: ArrowPrimitiveType>(
    arguments: &Arguments,
    part: impl Fn(Field, A::Native) -> Result<f64, String>,
) -> Outcome {
    let (mut fields, values) = (Compiled::of(arguments, 0)?, input::<PrimitiveArray<A>>(arguments, 1)?);
    primitives::<Float64Type>(arguments, |row| part(*fields.at(row, |name, _| Field::parse(name))?, values.at(row)))
}

fn unsupported(field: Field, ty: &str) -> String {
    format!("unit {:?} is not supported for type {ty}", format!("{field:?}").to_lowercase())
}

fn clock_part(field: Field, moment: i64) -> Option<f64> {
    time_part(field, moment.rem_euclid(DAY)).or_else(|| date_part(field, Date::of(moment.div_euclid(DAY))))
}

/// Counts over the whole of a moment.
fn whole_part(field: Field, moment: i64) -> Option<f64> {
    match field {
        Field::Epoch => Some(moment as f64 / SECOND as f64),
        Field::Julian => Some(moment as f64 / DAY as f64 + JULIAN_EPOCH as f64),
        _ => None,
    }
}

fn time_part(field: Field, time: i64) -> Option<f64> {
    Some(match field {
        Field::Microsecond => (time % MINUTE) as f64,
        Field::Millisecond => (time % MINUTE) as f64 / 1000.0,
        Field::Second => (time % MINUTE) as f64 / SECOND as f64,
        Field::Minute => (time % HOUR / MINUTE) as f64,
        Field::Hour => (time / HOUR) as f64,
        _ => return None,
    })
}

fn date_part(field: Field, date: Date) -> Option<f64> {
    let year = date.year;
    let value = match field {
        Field::Day => date.day as i32,
        Field::Week => date.iso_week().1 as i32,
        Field::Month => date.month as i32,
        Field::Quarter => (date.month as i32 - 1) / 3 + 1,
        Field::Year => era(year),
        Field::IsoYear => era(date.iso_week().0),
        Field::Decade => year.div_euclid(10),
        Field::Century => era_of(year, 100),
        Field::Millennium => era_of(year, 1000),
        Field::DayOfWeek => (date.weekday() as i32 + 1) % 7,
        Field::IsoDayOfWeek => date.weekday() as i32 + 1,
        Field::DayOfYear => date.day_of_year() as i32,
        _ => return None,
    };
    Some(f64::from(value))
}

/// There is no year 0: the one before 1 is 1 BC, -1 here.
fn era(year: i32) -> i32 {
    if year > 0 { year } else { year - 1 }
}

/// The century or millennium of a year; there is no 0th one either.
fn era_of(year: i32, length: i32) -> i32 {
    let count = (year - 1).div_euclid(length) + 1;
    if count > 0 { count } else { count - 1 }
}

fn interval_part(field: Field, interval: IntervalMonthDayNano) -> Option<f64> {
    let (months, days, micros) = (interval.months, interval.days, micros(interval));
    Some(match field {
        Field::Year => f64::from(months / 12),
        Field::Month => f64::from(months % 12),
        Field::Quarter => f64::from(months % 12 / 3 + 1),
        Field::Decade => f64::from(months / 120),
        Field::Century => f64::from(months / 1200),
        Field::Millennium => f64::from(months / 12_000),
        Field::Day => f64::from(days),
        Field::Epoch => {
            // A year counts 365.25 days, a month 30.
            let years = f64::from(months / 12) * 365.25 * 86_400.0;
            years + (f64::from(months % 12) * 30.0 + f64::from(days)) * 86_400.0 + micros as f64 / SECOND as f64
        }
        _ => return time_part(field, micros),
    })
}
