//! Times and timestamps to the nanosecond: microseconds, and three more digits.

use std::sync::Arc;

use chrono_tz::Tz;

use super::calendar::SECOND;
use super::fault::Fault;
use super::{Excess, Form, digits, time, timestamp};
use crate::arrow::array::{ArrayRef, Int64Array};
use crate::arrow::datatypes::{DataType, Time64NanosecondType, TimeUnit, TimestampNanosecondType};
use crate::batch::{Computed, Failure};
use crate::types::{Type, Typing};

/// Nanoseconds in a microsecond.
const NANOS: i64 = 1_000;

/// The Arrow type of such values in 64 bits.
pub fn arrow(ty: Type) -> DataType {
    match ty.arrow() {
        DataType::Time64(_) => DataType::Time64(TimeUnit::Nanosecond),
        DataType::Timestamp(_, zone) => DataType::Timestamp(TimeUnit::Nanosecond, zone),
        other => other,
    }
}

/// Appends microseconds and the nanoseconds below them as the type is written, with up to nine digits of the second.
pub fn write(micros: i64, below: u16, ty: Type, form: Form, out: &mut Vec<u8>) {
    let start = out.len();
    let fraction = micros.rem_euclid(SECOND);
    write_micros(micros - fraction, ty, form, out);
    let fraction = (fraction * NANOS) as u64 + u64::from(below);
    let mut text = Vec::with_capacity(10);
    digits::write_fraction(fraction, 9, &mut text);
    let at = start + end_of_seconds(out.get(start..).unwrap_or_default());
    out.splice(at..at, text);
}

fn write_micros(micros: i64, ty: Type, form: Form, out: &mut Vec<u8>) {
    match (ty, form) {
        (Type::Time, _) => time::write(micros, out),
        (Type::TimestampTz, Form::Sql(zone)) => timestamp::write_zoned(micros, zone, out),
        (Type::TimestampTz, Form::Iso) => timestamp::write_iso_zoned(micros, out),
        (Type::TimestampTz, Form::Utc) => timestamp::write_utc(micros, out),
        (_, Form::Iso) => timestamp::write_iso_plain(micros, out),
        _ => timestamp::write_plain(micros, out),
    }
}

/// Behind `12:34:56`, wherever that stands.
fn end_of_seconds(text: &[u8]) -> usize {
    let colons = text.iter().enumerate().filter(|(_, byte)| **byte == b':');
    colons.map(|(at, _)| at).nth(1).map_or(text.len(), |at| (at + 3).min(text.len()))
}

/// What such a text says: microseconds, and the nanoseconds below them.
fn read(text: &str, ty: Type, zone: Tz) -> Result<(i64, u16), Fault> {
    let (text, below) = split(text)?;
    let micros = match ty {
        Type::Time => time::read(&text, Excess::Refuse),
        Type::TimestampTz => timestamp::read_zoned(&text, Excess::Refuse, zone),
        _ => timestamp::read_plain(&text, Excess::Refuse),
    };
    Ok((micros?, below))
}

/// The text without what stands behind the sixth digit of the second, and that.
fn split(text: &str) -> Result<(String, u16), Fault> {
    /// Digits that a microsecond has.
    const MICRO: usize = 6;
    let Some((before, rest)) = text.split_once('.') else { return Ok((text.to_owned(), 0)) };
    let count = rest.bytes().take_while(u8::is_ascii_digit).count();
    let (all, after) = rest.split_at(count);
    let (micro, nano) = all.split_at(count.min(MICRO));
    let (nano, lost) = nano.split_at(nano.len().min(3));
    if lost.bytes().any(|byte| byte != b'0') {
        return Err(Fault::Excess);
    }
    let below = format!("{nano:0<3}").parse().map_err(|_| Fault::Malformed)?;
    Ok((format!("{before}.{micro}{after}"), below))
}

/// A text as JSON has times, in UTC where it has a zone.
pub fn iso(text: &str, ty: Type) -> Option<String> {
    let (micros, below) = read(text, ty, Tz::UTC).ok()?;
    let mut out = Vec::new();
    write(micros, below, ty, Form::Iso, &mut out);
    String::from_utf8(out).ok()
}

/// Texts as values in 64 bits of nanoseconds.
pub fn parse<S: AsRef<str>>(texts: impl Iterator<Item = Option<S>>, ty: Type, zone: Tz) -> Computed {
    let mut failures = Vec::new();
    let mut value = |(index, text): (usize, Option<S>)| {
        let text = text?;
        let value = in_64_bits(text.as_ref(), ty, zone);
        let fault = value.as_ref().err();
        failures.extend(fault.map(|fault| Failure { index, message: said(*fault, text.as_ref(), ty) }));
        value.ok()
    };
    let values: Int64Array = texts.enumerate().map(&mut value).collect();
    let array: ArrayRef = match ty {
        Type::Time => Arc::new(values.reinterpret_cast::<Time64NanosecondType>()),
        _ => Arc::new(values.reinterpret_cast::<TimestampNanosecondType>().with_data_type(arrow(ty))),
    };
    Computed { array, failures }
}

fn in_64_bits(text: &str, ty: Type, zone: Tz) -> Result<i64, Fault> {
    let (micros, below) = read(text, ty, zone)?;
    let nanos = i128::from(micros) * i128::from(NANOS) + i128::from(below);
    i64::try_from(nanos).map_err(|_| Fault::OutOfRange)
}

fn said(fault: Fault, text: &str, ty: Type) -> String {
    let message = fault.message(text, &Typing::from(ty));
    if fault == Fault::OutOfRange { message + " in nanoseconds" } else { message }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arrow::array::AsArray;

    #[track_caller]
    fn check(nanos: i64, ty: Type, form: Form, expected: &str) {
        let mut out = Vec::new();
        write(nanos.div_euclid(NANOS), nanos.rem_euclid(NANOS) as u16, ty, form, &mut out);
        let text = String::from_utf8(out).unwrap();
        assert_eq!(text, expected);
        let parsed = parse(std::iter::once(Some(&text)), ty, Tz::UTC);
        assert_eq!(parsed.failures, []);
        let found = match ty {
            Type::Time => parsed.array.as_primitive::<Time64NanosecondType>().value(0),
            _ => parsed.array.as_primitive::<TimestampNanosecondType>().value(0),
        };
        assert_eq!(found, nanos, "{text}");
        assert_eq!(parsed.array.data_type(), &arrow(ty));
    }

    #[test]
    fn nanoseconds_are_written_and_read() {
        let sql = Form::Sql(Tz::Asia__Kolkata);
        check(0, Type::Timestamp, sql, "1970-01-01 00:00:00");
        check(1, Type::Timestamp, sql, "1970-01-01 00:00:00.000000001");
        check(-1, Type::Timestamp, sql, "1969-12-31 23:59:59.999999999");
        check(1_500_000_000, Type::Timestamp, Form::Iso, "1970-01-01T00:00:01.5");
        check(123_456_789, Type::TimestampTz, sql, "1970-01-01 05:30:00.123456789+05:30");
        check(123_456_780, Type::TimestampTz, Form::Iso, "1970-01-01T00:00:00.12345678Z");
        check(i64::MAX, Type::TimestampTz, Form::Iso, "2262-04-11T23:47:16.854775807Z");
        check(i64::MIN, Type::Timestamp, sql, "1677-09-21 00:12:43.145224192");
        check(86_399_999_999_999, Type::Time, sql, "23:59:59.999999999");
    }

    #[test]
    fn what_64_bits_do_not_hold_is_told() {
        let told = |text| parse(std::iter::once(Some(text)), Type::Timestamp, Tz::UTC).failures.remove(0).message;
        assert!(told("2262-04-11 23:47:16.854775808").ends_with("is out of range for a timestamp in nanoseconds"));
        assert!(told("1970-01-01 00:00:00.0000000001").contains("has more digits"));
        assert!(told("x").ends_with("is not a timestamp"));
    }
}
