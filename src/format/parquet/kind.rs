//! What the types of a file are to SQL.

use crate::arrow::datatypes::{DataType, Field, TimeUnit};
use crate::types::Type;

/// The type that holds every value of a column; `Err` names the file's type, where there is none.
///
/// Numbers widen. Bytes are text, and where a value is not, its row is refused. What holds other values is JSON.
pub fn type_of(field: &Field) -> Result<Type, String> {
    Ok(match field.data_type() {
        DataType::Boolean => Type::Boolean,
        DataType::Int8 | DataType::Int16 | DataType::Int32 | DataType::UInt8 | DataType::UInt16 => Type::Integer,
        DataType::UInt32 | DataType::Int64 => Type::BigInt,
        DataType::UInt64 => Type::Decimal { precision: 20, scale: 0 },
        DataType::Float16 | DataType::Float32 | DataType::Float64 => Type::Double,
        DataType::Decimal128(precision, scale) if (0..=*precision as i8).contains(scale) => {
            Type::Decimal { precision: *precision, scale: *scale as u8 }
        }
        DataType::Date32 => Type::Date,
        DataType::Time32(TimeUnit::Millisecond) | DataType::Time64(_) => Type::Time,
        DataType::Timestamp(_, None) => Type::Timestamp,
        DataType::Timestamp(_, Some(_)) => Type::TimestampTz,
        DataType::Binary if is_json(field) => Type::Json,
        DataType::Binary | DataType::FixedSizeBinary(_) | DataType::Null => Type::Text,
        DataType::List(item) => type_of(item).map(|_| Type::Json)?,
        DataType::Map(entries, _) => type_of(entries).map(|_| Type::Json)?,
        DataType::Struct(fields) => {
            fields.iter().try_for_each(|field| type_of(field).map(drop)).map(|()| Type::Json)?
        }
        other => return Err(other.to_string()),
    })
}

/// Whether the sixteen bytes of a value are a UUID.
pub fn is_uuid(field: &Field) -> bool {
    field.extension_type_name() == Some("arrow.uuid") && *field.data_type() == DataType::FixedSizeBinary(16)
}

/// Whether the texts of a column are JSON.
pub fn is_json(field: &Field) -> bool {
    field.extension_type_name() == Some("arrow.json")
}

/// Marks a column whose timestamps stand in 96 bits. Its arrays hold them twice, in microseconds and in nanoseconds.
pub const IN_96_BITS: &str = "gristmill:int96";

/// Whether the values of a column have more digits than our type.
pub fn is_finer(field: &Field) -> bool {
    matches!(field.data_type(), DataType::Timestamp(TimeUnit::Nanosecond, _) | DataType::Time64(TimeUnit::Nanosecond))
}

pub fn is_in_96_bits(field: &Field) -> bool {
    field.metadata().contains_key(IN_96_BITS)
}
