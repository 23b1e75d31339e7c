//! A column of values to text: one loop per type into one buffer.

use crate::arrow::array::{Array, ArrowPrimitiveType, AsArray, StringArray};
use crate::arrow::buffer::{NullBuffer, OffsetBuffer};
use crate::arrow::datatypes::{
    Date32Type, Decimal128Type, Float64Type, Int32Type, Int64Type, IntervalMonthDayNanoType, Time64MicrosecondType,
    TimestampMicrosecondType,
};
use chrono_tz::Tz;

use super::{boolean, date, decimal, double, integer, interval, time, timestamp};
use crate::format::json::token;
use crate::types::Type;

/// The texts of a column's values, one behind the other.
#[derive(Debug)]
pub struct Rendered {
    pub bytes: Vec<u8>,
    /// The end of each value's text in `bytes`. A NULL is of no length.
    pub ends: Vec<usize>,
    /// `None`: no value is NULL.
    pub nulls: Option<NullBuffer>,
}

impl Rendered {
    /// The text of one value; `None` is NULL.
    pub fn text(&self, row: usize) -> Option<&[u8]> {
        if self.nulls.as_ref().is_some_and(|nulls| nulls.is_null(row)) {
            return None;
        }
        let start = if row == 0 { 0 } else { self.ends[row - 1] };
        Some(&self.bytes[start..self.ends[row]])
    }
}

/// How timestamps and JSON are written; all other types have one form.
#[derive(Clone, Copy, Debug)]
pub enum Form {
    /// PostgreSQL's, on the clock of a zone: `2024-01-31 12:00:00+00`. A JSON string is its text.
    Sql(Tz),
    /// ISO 8601 in UTC: `2024-01-31T12:00:00Z`. JSON is its token.
    Iso,
    /// SQL's in UTC, with the offset as SQLite's functions read it: `2024-01-31 12:00:00+00:00`.
    Utc,
}

/// Writes the values of an array of `ty.arrow()` as PostgreSQL does.
pub fn render(array: &dyn Array, ty: Type, zone: Tz) -> Rendered {
    render_as(array, ty, Form::Sql(zone))
}

/// Writes the values of an array of `ty.arrow()`, timestamps and JSON in a form to choose.
pub fn render_as(array: &dyn Array, ty: Type, form: Form) -> Rendered {
    match ty {
        Type::Text => write_text(array),
        Type::Json => write_json(array, form),
        Type::Boolean => write_booleans(array),
        Type::Integer => write_numbers::<Int32Type>(array, |value, out| integer::write(i64::from(value), out)),
        Type::BigInt => write_numbers::<Int64Type>(array, integer::write),
        Type::Double => write_numbers::<Float64Type>(array, double::write),
        Type::Decimal { scale, .. } => {
            write_numbers::<Decimal128Type>(array, |value, out| decimal::write(value, scale, out))
        }
        Type::Date => write_numbers::<Date32Type>(array, date::write),
        Type::Time => write_numbers::<Time64MicrosecondType>(array, time::write),
        Type::Timestamp | Type::TimestampTz => write_timestamps(array, ty, form),
        Type::Interval => write_numbers::<IntervalMonthDayNanoType>(array, interval::write),
    }
}

/// The values' texts as an array, for `::text`.
pub fn to_text(array: &dyn Array, ty: Type, zone: Tz) -> StringArray {
    if ty == Type::Text {
        return array.as_string::<i32>().clone();
    }
    to_text_as(array, ty, Form::Sql(zone))
}

/// The values' texts as an array, timestamps in a form to choose.
pub fn to_text_as(array: &dyn Array, ty: Type, form: Form) -> StringArray {
    let rendered = render_as(array, ty, form);
    let lengths = (0..array.len()).map(|row| rendered.text(row).map_or(0, <[u8]>::len));
    StringArray::new(OffsetBuffer::from_lengths(lengths), rendered.bytes.into(), rendered.nulls)
}

fn write_timestamps(array: &dyn Array, ty: Type, form: Form) -> Rendered {
    match (form, ty) {
        (Form::Sql(zone), Type::TimestampTz) => {
            write_numbers::<TimestampMicrosecondType>(array, |micros, out| timestamp::write_zoned(micros, zone, out))
        }
        (Form::Utc, Type::TimestampTz) => write_numbers::<TimestampMicrosecondType>(array, timestamp::write_utc),
        (Form::Sql(_) | Form::Utc, _) => write_numbers::<TimestampMicrosecondType>(array, timestamp::write_plain),
        (Form::Iso, Type::TimestampTz) => write_numbers::<TimestampMicrosecondType>(array, timestamp::write_iso_zoned),
        (Form::Iso, _) => write_numbers::<TimestampMicrosecondType>(array, timestamp::write_iso_plain),
    }
}

/// The loop of every type whose values are numbers to Arrow.
fn write_numbers<T: ArrowPrimitiveType>(array: &dyn Array, write: impl Fn(T::Native, &mut Vec<u8>)) -> Rendered {
    let array = array.as_primitive::<T>();
    write_each(array, |row, out| write(array.values()[row], out))
}

fn write_booleans(array: &dyn Array) -> Rendered {
    let array = array.as_boolean();
    write_each(array, |row, out| boolean::write(array.value(row), out))
}

fn write_text(array: &dyn Array) -> Rendered {
    let array = array.as_string::<i32>();
    write_each(array, |row, out| out.extend_from_slice(array.value(row).as_bytes()))
}

fn write_json(array: &dyn Array, form: Form) -> Rendered {
    let tokens = array.as_string::<i32>();
    match form {
        Form::Sql(_) | Form::Utc => {
            write_each(array, |row, out| out.extend_from_slice(token::text(tokens.value(row)).as_bytes()))
        }
        Form::Iso => write_text(array),
    }
}

/// Calls `write` for every row that has a value.
fn write_each(array: &dyn Array, write: impl Fn(usize, &mut Vec<u8>)) -> Rendered {
    /// A guess, to grow seldom.
    const BYTES_PER_VALUE: usize = 12;
    let nulls = array.nulls().filter(|nulls| nulls.null_count() > 0).cloned();
    let mut bytes = Vec::with_capacity(array.len() * BYTES_PER_VALUE);
    let mut ends = Vec::with_capacity(array.len());
    for row in 0..array.len() {
        if !nulls.as_ref().is_some_and(|nulls| nulls.is_null(row)) {
            write(row, &mut bytes);
        }
        ends.push(bytes.len());
    }
    Rendered { bytes, ends, nulls }
}
