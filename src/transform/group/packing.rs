//! Rows of values as few bytes, equal where the rows are, and back: small numbers and short texts, which most keys are, take
//! half of what bytes need that also have the order of the values.
//!
//! A number is written in groups of seven bits, its sign last, and one more than it is, so that 0 is NULL; a text is its length
//! in the same way and its bytes, a double one and its eight bytes. A text that is exactly what a whole number is written as is
//! that number; a bit before it tells it from a length. An array of whole numbers may stand for such texts.

#[cfg(test)]
mod tests;

use std::sync::Arc;

use super::key::Key;
use crate::arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Date32Array, Decimal128Array, Float64Array, Int32Array, Int64Array,
    StringBuilder, Time64MicrosecondArray, TimestampMicrosecondArray,
};
use crate::arrow::datatypes::{
    DataType, Date32Type, Decimal128Type, Float64Type, Int32Type, Int64Type, Time64MicrosecondType,
    TimestampMicrosecondType,
};
use crate::format::value::{whole_number, write_whole_number};
use crate::transform::keys::one_double;
use crate::types::Type;

/// Packs rows of these types.
#[derive(Clone)]
pub struct Packing(Vec<Type>);

impl Packing {
    pub fn new(types: impl Iterator<Item = Type>) -> Packing {
        Packing(types.collect())
    }

    /// Gives each of `rows` rows as bytes, in order.
    pub fn each(&self, columns: &[ArrayRef], rows: usize, mut take: impl FnMut(&[u8])) {
        let mut bytes = Vec::new();
        for row in 0..rows {
            bytes.clear();
            columns.iter().zip(&self.0).for_each(|(column, ty)| write(column, *ty, row, &mut bytes));
            take(&bytes);
        }
    }

    /// The columns that `each` was given, of some rows.
    pub fn columns<'a>(&self, rows: impl Iterator<Item = Key<'a>>) -> Vec<ArrayRef> {
        let mut columns: Vec<Unpacked> = self.0.iter().map(|ty| Unpacked::new(*ty)).collect();
        for row in rows {
            let mut bytes = row.bytes();
            columns.iter_mut().for_each(|column| column.read(&mut bytes));
        }
        columns.into_iter().zip(&self.0).map(|(column, ty)| column.finish(*ty)).collect()
    }
}

/// Appends the value of one row.
#[inline]
fn write(column: &ArrayRef, ty: Type, row: usize, out: &mut Vec<u8>) {
    if column.is_null(row) {
        return out.push(0);
    }
    match column.data_type() {
        DataType::Utf8 => write_text(column.as_string::<i32>().value(row), out),
        DataType::Int64 if matches!(ty, Type::Text | Type::Json) => {
            write_digits(column.as_primitive::<Int64Type>().value(row), out)
        }
        DataType::Float64 => {
            out.push(1);
            let number = one_double(column.as_primitive::<Float64Type>().value(row));
            out.extend_from_slice(&number.to_le_bytes());
        }
        DataType::Boolean => out.push(1 + u8::from(column.as_boolean().value(row))),
        DataType::Int32 => write_whole(column.as_primitive::<Int32Type>().value(row).into(), out),
        DataType::Int64 => write_whole(column.as_primitive::<Int64Type>().value(row).into(), out),
        DataType::Date32 => write_whole(column.as_primitive::<Date32Type>().value(row).into(), out),
        DataType::Time64(_) => write_whole(column.as_primitive::<Time64MicrosecondType>().value(row).into(), out),
        DataType::Timestamp(..) => {
            write_whole(column.as_primitive::<TimestampMicrosecondType>().value(row).into(), out);
        }
        _ => write_whole(column.as_primitive::<Decimal128Type>().value(row), out),
    }
}

fn write_text(text: &str, out: &mut Vec<u8>) {
    match whole_number(text) {
        Some(number) => write_digits(number, out),
        None => {
            write_number((text.len() as u128) << 1 | 1, out);
            out.extend_from_slice(text.as_bytes());
        }
    }
}

/// A text that is a number, two more than twice what the number is folded to.
fn write_digits(number: i64, out: &mut Vec<u8>) {
    let folded = ((number << 1) ^ (number >> 63)) as u64;
    write_number((u128::from(folded) + 1) << 1, out);
}

/// The magnitude first, so that it does not matter on which side of zero a small number is. No decimal reaches the ends of
/// an i128, so there is room for the sign and for one more.
fn write_whole(number: i128, out: &mut Vec<u8>) {
    let folded = (number << 1) ^ (number >> 127);
    write_number(folded as u128 + 1, out);
}

fn write_number(mut number: u128, out: &mut Vec<u8>) {
    while number >= 1 << 7 {
        out.push(number as u8 | 1 << 7);
        number >>= 7;
    }
    out.push(number as u8);
}

fn read_number(bytes: &mut &[u8]) -> u128 {
    let (mut number, mut shift) = (0, 0);
    while let Some((byte, rest)) = bytes.split_first() {
        *bytes = rest;
        number |= u128::from(byte & 0x7f) << shift;
        shift += 7;
        if *byte < 1 << 7 {
            break;
        }
    }
    number
}

fn take<'a>(bytes: &mut &'a [u8], length: usize) -> &'a [u8] {
    let (taken, rest) = bytes.split_at(length.min(bytes.len()));
    *bytes = rest;
    taken
}

/// A column being read back.
enum Unpacked {
    Texts(StringBuilder, Vec<u8>),
    Doubles(Vec<Option<f64>>),
    Truths(Vec<Option<bool>>),
    Wholes(Vec<Option<i128>>),
}

impl Unpacked {
    fn new(ty: Type) -> Unpacked {
        match ty {
            Type::Text | Type::Json => Unpacked::Texts(StringBuilder::new(), Vec::new()),
            Type::Double => Unpacked::Doubles(Vec::new()),
            Type::Boolean => Unpacked::Truths(Vec::new()),
            _ => Unpacked::Wholes(Vec::new()),
        }
    }

    fn read(&mut self, bytes: &mut &[u8]) {
        let number = read_number(bytes);
        let more = number.checked_sub(1);
        match self {
            Unpacked::Texts(texts, digits) => read_text(number, bytes, texts, digits),
            Unpacked::Doubles(numbers) => {
                let number = more.map(|_| take(bytes, size_of::<f64>()).try_into().unwrap_or_default());
                numbers.push(number.map(f64::from_le_bytes));
            }
            Unpacked::Truths(truths) => truths.push(more.map(|truth| truth > 0)),
            Unpacked::Wholes(numbers) => {
                numbers.push(more.map(|folded| (folded >> 1) as i128 ^ -((folded & 1) as i128)))
            }
        }
    }

    fn finish(self, ty: Type) -> ArrayRef {
        match self {
            Unpacked::Texts(mut texts, _) => Arc::new(texts.finish()),
            Unpacked::Doubles(numbers) => Arc::new(Float64Array::from(numbers)),
            Unpacked::Truths(truths) => Arc::new(BooleanArray::from(truths)),
            Unpacked::Wholes(numbers) => whole(numbers, ty),
        }
    }
}

/// Appends the text that begins with a number; `digits` is where those of one that is a number are written.
fn read_text(number: u128, bytes: &mut &[u8], texts: &mut StringBuilder, digits: &mut Vec<u8>) {
    let text = match number {
        0 => return texts.append_null(),
        length if length & 1 == 1 => take(bytes, (length >> 1) as usize),
        number => {
            let folded = ((number >> 1) - 1) as u64;
            digits.clear();
            write_whole_number((folded >> 1) as i64 ^ -((folded & 1) as i64), digits);
            digits
        }
    };
    texts.append_value(std::str::from_utf8(text).unwrap_or_default());
}

fn whole(numbers: Vec<Option<i128>>, ty: Type) -> ArrayRef {
    let small = || numbers.iter().map(|number| number.map(|number| number as i32));
    let large = || numbers.iter().map(|number| number.map(|number| number as i64));
    match ty {
        Type::Integer => Arc::new(small().collect::<Int32Array>()),
        Type::Date => Arc::new(small().collect::<Date32Array>()),
        Type::Time => Arc::new(large().collect::<Time64MicrosecondArray>()),
        Type::Timestamp | Type::TimestampTz => {
            Arc::new(large().collect::<TimestampMicrosecondArray>().with_data_type(ty.arrow()))
        }
        Type::Decimal { .. } => Arc::new(Decimal128Array::from(numbers).with_data_type(ty.arrow())),
        _ => Arc::new(large().collect::<Int64Array>()),
    }
}
