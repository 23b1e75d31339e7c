//! Dates and timestamps to each other, through the session's zone where one side has one.

use std::sync::Arc;

use crate::arrow::array::{ArrayRef, AsArray};
use crate::arrow::datatypes::{Date32Type, Time64MicrosecondType, TimestampMicrosecondType};
use chrono_tz::Tz;

use crate::format::value::calendar::{DAY, checked_moment};
use crate::format::value::zone::{Zone, to_local};
use crate::types::Type;

/// A value that does not fit is NULL.
pub fn cast(array: &ArrayRef, from: Type, to: Type, zone: Tz) -> ArrayRef {
    let local = |micros| match from {
        Type::TimestampTz => to_local(micros, zone).and_then(checked_moment),
        _ => Some(micros),
    };
    let moment = |micros| match to {
        Type::TimestampTz => Zone::Named(zone).to_utc(micros),
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arrow::array::{Array, TimestampMicrosecondArray};
    use crate::format::value::calendar::JULIAN_EPOCH;

    #[test]
    fn a_clock_before_the_first_moment_is_none() {
        let first = TimestampMicrosecondArray::from(vec![-JULIAN_EPOCH * DAY]);
        let first: ArrayRef = Arc::new(first.with_data_type(Type::TimestampTz.arrow()));
        let local = |zone| cast(&first, Type::TimestampTz, Type::Timestamp, zone);
        assert!(local(Tz::Europe__Berlin).is_valid(0));
        assert!(local(Tz::America__New_York).is_null(0));
    }
}
