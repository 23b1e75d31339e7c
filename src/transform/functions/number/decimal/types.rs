//! Precision and scale of what operators on decimals give.

use crate::transform::functions::signature::Typed;
use crate::types::{MAX_PRECISION, Type};

/// Precision and scale of an argument; whole numbers count as decimals of their largest size.
pub fn size(ty: Option<&Type>) -> (u8, u8) {
    match ty {
        Some(Type::Decimal { precision, scale }) => (*precision, *scale),
        Some(Type::Integer) => (10, 0),
        _ => (19, 0),
    }
}

pub fn decimal(whole: u8, scale: u8) -> Type {
    Type::Decimal { precision: (whole + scale).clamp(1, MAX_PRECISION), scale }
}

fn sizes(types: &[Type]) -> ((u8, u8), (u8, u8)) {
    (size(types.first()), size(types.get(1)))
}

pub fn sum_type(types: &[Type]) -> Typed {
    let ((p1, s1), (p2, s2)) = sizes(types);
    Ok(decimal((p1 - s1).max(p2 - s2) + 1, s1.max(s2)))
}

pub fn product_type(types: &[Type]) -> Typed {
    let ((p1, s1), (p2, s2)) = sizes(types);
    if s1 + s2 > MAX_PRECISION {
        return Err(format!(
            "the product would have {} digits after the point, more than {MAX_PRECISION}; round or cast an operand",
            s1 + s2
        ));
    }
    Ok(decimal(p1 + p2 - s1 - s2, s1 + s2))
}

pub fn quotient_type(types: &[Type]) -> Typed {
    let ((p1, s1), (_, s2)) = sizes(types);
    Ok(decimal(p1 - s1 + s2, s1.max(6)))
}

pub fn remainder_type(types: &[Type]) -> Typed {
    let ((p1, s1), (p2, s2)) = sizes(types);
    Ok(decimal((p1 - s1).min(p2 - s2), s1.max(s2)))
}

pub fn whole_quotient_type(types: &[Type]) -> Typed {
    let ((p1, s1), (_, s2)) = sizes(types);
    Ok(decimal(p1 - s1 + s2, 0))
}
