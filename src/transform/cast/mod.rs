//! Casts of whole columns: the failing rows come back as a list, so nothing has to be searched.

mod json;
mod number;
mod time;

use std::sync::Arc;

use crate::arrow::array::{Array, ArrayRef, AsArray, BooleanArray, IntervalMonthDayNanoArray, StringArray};
use crate::arrow::datatypes::Int32Type;

use crate::batch::{Computed, Failure};
use crate::format::value::{cast_text, to_text};
use crate::transform::functions::parse_interval;
use crate::types::{Session, Type, Typing};

/// The values as another type. Only pairs that `castable` allows give values.
pub fn cast(array: &ArrayRef, from: Type, to: Type, session: &Session) -> Computed {
    if from == to {
        return Computed { array: array.clone(), failures: Vec::new() };
    }
    if from == Type::Text && to == Type::Interval {
        return intervals(array.as_string());
    }
    if from == Type::Text {
        let texts = array.as_string::<i32>();
        return cast_text(texts.iter(), &Typing::from(to), session.zone);
    }
    if from == Type::Json && to != Type::Text {
        return json::cast(array.as_string(), to, session);
    }
    let converted: ArrayRef = match (from, to) {
        (_, Type::Text) => Arc::new(to_text(array, from, session.zone)),
        (Type::Boolean, Type::Integer) => number::from_boolean(array),
        (Type::Integer, Type::Boolean) => {
            Arc::new(BooleanArray::from_unary(array.as_primitive::<Int32Type>(), |number| number != 0))
        }
        _ if from.is_number() => number::cast(array, from, to),
        _ => time::cast(array, from, to, session.zone),
    };
    let failures = failures(array, &converted, from, to, session);
    Computed { array: converted, failures }
}

/// Whether a value of one type can be cast to another at all.
pub fn castable(from: Type, to: Type) -> bool {
    let clock = |ty| matches!(ty, Type::Date | Type::Timestamp | Type::TimestampTz);
    match (from, to) {
        _ if from == to => true,
        (Type::Text, _) | (_, Type::Text) => true,
        (Type::Json, _) => to.is_number() || to == Type::Boolean,
        (Type::Boolean, Type::Integer) | (Type::Integer, Type::Boolean) => true,
        (Type::Timestamp | Type::TimestampTz, Type::Time) => true,
        _ => (from.is_number() && to.is_number()) || (clock(from) && clock(to)),
    }
}

fn intervals(texts: &StringArray) -> Computed {
    let mut failures = Vec::new();
    let mut read = |(index, text): (usize, Option<&str>)| match parse_interval(text?) {
        Ok(interval) => Some(interval),
        Err(message) => {
            failures.push(Failure { index, message });
            None
        }
    };
    let array: IntervalMonthDayNanoArray = texts.iter().enumerate().map(&mut read).collect();
    Computed { array: Arc::new(array), failures }
}

/// The rows that had a value before and have none now.
fn failures(before: &ArrayRef, after: &ArrayRef, from: Type, to: Type, session: &Session) -> Vec<Failure> {
    if before.null_count() == after.null_count() {
        return Vec::new();
    }
    let lost = (0..before.len()).filter(|index| before.is_valid(*index) && after.is_null(*index));
    let failure = |index| {
        let text = to_text(&before.slice(index, 1), from, session.zone);
        Failure { index, message: format!("{} is out of range for {to}", text.value(0)) }
    };
    lost.map(failure).collect()
}
