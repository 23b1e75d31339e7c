//! Joining: `||` for texts, `concat` and `concat_ws` for values of any type.

use crate::arrow::array::{Array, StringArray};
use crate::arrow::datatypes::{DataType, TimeUnit};

use crate::format::value::to_text;
use crate::transform::function::{Arguments, Value};
use crate::transform::functions::input::input;
use crate::transform::functions::rows::{Outcome, check_room, texts, texts_or_null};
use crate::types::{Session, Type};

pub fn join(arguments: &Arguments) -> Outcome {
    let parts = (0..arguments.values.len()).map(|place| input::<StringArray>(arguments, place));
    let parts = parts.collect::<Result<Vec<_>, _>>()?;
    let large = is_large(arguments, parts.iter().map(|part| (part.array, part.constant)), 0);
    texts(arguments, |row, out| {
        if large {
            check_room(arguments, out, parts.iter().map(|part| part.at(row).len()).sum())?;
        }
        parts.iter().for_each(|part| out.push_str(part.at(row)));
        Ok(())
    })
}

pub fn concat(arguments: &Arguments) -> Outcome {
    let parts = rendered(arguments.values, arguments.session)?;
    let large = is_large(arguments, parts.iter().map(|part| (&part.texts, part.constant)), 0);
    texts_or_null(arguments, |row, out| {
        let texts = parts.iter().filter_map(|part| part.at(row));
        if large {
            check_room(arguments, out, texts.clone().map(str::len).sum())?;
        }
        texts.for_each(|text| out.push_str(text));
        Ok(true)
    })
}

/// Bytes of an ordinary separator.
const SHORT: usize = 16;

/// Whether the texts, all of them written once with `between` bytes behind each, may be more than there is room for; only
/// then each row is looked at.
fn is_large<'a>(arguments: &Arguments, parts: impl Iterator<Item = (&'a StringArray, bool)>, between: usize) -> bool {
    let bytes = |(texts, constant): (&StringArray, bool)| {
        let bytes = (texts.offsets().last() - texts.offsets().first()) as usize;
        let bytes = if constant { bytes.saturating_mul(arguments.rows) } else { bytes };
        bytes.saturating_add(between * arguments.rows)
    };
    parts.map(bytes).fold(0, usize::saturating_add) > arguments.most_text
}

/// NULL where the separator is.
pub fn concat_ws(arguments: &Arguments) -> Outcome {
    let parts = rendered(arguments.values, arguments.session)?;
    let Some((separator, parts)) = parts.split_first() else { return Err("argument 1 is missing".into()) };
    let large = is_large(arguments, parts.iter().map(|part| (&part.texts, part.constant)), SHORT);
    texts_or_null(arguments, |row, out| {
        let Some(separator) = separator.at(row) else { return Ok(false) };
        let texts = parts.iter().filter_map(|part| part.at(row));
        if large || separator.len() > SHORT {
            check_room(arguments, out, texts.clone().map(|text| text.len() + separator.len()).sum())?;
        }
        for (place, text) in texts.enumerate() {
            out.push_str(if place == 0 { "" } else { separator });
            out.push_str(text);
        }
        Ok(true)
    })
}

/// An argument as text.
pub struct Part {
    texts: StringArray,
    constant: bool,
}

impl Part {
    pub fn at(&self, row: usize) -> Option<&str> {
        let row = if self.constant { 0 } else { row };
        self.texts.is_valid(row).then(|| self.texts.value(row))
    }
}

pub fn rendered(values: &[Value], session: &Session) -> Result<Vec<Part>, String> {
    values.iter().map(|value| part(value, session)).collect()
}

fn part(value: &Value, session: &Session) -> Result<Part, String> {
    let constant = matches!(value, Value::Constant(_));
    let array = value.array();
    if let Some(texts) = array.as_any().downcast_ref::<StringArray>() {
        return Ok(Part { texts: texts.clone(), constant });
    }
    // PostgreSQL joins the short form of a truth value.
    if let Some(values) = array.as_any().downcast_ref::<crate::arrow::array::BooleanArray>() {
        let texts = values.iter().map(|value| value.map(|value| if value { "t" } else { "f" })).collect();
        return Ok(Part { texts, constant });
    }
    let ty = sql_type(array.data_type()).ok_or_else(|| format!("no text form of {}", array.data_type()))?;
    Ok(Part { texts: to_text(array, ty, session.zone), constant })
}

/// The SQL type that a column of this Arrow type has.
fn sql_type(data_type: &DataType) -> Option<Type> {
    Some(match data_type {
        DataType::Boolean => Type::Boolean,
        DataType::Int32 => Type::Integer,
        DataType::Int64 => Type::BigInt,
        DataType::Float64 => Type::Double,
        DataType::Decimal128(precision, scale) => Type::Decimal { precision: *precision, scale: *scale as u8 },
        DataType::Utf8 => Type::Text,
        DataType::Date32 => Type::Date,
        DataType::Time64(TimeUnit::Microsecond) => Type::Time,
        DataType::Timestamp(TimeUnit::Microsecond, None) => Type::Timestamp,
        DataType::Timestamp(TimeUnit::Microsecond, Some(_)) => Type::TimestampTz,
        DataType::Interval(_) => Type::Interval,
        _ => return None,
    })
}
