//! `age`, `date_bin` and clocks of other zones.

use crate::arrow::array::{Date32Array, IntervalMonthDayNanoArray, TimestampMicrosecondArray};
use crate::arrow::datatypes::{IntervalMonthDayNano, IntervalMonthDayNanoType, TimestampMicrosecondType};

use super::clock::{instant_of, local_of};
use super::date::{Date, checked_moment, midnight, timestamp_range};
use super::interval::{from_parts, micros};
use crate::format::value::calendar::{DAY, SECOND, days_in_month};
use crate::format::value::zone::{self, Zone};
use crate::nearest::nearest;
use crate::transform::function::Arguments;
use crate::transform::functions::compiled::Compiled;
use crate::transform::functions::input::{input, optional};
use crate::transform::functions::rows::{Outcome, booleans, primitives};

type Moment = TimestampMicrosecondType;

pub fn age(arguments: &Arguments) -> Outcome {
    aged(arguments, Ok)
}

/// Between what the session's clock shows.
pub fn age_of_instants(arguments: &Arguments) -> Outcome {
    let zone = arguments.session.zone;
    aged(arguments, |moment| local_of(moment, zone))
}

/// Of one moment alone it is the time until today began.
fn aged(arguments: &Arguments, local: impl Fn(i64) -> Result<i64, String>) -> Outcome {
    let first = input::<TimestampMicrosecondArray>(arguments, 0)?;
    let second = optional::<TimestampMicrosecondArray>(arguments, 1)?;
    let now = local_of(arguments.session.now, arguments.session.zone)?;
    primitives::<IntervalMonthDayNanoType>(arguments, |row| {
        let one = local(first.at(row))?;
        match &second {
            Some(second) => between(one, local(second.at(row))?),
            None => between(now - now.rem_euclid(DAY), one),
        }
    })
}

/// In whole months, days and a time, all of one sign; days are borrowed from the month of the earlier moment.
fn between(one: i64, other: i64) -> Result<IntervalMonthDayNano, String> {
    let (sign, from, to) = if one < other { (-1, one, other) } else { (1, other, one) };
    let (start, end) = (Date::of(from.div_euclid(DAY)), Date::of(to.div_euclid(DAY)));
    let mut months = i64::from(end.year - start.year) * 12 + i64::from(end.month) - i64::from(start.month);
    let mut days = i64::from(end.day) - i64::from(start.day);
    let mut time = to.rem_euclid(DAY) - from.rem_euclid(DAY);
    if time < 0 {
        (time, days) = (time + DAY, days - 1);
    }
    if days < 0 {
        (days, months) = (days + i64::from(days_in_month(start.year, start.month)), months - 1);
    }
    from_parts(sign * months, sign * days, sign * time)
}

/// The beginning of the stride, counted from an origin, that the moment is in.
pub fn date_bin(arguments: &Arguments) -> Outcome {
    let strides = input::<IntervalMonthDayNanoArray>(arguments, 0)?;
    let moments = input::<TimestampMicrosecondArray>(arguments, 1)?;
    let origins = input::<TimestampMicrosecondArray>(arguments, 2)?;
    primitives::<Moment>(arguments, |row| {
        let stride = strides.at(row);
        if stride.months != 0 {
            return Err("timestamps cannot be binned into intervals containing months or years".to_string());
        }
        let length = i64::from(stride.days).checked_mul(DAY).and_then(|days| days.checked_add(micros(stride)));
        let length = length.ok_or_else(timestamp_range)?;
        if length <= 0 {
            return Err("stride must be greater than zero".to_string());
        }
        let distance = moments.at(row).checked_sub(origins.at(row)).ok_or_else(timestamp_range)?;
        checked_moment(moments.at(row).checked_sub(distance.rem_euclid(length)))
    })
}

/// A clock's time in a zone as an instant.
pub fn to_instant(arguments: &Arguments) -> Outcome {
    let (mut zones, moments) = (Compiled::of(arguments, 0)?, input::<TimestampMicrosecondArray>(arguments, 1)?);
    primitives::<Moment>(arguments, |row| {
        let zone = zones.at(row, |name, _| named(name))?;
        zone.to_utc(moments.at(row)).ok_or_else(timestamp_range)
    })
}

/// What a zone's clock shows at an instant.
pub fn to_clock(arguments: &Arguments) -> Outcome {
    let moments = input::<TimestampMicrosecondArray>(arguments, 1)?;
    shown(arguments, |row| Ok(moments.at(row)))
}

/// The same at the day's beginning in the session's zone.
pub fn date_to_clock(arguments: &Arguments) -> Outcome {
    let dates = input::<Date32Array>(arguments, 1)?;
    shown(arguments, |row| instant_of(midnight(dates.at(row).into())?, arguments.session.zone))
}

fn shown(arguments: &Arguments, instant: impl Fn(usize) -> Result<i64, String>) -> Outcome {
    let mut zones = Compiled::of(arguments, 0)?;
    primitives::<Moment>(arguments, |row| clock_of(instant(row)?, *zones.at(row, |name, _| named(name))?))
}

/// What the clocks of a zone show.
pub fn clock_of(instant: i64, zone: Zone) -> Result<i64, String> {
    match zone {
        Zone::Named(zone) => local_of(instant, zone),
        Zone::Offset(seconds) => checked_moment(instant.checked_add(i64::from(seconds) * SECOND)),
    }
}

/// A zone by name. Behind `at time zone` a signed offset counts west of Greenwich, as POSIX has it.
pub fn named(name: &str) -> Result<Zone, String> {
    match zone::read(name.as_bytes()) {
        Some(Zone::Offset(seconds)) => Ok(Zone::Offset(-seconds)),
        Some(zone) => Ok(zone),
        None => Err(unknown_zone(name)),
    }
}

pub fn unknown_zone(name: &str) -> String {
    // Names without a slash are abbreviations and old ones, which would be near to many a slip.
    let names = chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name()).filter(|name| name.contains('/'));
    let remedy = match nearest(name, names) {
        Some(near) => format!("nearest is {near:?}"),
        None => "write its full name, such as 'Europe/Berlin'".to_owned(),
    };
    format!("time zone {name:?} not recognized; {remedy}")
}

/// No infinite date or time is a value here.
pub fn isfinite(arguments: &Arguments) -> Outcome {
    booleans(arguments, |_| Ok(true))
}
