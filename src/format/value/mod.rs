//! One value: its text to a typed value and back.

use std::sync::Arc;

use arrow::array::*;
use chrono_tz::Tz;

use crate::batch::{Failure, Parsed};
use crate::types::{Type, Typing};

/// Stand-in.
pub fn parse<S: AsRef<str>>(texts: impl ExactSizeIterator<Item = Option<S>>, typing: &Typing, zone: Tz) -> Parsed {
    cast_text(texts, typing, zone)
}

/// Stand-in.
pub fn cast_text<S: AsRef<str>>(texts: impl ExactSizeIterator<Item = Option<S>>, typing: &Typing, _zone: Tz) -> Parsed {
    let texts: Vec<Option<String>> = texts.map(|t| t.map(|t| t.as_ref().to_owned())).collect();
    let source: ArrayRef = Arc::new(StringArray::from(texts.clone()));
    if typing.ty == Type::Text {
        return Parsed { array: source, failures: Vec::new() };
    }
    if typing.ty == Type::Interval {
        let values: IntervalMonthDayNanoArray = texts
            .iter()
            .map(|t| {
                let days: i32 = t.as_ref()?.split(' ').next()?.parse().ok()?;
                Some(arrow::datatypes::IntervalMonthDayNano::new(0, days, 0))
            })
            .collect();
        return Parsed { array: Arc::new(values), failures: Vec::new() };
    }
    let trimmed: ArrayRef = Arc::new(StringArray::from_iter(texts.iter().map(|t| t.as_ref().map(|t| t.trim()))));
    let array = arrow::compute::cast(&trimmed, &typing.ty.arrow()).expect("stand-in");
    let failures = (0..array.len())
        .filter(|&i| texts[i].is_some() && array.is_null(i))
        .map(|index| Failure { index, message: format!("{:?} is not a {}", texts[index].as_ref().unwrap(), typing.ty) })
        .collect();
    Parsed { array, failures }
}

/// Stand-in.
pub fn to_text(array: &ArrayRef, _ty: Type, _zone: Tz) -> StringArray {
    arrow::compute::cast(array, &arrow::datatypes::DataType::Utf8).expect("stand-in").as_string::<i32>().clone()
}
