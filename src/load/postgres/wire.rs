//! The types of a table's columns, and how their values are written: what the server calls them, and what we send.

use crate::load::cell::IntoJson;
use crate::types::Type;

/// What a column of a table takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Takes {
    /// Values of this type have a binary form that we write.
    Typed(Type),
    /// A number that the server judges: a smallint, a float4, a numeric without limits.
    Number(String),
    /// Any other type, whose text form the server reads.
    Other(String),
}

impl Takes {
    /// By the oid of `pg_type` and the modifier of the column; `name` is how the server writes the type.
    pub fn of(oid: u32, modifier: i32, name: &str) -> Takes {
        match oid {
            16 => Takes::Typed(Type::Boolean),
            20 => Takes::Typed(Type::BigInt),
            23 => Takes::Typed(Type::Integer),
            25 | 1043 => Takes::Typed(Type::Text),
            701 => Takes::Typed(Type::Double),
            1082 => Takes::Typed(Type::Date),
            // A modifier asks for fewer places of seconds, which the server would round off.
            1083 if modifier < 0 => Takes::Typed(Type::Time),
            1114 if modifier < 0 => Takes::Typed(Type::Timestamp),
            1184 if modifier < 0 => Takes::Typed(Type::TimestampTz),
            1700 => decimal(modifier).map_or_else(|| Takes::Number(name.into()), Takes::Typed),
            21 | 700 => Takes::Number(name.into()),
            _ => Takes::Other(name.into()),
        }
    }

    /// What becomes of JSON there, where it is taken as such.
    pub fn json(&self) -> Option<IntoJson> {
        let Takes::Other(name) = self else { return None };
        match name.strip_suffix("[]") {
            Some(element) => Some(IntoJson::Array { of_json: is_json(element) }),
            None => is_json(name).then_some(IntoJson::Token),
        }
    }

    /// Whether values of a known type may go there; each number is judged by itself then.
    pub fn fits(&self, ty: Type) -> bool {
        match self {
            Takes::Typed(Type::Text) | Takes::Other(_) => true,
            Takes::Typed(target) if target.is_number() => ty.is_number(),
            Takes::Typed(target) => ty == *target,
            Takes::Number(_) => ty.is_number(),
        }
    }

    pub fn name(&self) -> String {
        match self {
            Takes::Typed(ty) => declaration(*ty),
            Takes::Number(name) | Takes::Other(name) => name.clone(),
        }
    }
}

fn is_json(name: &str) -> bool {
    matches!(name, "json" | "jsonb")
}

/// Precision and scale of a numeric, where it has such that we can hold.
fn decimal(modifier: i32) -> Option<Type> {
    let packed = u32::try_from(modifier.checked_sub(4)?).ok()?;
    let precision = u8::try_from(packed >> 16).ok().filter(|precision| (1..=38).contains(precision))?;
    let scale = u8::try_from(packed & 0x7ff).ok().filter(|scale| *scale <= precision)?;
    Some(Type::Decimal { precision, scale })
}

/// The type of a column of a new table.
pub fn declaration(ty: Type) -> String {
    match ty {
        Type::Boolean => "boolean".into(),
        Type::Integer => "integer".into(),
        Type::BigInt => "bigint".into(),
        Type::Double => "double precision".into(),
        Type::Decimal { precision, scale } => format!("numeric({precision},{scale})"),
        Type::Text | Type::Interval => "text".into(),
        // Not jsonb, which keeps neither the digits nor a key that stands twice.
        Type::Json => "json".into(),
        Type::Date => "date".into(),
        Type::Time => "time".into(),
        Type::Timestamp => "timestamp".into(),
        Type::TimestampTz => "timestamptz".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_of_columns() {
        assert_eq!(Takes::of(1700, 4 + (12 << 16) + 2, ""), Takes::Typed(Type::Decimal { precision: 12, scale: 2 }));
        assert_eq!(Takes::of(1700, -1, "numeric"), Takes::Number("numeric".into()));
        // Of more digits than ours, and of a scale below zero.
        assert_eq!(Takes::of(1700, 4 + (50 << 16), "numeric(50,0)"), Takes::Number("numeric(50,0)".into()));
        assert_eq!(Takes::of(1700, 4 + (5 << 16) + 0x7fe, "numeric(5,-2)"), Takes::Number("numeric(5,-2)".into()));
        assert_eq!(Takes::of(1114, 0, "timestamp(0)"), Takes::Other("timestamp(0)".into()));
        assert_eq!(Takes::of(2950, -1, "uuid"), Takes::Other("uuid".into()));
        assert!(Takes::of(23, -1, "").fits(Type::Double) && !Takes::of(23, -1, "").fits(Type::Date));
    }
}
