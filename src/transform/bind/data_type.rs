//! Type names as SQL writes them.

use sqlparser::ast::{CharacterLength, DataType, ExactNumberInfo};

use crate::types::{MAX_PRECISION, Type};

const NO_REAL: &str = "real is not supported; write double";

/// The type that a name in a cast means.
pub fn data_type(name: &DataType) -> Result<Type, String> {
    match name {
        DataType::Numeric(ExactNumberInfo::None) | DataType::Decimal(ExactNumberInfo::None) => {
            Err("decimal needs precision and scale, as in decimal(12,2)".to_string())
        }
        DataType::Numeric(info) | DataType::Decimal(info) | DataType::Dec(info) => decimal(info),
        DataType::Varchar(Some(length)) | DataType::CharacterVarying(Some(length)) => Err(with_length(length)),
        DataType::SmallInt(_) | DataType::Int2(_) => Err("smallint is not supported; write integer".to_string()),
        DataType::Real | DataType::Float4 => Err(NO_REAL.to_string()),
        DataType::Float(info) => float(info),
        // The job file takes it, PostgreSQL does not.
        DataType::String(_) => Err("string is not a type of PostgreSQL's; write text".to_string()),
        DataType::Interval { .. } => Ok(Type::Interval),
        name => name.to_string().parse(),
    }
}

fn decimal(info: &ExactNumberInfo) -> Result<Type, String> {
    let (precision, scale) = match info {
        ExactNumberInfo::PrecisionAndScale(precision, scale) => (*precision, *scale),
        ExactNumberInfo::Precision(precision) => (*precision, 0),
        ExactNumberInfo::None => (0, 0),
    };
    let small = u8::try_from(precision).ok().zip(u8::try_from(scale).ok());
    match small {
        Some((precision, scale)) if (1..=MAX_PRECISION).contains(&precision) && scale <= precision => {
            Ok(Type::Decimal { precision, scale })
        }
        _ => Err(format!("decimal(p,s) needs 1 <= p <= {MAX_PRECISION} and 0 <= s <= p")),
    }
}

/// `float(p)` counts bits: up to 24 are a real.
fn float(info: &ExactNumberInfo) -> Result<Type, String> {
    match info {
        ExactNumberInfo::None | ExactNumberInfo::Precision(25..=53) => Ok(Type::Double),
        ExactNumberInfo::Precision(1..=24) => Err(NO_REAL.to_string()),
        _ => Err("float(p) needs 1 <= p <= 53; write double".to_string()),
    }
}

fn with_length(length: &CharacterLength) -> String {
    format!("varchar({length}) is not supported; write left(cast(… as text), {length})")
}
