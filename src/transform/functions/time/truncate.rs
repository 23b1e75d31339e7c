//! `date_trunc`.

use crate::arrow::array::{Date32Array, TimestampMicrosecondArray};
use crate::arrow::datatypes::TimestampMicrosecondType;

use super::date::{Date, checked_moment, midnight, timestamp_range};
use super::field::Field;
use super::timezone::{clock_of, named};
use crate::format::value::calendar::{self, DAY, HOUR, MINUTE, SECOND};
use crate::format::value::zone::Zone;
use crate::transform::function::Arguments;
use crate::transform::functions::compiled::Compiled;
use crate::transform::functions::input::input;
use crate::transform::functions::rows::{Outcome, primitives};

pub fn date(arguments: &Arguments) -> Outcome {
    let (mut fields, dates) = (Compiled::of(arguments, 0)?, input::<Date32Array>(arguments, 1)?);
    primitives::<TimestampMicrosecondType>(arguments, |row| {
        let field = *fields.at(row, |name, _| Field::parse(name))?;
        truncated(field, midnight(dates.at(row).into())?)
    })
}

pub fn timestamp(arguments: &Arguments) -> Outcome {
    let (mut fields, moments) = (Compiled::of(arguments, 0)?, input::<TimestampMicrosecondArray>(arguments, 1)?);
    primitives::<TimestampMicrosecondType>(arguments, |row| {
        truncated(*fields.at(row, |name, _| Field::parse(name))?, moments.at(row))
    })
}

/// Cut on the clocks of the session's zone, or of one that is named. Within a day the offset stays, so that an hour that comes twice is not moved.
pub fn timestamptz(arguments: &Arguments) -> Outcome {
    let session = Zone::Named(arguments.session.zone);
    let (mut cuts, moments) = (Compiled::of_both(arguments, 0, 2)?, input::<TimestampMicrosecondArray>(arguments, 1)?);
    primitives::<TimestampMicrosecondType>(arguments, |row| {
        let cut = cuts.at(row, |name, zone| {
            let zone = zone.map_or(Ok(session), named)?;
            Ok((Field::parse(name)?, zone))
        });
        let ((field, zone), moment) = (*cut?, moments.at(row));
        let local = clock_of(moment, zone)?;
        let cut = truncated(field, local)?;
        match unit(field) {
            Some(unit) if unit < DAY => Ok(moment - (local - cut)),
            _ => zone.to_utc(cut).ok_or_else(timestamp_range),
        }
    })
}

fn truncated(field: Field, moment: i64) -> Result<i64, String> {
    if let Some(unit) = unit(field) {
        return Ok(moment - moment.rem_euclid(unit));
    }
    let days = first_day(field, Date::of(moment.div_euclid(DAY)))?.ok_or_else(timestamp_range)?;
    checked_moment(Some(midnight(days)?))
}

/// The length of the fields that all have one length.
fn unit(field: Field) -> Option<i64> {
    match field {
        Field::Microsecond => Some(1),
        Field::Millisecond => Some(1000),
        Field::Second => Some(SECOND),
        Field::Minute => Some(MINUTE),
        Field::Hour => Some(HOUR),
        Field::Day => Some(DAY),
        _ => None,
    }
}

/// The first day of the week, month, …, that the date is in, as days since 1970. Centuries begin with a year 1.
fn first_day(field: Field, date: Date) -> Result<Option<i64>, String> {
    let year = date.year;
    let january = |year| calendar::days(year, 1, 1);
    Ok(match field {
        Field::Week => Some(date.days - date.weekday()),
        Field::Month => calendar::days(year, date.month, 1),
        Field::Quarter => calendar::days(year, (date.month - 1) / 3 * 3 + 1, 1),
        Field::Year => january(year),
        Field::Decade => january(year.div_euclid(10) * 10),
        Field::Century => january((year - 1).div_euclid(100) * 100 + 1),
        Field::Millennium => january((year - 1).div_euclid(1000) * 1000 + 1),
        _ => {
            return Err(
                "date_trunc takes microseconds to millennium, as in date_trunc('month', ordered_at)".to_string()
            );
        }
    })
}
