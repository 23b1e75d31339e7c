//! Names of output columns, as PostgreSQL gives them where it gives any.

use sqlparser::ast::{CastKind, Expr, ObjectNamePart, TrimWhereField};

use super::data_type::data_type;
use crate::types::Type;

/// The name of an expression without an alias; `None` where it suggests none.
pub fn of(node: &Expr) -> Option<String> {
    let word = match node {
        Expr::Identifier(name) => return Some(name.value.clone()),
        Expr::CompoundIdentifier(parts) => return parts.last().map(|name| name.value.clone()),
        Expr::Nested(inner) => return of(inner),
        Expr::Function(function) => return function.name.0.last().and_then(part),
        Expr::Cast {
            expr, data_type: ty, kind: CastKind::Cast | CastKind::TryCast | CastKind::DoubleColon, ..
        } => {
            return of(expr).or_else(|| data_type(ty).ok().map(|ty| catalogued(ty).to_string()));
        }
        Expr::TypedString(literal) => return data_type(&literal.data_type).ok().map(|ty| catalogued(ty).to_string()),
        // PostgreSQL names a case after the column in its else, where there is one.
        Expr::Case { else_result: Some(otherwise), .. } if is_column(otherwise) => return of(otherwise),
        Expr::Case { .. } => "case",
        Expr::Extract { .. } => "extract",
        Expr::Ceil { .. } => "ceil",
        Expr::Floor { .. } => "floor",
        Expr::Position { .. } => "position",
        Expr::Substring { .. } => "substring",
        Expr::Trim { trim_where: Some(TrimWhereField::Leading), .. } => "ltrim",
        Expr::Trim { trim_where: Some(TrimWhereField::Trailing), .. } => "rtrim",
        Expr::Trim { .. } => "btrim",
        _ => return None,
    };
    Some(word.to_string())
}

/// PostgreSQL's own name of a type, which is not always SQL's.
fn catalogued(ty: Type) -> &'static str {
    match ty {
        Type::Boolean => "bool",
        Type::Integer => "int4",
        Type::BigInt => "int8",
        Type::Double => "float8",
        Type::Decimal { .. } => "numeric",
        Type::Text => "text",
        Type::Date => "date",
        Type::Time => "time",
        Type::Timestamp => "timestamp",
        Type::TimestampTz => "timestamptz",
        Type::Json => "json",
        Type::Interval => "interval",
    }
}

fn part(part: &ObjectNamePart) -> Option<String> {
    part.as_ident().map(|name| name.value.to_lowercase())
}

fn is_column(node: &Expr) -> bool {
    matches!(node, Expr::Identifier(_) | Expr::CompoundIdentifier(_))
}
