//! `age`: the time between two moments in years, months and days.

use crate::arrow::array::TimestampMicrosecondArray;
use crate::arrow::datatypes::{IntervalMonthDayNano, IntervalMonthDayNanoType};

use super::GROUP;
use super::clock::local_of;
use super::date::Date;
use super::interval::from_parts;
use super::timezone::ZONES;
use crate::format::value::calendar::{DAY, days_in_month};
use crate::transform::function::{Arguments, Function};
use crate::transform::functions::input::{input, optional};
use crate::transform::functions::rows::{Outcome, primitives};
use crate::transform::functions::signature::{TIMESTAMP, TIMESTAMPTZ, interval};

const AGE: &str = "time between two in years, months and days, or from one until today: age(timestamp '2024-03-01', timestamp '2024-01-31') = 1 mon 1 day";

pub static FUNCTIONS: &[Function] = &[
    Function::strict("age", GROUP, &[TIMESTAMP, TIMESTAMP], interval, age, AGE).optional(1),
    Function::strict("age", GROUP, &[TIMESTAMPTZ, TIMESTAMPTZ], interval, age_of_instants, AGE)
        .optional(1)
        .differs(ZONES),
];

fn age(arguments: &Arguments) -> Outcome {
    aged(arguments, Ok)
}

/// Between what the session's clock shows.
fn age_of_instants(arguments: &Arguments) -> Outcome {
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
