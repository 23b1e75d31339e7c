//! Dates and timestamps to each other, through the session's zone where one side has one.

use std::sync::Arc;

use crate::arrow::array::{ArrayRef, AsArray};
use crate::arrow::datatypes::{Date32Type, Time64MicrosecondType, TimestampMicrosecondType};
use chrono::{DateTime, NaiveDateTime, Offset, TimeDelta, TimeZone};
use chrono_tz::Tz;

use crate::types::Type;

const DAY: i64 = 86_400_000_000;

/// A value that does not fit is NULL.
pub fn cast(array: &ArrayRef, from: Type, to: Type, zone: Tz) -> ArrayRef {
    let local = |micros| match from {
        Type::TimestampTz => to_local(micros, zone),
        _ => Some(micros),
    };
    let moment = |micros| match to {
        Type::TimestampTz => to_utc(micros, zone),
        _ => Some(micros),
    };
    if from == Type::Date {
        let dates = array.as_primitive::<Date32Type>();
        let moments = dates.unary_opt::<_, TimestampMicrosecondType>(|day| moment(i64::from(day).checked_mul(DAY)?));
        return Arc::new(moments.with_data_type(to.arrow()));
    }
    let times = array.as_primitive::<TimestampMicrosecondType>();
    match to {
        Type::Date => {
            Arc::new(times.unary_opt::<_, Date32Type>(|micros| i32::try_from(local(micros)?.div_euclid(DAY)).ok()))
        }
        Type::Time => {
            Arc::new(times.unary_opt::<_, Time64MicrosecondType>(|micros| Some(local(micros)?.rem_euclid(DAY))))
        }
        _ => {
            let moments = times.unary_opt::<_, TimestampMicrosecondType>(|micros| moment(local(micros)?));
            Arc::new(moments.with_data_type(to.arrow()))
        }
    }
}

/// What the clocks of a zone show.
fn to_local(micros: i64, zone: Tz) -> Option<i64> {
    let utc = DateTime::from_timestamp_micros(micros)?.naive_utc();
    let offset = zone.offset_from_utc_datetime(&utc).fix().local_minus_utc();
    micros.checked_add(i64::from(offset) * 1_000_000)
}

/// When the clocks of a zone show it. What they show twice is the second time; what they skip is read as if they had not
/// been put forward.
fn to_utc(micros: i64, zone: Tz) -> Option<i64> {
    let local = DateTime::from_timestamp_micros(micros)?.naive_utc();
    let moment = match zone.from_local_datetime(&local).latest() {
        Some(moment) => moment.naive_utc(),
        None => local - offset_before(local, zone),
    };
    Some(moment.and_utc().timestamp_micros())
}

fn offset_before(local: NaiveDateTime, zone: Tz) -> TimeDelta {
    /// Clocks are never put forward by more.
    const LONGEST_GAP: TimeDelta = TimeDelta::days(1);
    let before = zone.offset_from_local_datetime(&(local - LONGEST_GAP)).latest();
    TimeDelta::seconds(before.map_or(0, |offset| i64::from(offset.fix().local_minus_utc())))
}
