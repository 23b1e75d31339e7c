//! JSON to numbers and truth values, as PostgreSQL casts jsonb: a string is no number, null is NULL.

use crate::arrow::array::{Array, ArrayRef, StringArray};
use crate::batch::{Computed, Failure};
use crate::format::json::token::kind;
use crate::format::value::cast_text;
use crate::types::{MAX_PRECISION, Session, Type, Typing};

use super::number;

pub fn cast(tokens: &StringArray, to: Type, session: &Session) -> Computed {
    let mut failures = Vec::new();
    let mut fitting = |(index, token): (usize, Option<_>)| {
        let token: &str = token?;
        if token != "null" && !fits(token, to) {
            failures.push(Failure { index, message: format!("a JSON {} cannot be cast to {to}", kind(token)) });
        }
        fits(token, to).then_some(token)
    };
    let texts: Vec<Option<&str>> = tokens.iter().enumerate().map(&mut fitting).collect();
    let mut parsed = scalars(&texts, to, session);
    parsed.failures.extend(failures);
    parsed.failures.sort_by_key(|failure| failure.index);
    parsed
}

/// Numbers become whole ones by way of decimals: PostgreSQL rounds them.
fn scalars(texts: &[Option<&str>], to: Type, session: &Session) -> Computed {
    let whole = Type::Decimal { precision: MAX_PRECISION, scale: 0 };
    let via = if matches!(to, Type::Integer | Type::BigInt) { whole } else { to };
    let parsed = cast_text(texts.iter().copied(), &Typing::from(via), session.zone);
    if via == to {
        return parsed;
    }
    let array: ArrayRef = number::cast(&parsed.array, via, to);
    let lost = (0..array.len()).filter(|index| parsed.array.is_valid(*index) && array.is_null(*index));
    let failure = |index: usize| Failure {
        index,
        message: format!("{} is out of range for {to}", texts.get(index).copied().flatten().unwrap_or_default()),
    };
    let failures = parsed.failures.into_iter().chain(lost.map(failure)).collect();
    Computed { array, failures }
}

fn fits(token: &str, to: Type) -> bool {
    match kind(token) {
        "boolean" => to == Type::Boolean,
        "number" => to.is_number(),
        _ => false,
    }
}
