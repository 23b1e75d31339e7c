//! Times that are made, not read: now, today, a date from its numbers, an instant from its epoch.

use crate::arrow::array::Int64Array;
use crate::arrow::datatypes::{Date32Type, Float64Type, TimestampMicrosecondType};

use super::clock::local_of;
use super::date::{checked_date, checked_moment, timestamp_range};
use crate::format::value::calendar::{self, DAY};
use crate::transform::function::Arguments;
use crate::transform::functions::rows::{Outcome, input, primitives, unary};

pub fn now(arguments: &Arguments) -> Outcome {
    primitives::<TimestampMicrosecondType>(arguments, |_| Ok(arguments.session.now))
}

/// The session's date, not UTC's.
pub fn current_date(arguments: &Arguments) -> Outcome {
    let local = local_of(arguments.session.now, arguments.session.zone)?;
    let today = checked_date(local.div_euclid(DAY))?;
    primitives::<Date32Type>(arguments, |_| Ok(today))
}

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
