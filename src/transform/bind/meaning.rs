//! What each aggregate does with values of a type, and the types that it takes them as and gives.

use crate::transform::cast::castable;
use crate::transform::gather::{Kind, Spread};
use crate::types::{MAX_PRECISION, Type};

/// What an aggregate of such a value is, the type that the value is taken as, and the result's.
pub fn meaning(name: &str, ty: Type, separator: String) -> Option<(Kind, Type, Type)> {
    let spread = |spread| castable_number(ty).then_some((Kind::Spread(spread), Type::Double, Type::Double));
    let comparable = |kind| (ty != Type::Interval).then_some((kind, ty, ty));
    match name {
        "count" => Some((Kind::Count, ty, Type::BigInt)),
        "sum" => sum_type(ty).map(|result| (Kind::Sum, ty, result)),
        "avg" => average_type(ty).map(|result| (Kind::Average, ty, result)),
        "min" => comparable(Kind::Min),
        "max" => comparable(Kind::Max),
        "stddev" | "stddev_samp" => spread(Spread::DeviationOfSample),
        "stddev_pop" => spread(Spread::DeviationOfAll),
        "variance" | "var_samp" => spread(Spread::VarianceOfSample),
        "var_pop" => spread(Spread::VarianceOfAll),
        "bool_and" | "every" => (ty == Type::Boolean).then_some((Kind::And, ty, ty)),
        "bool_or" => (ty == Type::Boolean).then_some((Kind::Or, ty, ty)),
        "string_agg" => (ty == Type::Text).then_some((Kind::Texts(separator), ty, ty)),
        _ => None,
    }
}

fn castable_number(ty: Type) -> bool {
    ty.is_number() && castable(ty, Type::Double)
}

fn sum_type(ty: Type) -> Option<Type> {
    match ty {
        Type::Integer => Some(Type::BigInt),
        Type::BigInt => Some(Type::Decimal { precision: MAX_PRECISION, scale: 0 }),
        Type::Decimal { scale, .. } => Some(Type::Decimal { precision: MAX_PRECISION, scale }),
        Type::Double => Some(Type::Double),
        _ => None,
    }
}

/// Digits after the point that the average of decimals has at least; PostgreSQL gives 16 digits that count, or more.
const AVERAGE_SCALE: u8 = 16;

fn average_type(ty: Type) -> Option<Type> {
    match ty {
        Type::Integer | Type::BigInt | Type::Double => Some(Type::Double),
        Type::Decimal { scale, .. } => {
            Some(Type::Decimal { precision: MAX_PRECISION, scale: scale.max(AVERAGE_SCALE) })
        }
        _ => None,
    }
}
