//! Values in the binary form of COPY, as the server's own `recv` functions read them.

use crate::arrow::array::{Array, ArrayRef, AsArray};
use crate::arrow::datatypes::{
    DataType, Date32Type, Decimal128Type, Float64Type, Int32Type, Int64Type, Time64MicrosecondType,
    TimestampMicrosecondType,
};

/// What every COPY begins with: a signature, no flags, no extension.
pub const HEADER: &[u8] = b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0";
/// And ends with.
pub const TRAILER: &[u8] = &(-1_i16).to_be_bytes();

/// Days from 1970 to 2000, where the server counts from.
const EPOCH_DAYS: i32 = 10_957;
const EPOCH_MICROS: i64 = EPOCH_DAYS as i64 * 86_400_000_000;

/// Appends one row.
pub fn write_row(columns: &[ArrayRef], row: usize, out: &mut Vec<u8>) {
    // The server allows 1,600 columns.
    out.extend_from_slice(&(columns.len() as u16).to_be_bytes());
    columns.iter().for_each(|column| write(column, row, out));
}

fn write(column: &ArrayRef, row: usize, out: &mut Vec<u8>) {
    if column.is_null(row) {
        return out.extend_from_slice(&(-1_i32).to_be_bytes());
    }
    match column.data_type() {
        DataType::Boolean => field(&[u8::from(column.as_boolean().value(row))], out),
        DataType::Int32 => field(&column.as_primitive::<Int32Type>().value(row).to_be_bytes(), out),
        DataType::Int64 => field(&column.as_primitive::<Int64Type>().value(row).to_be_bytes(), out),
        DataType::Float64 => field(&column.as_primitive::<Float64Type>().value(row).to_be_bytes(), out),
        DataType::Date32 => {
            let days = column.as_primitive::<Date32Type>().value(row);
            field(&days.saturating_sub(EPOCH_DAYS).to_be_bytes(), out);
        }
        DataType::Time64(_) => field(&column.as_primitive::<Time64MicrosecondType>().value(row).to_be_bytes(), out),
        DataType::Timestamp(..) => {
            let micros = column.as_primitive::<TimestampMicrosecondType>().value(row);
            field(&micros.saturating_sub(EPOCH_MICROS).to_be_bytes(), out);
        }
        DataType::Decimal128(_, scale) => {
            numeric(column.as_primitive::<Decimal128Type>().value(row), scale.unsigned_abs(), out);
        }
        _ => field(column.as_string::<i32>().value(row).as_bytes(), out),
    }
}

fn field(bytes: &[u8], out: &mut Vec<u8>) {
    out.extend_from_slice(&(bytes.len() as u32).to_be_bytes());
    out.extend_from_slice(bytes);
}

/// A numeric: digits to the base of 10,000, the weight of the first, sign, and places behind the point.
fn numeric(value: i128, scale: u8, out: &mut Vec<u8>) {
    const BASE: u128 = 10_000;
    let power = 10_u128.pow(u32::from(scale).min(38));
    let (mut whole, mut rest) = (value.unsigned_abs() / power, value.unsigned_abs() % power);
    let mut digits: Vec<u16> = Vec::with_capacity(20);
    while whole > 0 {
        digits.push((whole % BASE) as u16);
        whole /= BASE;
    }
    digits.reverse();
    let mut weight = digits.len() as i16 - 1;
    let (mut power, mut places) = (power, scale);
    while places > 0 && rest > 0 {
        let step = places.min(4);
        power /= 10_u128.pow(step.into());
        digits.push((rest / power) as u16 * 10_u16.pow(u32::from(4 - step)));
        rest %= power;
        places -= step;
    }
    let zeros = digits.iter().take_while(|digit| **digit == 0).count();
    weight -= zeros as i16;
    let digits = digits.get(zeros..).unwrap_or_default();
    let end = digits.iter().rposition(|digit| *digit != 0).map_or(0, |last| last + 1);
    let digits = digits.get(..end).unwrap_or_default();
    let weight = if digits.is_empty() { 0 } else { weight };
    let sign: u16 = if value < 0 { 0x4000 } else { 0 };
    out.extend_from_slice(&(8 + 2 * digits.len() as u32).to_be_bytes());
    out.extend_from_slice(&(digits.len() as u16).to_be_bytes());
    out.extend_from_slice(&weight.to_be_bytes());
    out.extend_from_slice(&sign.to_be_bytes());
    out.extend_from_slice(&u16::from(scale).to_be_bytes());
    digits.iter().for_each(|digit| out.extend_from_slice(&digit.to_be_bytes()));
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Digits, weight and sign, as the server would read them.
    #[track_caller]
    fn check(value: i128, scale: u8, digits: &[u16], weight: i16, sign: u16) {
        let mut out = Vec::new();
        numeric(value, scale, &mut out);
        let numbers: Vec<u16> = out[4..].chunks(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]])).collect();
        assert_eq!(out.len(), 4 + u32::from_be_bytes([out[0], out[1], out[2], out[3]]) as usize);
        assert_eq!(numbers[..4], [digits.len() as u16, weight as u16, sign, scale.into()], "{value} {scale}");
        assert_eq!(&numbers[4..], digits, "{value} {scale}");
    }

    #[test]
    fn numerics() {
        check(0, 2, &[], 0, 0);
        check(1, 0, &[1], 0, 0);
        check(123_456_789, 2, &[123, 4567, 8900], 1, 0);
        check(-50_000_000, 3, &[5], 1, 0x4000);
        check(5, 4, &[5], -1, 0);
        check(5, 5, &[5000], -2, 0);
        check(12_345, 5, &[1234, 5000], -1, 0);
        check(10_i128.pow(38) - 1, 38, &[9999, 9999, 9999, 9999, 9999, 9999, 9999, 9999, 9999, 9900], -1, 0);
        check(10_i128.pow(37), 0, &[10], 9, 0);
    }
}
