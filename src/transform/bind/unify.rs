//! Widening: integer -> bigint -> decimal -> double, and date -> timestamp -> timestamptz. Nothing becomes text by itself.

use crate::types::{MAX_PRECISION, Type};

/// The type that two values meet in.
pub fn common(left: Type, right: Type) -> Option<Type> {
    match (decimal_of(left), decimal_of(right)) {
        _ if left == right => Some(left),
        (Some(one), Some(other)) if is_decimal(left) || is_decimal(right) => Some(common_decimal(one, other)),
        _ => [right, left].into_iter().find(|to| widens(left, *to).is_some() && widens(right, *to).is_some()),
    }
}

/// How many steps a value of one type is from another that it can be taken as; `None` when it cannot.
pub fn widens(from: Type, to: Type) -> Option<u32> {
    if from == to {
        return Some(0);
    }
    let (from, to) = (rank(from)?, rank(to)?);
    (from.0 == to.0 && from.1 < to.1).then(|| to.1 - from.1)
}

/// The ladder that a type stands on, and its rung. Decimals of different digits do not widen to each other.
fn rank(ty: Type) -> Option<(u8, u32)> {
    match ty {
        Type::Integer => Some((0, 0)),
        Type::BigInt => Some((0, 1)),
        Type::Decimal { .. } => Some((0, 2)),
        Type::Double => Some((0, 3)),
        Type::Date => Some((1, 0)),
        Type::Timestamp => Some((1, 1)),
        Type::TimestampTz => Some((1, 2)),
        _ => None,
    }
}

/// What a number is as a decimal, where it is exactly one.
pub fn decimal_of(ty: Type) -> Option<Type> {
    match ty {
        Type::Integer => Some(Type::Decimal { precision: 10, scale: 0 }),
        Type::BigInt => Some(Type::Decimal { precision: 19, scale: 0 }),
        Type::Decimal { .. } => Some(ty),
        _ => None,
    }
}

pub fn is_decimal(ty: Type) -> bool {
    matches!(ty, Type::Decimal { .. })
}

/// Room for both sides' digits, as far as there is room.
fn common_decimal(one: Type, other: Type) -> Type {
    match (one, other) {
        (Type::Decimal { precision: p, scale: s }, Type::Decimal { precision: q, scale: t }) => {
            let scale = s.max(t);
            let whole = (p - s).max(q - t);
            Type::Decimal { precision: (whole + scale).min(MAX_PRECISION), scale }
        }
        _ => one,
    }
}
