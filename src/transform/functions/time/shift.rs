//! Dates and times moved by intervals and days, and the distances between them.

use crate::arrow::array::{IntervalMonthDayNanoArray, PrimitiveArray};
use crate::arrow::datatypes::*;
use chrono_tz::Tz;

use super::clock::{instant_of, local_of};
use super::date::{Date, checked_date, checked_moment, midnight, timestamp_range};
use super::interval::{from_micros, micros, negate};
use crate::format::value::calendar::DAY;
use crate::transform::function::Arguments;
use crate::transform::functions::input::input;
use crate::transform::functions::rows::{Outcome, binary, primitives};

/// Which argument is the interval, and whether it is taken away.
#[derive(Clone, Copy)]
pub enum Form {
    /// moment + interval
    Plus,
    /// interval + moment
    Flipped,
    /// moment - interval
    Minus,
}

pub fn date(arguments: &Arguments, form: Form) -> Outcome {
    moved::<Date32Type, TimestampMicrosecondType>(arguments, form, |days, interval| {
        moved_clock(midnight(days.into())?, interval)
    })
}

pub fn timestamp(arguments: &Arguments, form: Form) -> Outcome {
    moved::<TimestampMicrosecondType, TimestampMicrosecondType>(arguments, form, moved_clock)
}

pub fn timestamptz(arguments: &Arguments, form: Form) -> Outcome {
    let zone = arguments.session.zone;
    moved::<TimestampMicrosecondType, TimestampMicrosecondType>(arguments, form, |moment, interval| {
        moved_instant(moment, interval, zone)
    })
}

/// A time of day goes round the clock; months and days do not move it.
pub fn time(arguments: &Arguments, form: Form) -> Outcome {
    moved::<Time64MicrosecondType, Time64MicrosecondType>(arguments, form, |time, interval| {
        Ok((time + micros(interval) % DAY).rem_euclid(DAY))
    })
}

pub fn days(arguments: &Arguments, sign: i64) -> Outcome {
    binary::<Date32Type, Int64Type, Date32Type>(arguments, |date, days| date_plus(date, days.saturating_mul(sign)))
}

pub fn days_flipped(arguments: &Arguments) -> Outcome {
    binary::<Int64Type, Date32Type, Date32Type>(arguments, |days, date| date_plus(date, days))
}

pub fn days_between(arguments: &Arguments) -> Outcome {
    binary::<Date32Type, Date32Type, Int32Type>(arguments, |left, right| {
        left.checked_sub(right).ok_or_else(|| "integer out of range".to_string())
    })
}

pub fn between<A: ArrowPrimitiveType<Native = i64>>(arguments: &Arguments) -> Outcome {
    binary::<A, A, IntervalMonthDayNanoType>(arguments, |left, right| {
        from_micros(left.checked_sub(right).ok_or_else(|| "interval out of range".to_string())?)
    })
}

fn date_plus(date: i32, days: i64) -> Result<i32, String> {
    checked_date(i64::from(date).saturating_add(days))
}

fn moved<A: ArrowPrimitiveType, O: ArrowPrimitiveType>(
    arguments: &Arguments,
    form: Form,
    add: impl Fn(A::Native, IntervalMonthDayNano) -> Result<O::Native, String>,
) -> Outcome {
    let (moment, interval) = if matches!(form, Form::Flipped) { (1, 0) } else { (0, 1) };
    let moments = input::<PrimitiveArray<A>>(arguments, moment)?;
    let intervals = input::<IntervalMonthDayNanoArray>(arguments, interval)?;
    primitives::<O>(arguments, |row| {
        let interval = intervals.at(row);
        add(moments.at(row), if matches!(form, Form::Minus) { negate(interval)? } else { interval })
    })
}

fn moved_clock(moment: i64, interval: IntervalMonthDayNano) -> Result<i64, String> {
    let moment = plus_days(plus_months(moment, interval.months)?, interval.days)?;
    checked_moment(moment.checked_add(micros(interval)))
}

/// Months and days move the session's clock, each by itself; the time moves the instant.
fn moved_instant(moment: i64, interval: IntervalMonthDayNano, zone: Tz) -> Result<i64, String> {
    let mut moment = moment;
    if interval.months != 0 {
        moment = instant_of(plus_months(local_of(moment, zone)?, interval.months)?, zone)?;
    }
    if interval.days != 0 {
        moment = instant_of(plus_days(local_of(moment, zone)?, interval.days)?, zone)?;
    }
    checked_moment(moment.checked_add(micros(interval)))
}

fn plus_months(moment: i64, months: i32) -> Result<i64, String> {
    if months == 0 {
        return Ok(moment);
    }
    let days = Date::of(moment.div_euclid(DAY)).plus_months(months).ok_or_else(timestamp_range)?;
    checked_moment(midnight(days)?.checked_add(moment.rem_euclid(DAY)))
}

fn plus_days(moment: i64, days: i32) -> Result<i64, String> {
    checked_moment(moment.checked_add(midnight(days.into())?))
}
