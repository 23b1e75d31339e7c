//! One number or boolean from its text to its canonical text, where a whole column is not at hand.

use super::fault::Fault;
use super::{Excess, boolean, decimal, double, integer};
use crate::types::Type;

/// Appends the canonical form of a text that reads as a number or boolean of type `ty`; else appends nothing and says so.
pub fn canonical(text: &str, ty: Type, out: &mut Vec<u8>) -> bool {
    match ty {
        Type::Boolean => put(boolean::read(text), |value| boolean::write(value, out)),
        Type::Integer => put(integer::read_integer(text), |value| integer::write(i64::from(value), out)),
        Type::BigInt => put(integer::read_bigint(text), |value| integer::write(value, out)),
        Type::Double => put(double::read(text), |value| double::write(value, out)),
        Type::Decimal { precision, scale } => {
            let shape = decimal::Shape { precision, scale, excess: Excess::Refuse };
            put(decimal::read(text, shape), |value| decimal::write(value, scale, out))
        }
        Type::Text | Type::Date | Type::Time | Type::Timestamp | Type::TimestampTz => false,
        Type::Json | Type::Interval => false,
    }
}

fn put<T>(value: Result<T, Fault>, write: impl FnOnce(T)) -> bool {
    value.map(write).is_ok()
}
