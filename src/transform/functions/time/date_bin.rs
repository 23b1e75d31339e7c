//! `date_bin`: moments brought back to the beginning of strides.

use crate::arrow::array::{IntervalMonthDayNanoArray, TimestampMicrosecondArray};
use crate::arrow::datatypes::TimestampMicrosecondType;

use super::GROUP;
use super::date::{checked_moment, timestamp_range};
use super::interval::micros;
use crate::format::value::calendar::DAY;
use crate::transform::function::{Arguments, Function};
use crate::transform::functions::input::input;
use crate::transform::functions::rows::{Outcome, primitives};
use crate::transform::functions::signature::{INTERVAL, TIMESTAMP, TIMESTAMPTZ, timestamp, timestamptz};

const BIN: &str = "beginning of the stride that a time is in, counted from an origin: date_bin('15 minutes', timestamp '2024-01-31 12:34', timestamp '2024-01-01') = 2024-01-31 12:30:00";

pub static FUNCTIONS: &[Function] = &[
    Function::strict("date_bin", GROUP, &[INTERVAL, TIMESTAMP, TIMESTAMP], timestamp, date_bin, BIN),
    Function::strict("date_bin", GROUP, &[INTERVAL, TIMESTAMPTZ, TIMESTAMPTZ], timestamptz, date_bin, BIN),
];

/// The beginning of the stride, counted from an origin, that the moment is in.
fn date_bin(arguments: &Arguments) -> Outcome {
    let strides = input::<IntervalMonthDayNanoArray>(arguments, 0)?;
    let moments = input::<TimestampMicrosecondArray>(arguments, 1)?;
    let origins = input::<TimestampMicrosecondArray>(arguments, 2)?;
    primitives::<TimestampMicrosecondType>(arguments, |row| {
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
