//! Clocks of other zones: `at time zone`.

use crate::arrow::array::{Date32Array, TimestampMicrosecondArray};
use crate::arrow::datatypes::TimestampMicrosecondType;

use super::GROUP;
use super::clock::{instant_of, local_of};
use super::date::{checked_moment, midnight, timestamp_range};
use crate::format::value::calendar::SECOND;
use crate::format::value::zone::{self, Zone};
use crate::nearest::nearest;
use crate::transform::function::{Arguments, Function};
use crate::transform::functions::compiled::Compiled;
use crate::transform::functions::input::input;
use crate::transform::functions::rows::{Outcome, primitives};
use crate::transform::functions::signature::{DATE, TEXT, TIMESTAMP, TIMESTAMPTZ, timestamp, timestamptz};

const AT_ZONE: &str = "a timestamptz as that zone's clock shows it, a timestamp as the instant when it does; written a at time zone 'Europe/Berlin'";
pub const ZONES: &str =
    "no daylight saving is known after 2099; zones by full names and offsets, but for UTC no abbreviations";

pub static FUNCTIONS: &[Function] = &[
    Function::strict("timezone", GROUP, &[TEXT, TIMESTAMP], timestamptz, to_instant, AT_ZONE).differs(ZONES),
    Function::strict("timezone", GROUP, &[TEXT, TIMESTAMPTZ], timestamp, to_clock, AT_ZONE).differs(ZONES),
    Function::strict("timezone", GROUP, &[TEXT, DATE], timestamp, date_to_clock, AT_ZONE).differs(ZONES),
];

/// A clock's time in a zone as an instant.
fn to_instant(arguments: &Arguments) -> Outcome {
    let (mut zones, moments) = (Compiled::of(arguments, 0)?, input::<TimestampMicrosecondArray>(arguments, 1)?);
    primitives::<TimestampMicrosecondType>(arguments, |row| {
        let zone = zones.at(row, |name, _| named(name))?;
        zone.to_utc(moments.at(row)).ok_or_else(timestamp_range)
    })
}

/// What a zone's clock shows at an instant.
fn to_clock(arguments: &Arguments) -> Outcome {
    let moments = input::<TimestampMicrosecondArray>(arguments, 1)?;
    shown(arguments, |row| Ok(moments.at(row)))
}

/// The same at the day's beginning in the session's zone.
fn date_to_clock(arguments: &Arguments) -> Outcome {
    let dates = input::<Date32Array>(arguments, 1)?;
    shown(arguments, |row| instant_of(midnight(dates.at(row).into())?, arguments.session.zone))
}

fn shown(arguments: &Arguments, instant: impl Fn(usize) -> Result<i64, String>) -> Outcome {
    let mut zones = Compiled::of(arguments, 0)?;
    primitives::<TimestampMicrosecondType>(arguments, |row| {
        clock_of(instant(row)?, *zones.at(row, |name, _| named(name))?)
    })
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
