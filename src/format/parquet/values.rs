//! Arrays of the file's types to arrays of ours. A value that ours does not hold is NULL, and told.

use std::sync::Arc;

use chrono_tz::Tz;

use super::finer::Finer;
use super::kind::{is_json, is_uuid, type_of};
use super::{float, nested};
use crate::arrow::array::{Array, ArrayRef, ArrowPrimitiveType, AsArray, BinaryArray, StringArray, new_null_array};
use crate::arrow::datatypes::{
    DataType, Date32Type, Decimal128Type, Field, Float16Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type,
    Int64Type, Time32MillisecondType, Time64MicrosecondType, TimeUnit, TimestampMicrosecondType,
    TimestampMillisecondType, TimestampSecondType, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use crate::batch::{ErrorType, Failure};
use crate::format::value::calendar::{DAY, checked_date, checked_moment};
use crate::format::value::parse;
use crate::types::Type;

/// A column in our type.
#[derive(Debug)]
pub struct Made {
    pub array: ArrayRef,
    /// The values that are lost, in ascending order.
    pub faults: Vec<Fault>,
}

/// A value that our type does not hold.
#[derive(Clone, Debug)]
pub struct Fault {
    pub failure: Failure,
    /// `Cast`, or `InvalidEncoding` for what is no text.
    pub error_type: ErrorType,
}

/// The values of a column of the file, as `type_of` its field.
pub fn values(array: &ArrayRef, field: &Field) -> Made {
    if let Some(finer) = Finer::of(array, field) {
        return finer.typed();
    }
    let ty = type_of(field).unwrap_or(Type::Text);
    match field.data_type() {
        DataType::Int8 => widen::<Int8Type, Int32Type>(array, ty, i32::from),
        DataType::Int16 => widen::<Int16Type, Int32Type>(array, ty, i32::from),
        DataType::UInt8 => widen::<UInt8Type, Int32Type>(array, ty, i32::from),
        DataType::UInt16 => widen::<UInt16Type, Int32Type>(array, ty, i32::from),
        DataType::UInt32 => widen::<UInt32Type, Int64Type>(array, ty, i64::from),
        DataType::UInt64 => widen::<UInt64Type, Decimal128Type>(array, ty, i128::from),
        DataType::Float16 => widen::<Float16Type, Float64Type>(array, ty, float::of_half),
        DataType::Float32 => widen::<Float32Type, Float64Type>(array, ty, float::of_single),
        DataType::Decimal128(precision, _) => decimals(array, ty, *precision),
        DataType::Date32 => checked::<Date32Type, Date32Type>(
            array,
            ty,
            |days| checked_date(i64::from(days)),
            |days| format!("{days} days since 1970 are out of range for date"),
        ),
        DataType::Time32(_) => times::<Time32MillisecondType>(array, ty, TimeUnit::Millisecond),
        DataType::Time64(_) => times::<Time64MicrosecondType>(array, ty, TimeUnit::Microsecond),
        DataType::Timestamp(unit, _) => timestamps(array, ty, *unit),
        DataType::Binary if is_json(field) => tokens(texts(array.as_binary())),
        DataType::Binary => texts(array.as_binary()),
        DataType::FixedSizeBinary(_) if is_uuid(field) => uuids(array),
        DataType::FixedSizeBinary(_) => texts(&array.as_fixed_size_binary().iter().collect()),
        DataType::Null => sound(new_null_array(&DataType::Utf8, array.len())),
        DataType::List(_) | DataType::Map(..) | DataType::Struct(_) => nested::texts(array, field),
        // Booleans and the numbers that are ours already.
        _ => sound(array.clone()),
    }
}

pub fn sound(array: ArrayRef) -> Made {
    Made { array, faults: Vec::new() }
}

fn widen<F, T>(array: &ArrayRef, ty: Type, wide: impl Fn(F::Native) -> T::Native) -> Made
where
    F: ArrowPrimitiveType,
    T: ArrowPrimitiveType,
{
    sound(Arc::new(array.as_primitive::<F>().unary::<_, T>(wide).with_data_type(ty.arrow())))
}

/// Values that may have no counterpart; `say` tells why.
pub fn checked<F, T>(
    array: &ArrayRef,
    ty: Type,
    convert: impl Fn(F::Native) -> Option<T::Native>,
    say: impl Fn(F::Native) -> String,
) -> Made
where
    F: ArrowPrimitiveType,
    T: ArrowPrimitiveType,
{
    let before = array.as_primitive::<F>();
    let after = before.unary_opt::<_, T>(convert).with_data_type(ty.arrow());
    let lost = (0..before.len()).filter(|_| after.null_count() > before.null_count());
    let lost = lost.filter(|index| before.is_valid(*index) && after.is_null(*index));
    let fault = |index| fault(index, ErrorType::Cast, say(before.value(index)));
    let faults = lost.map(fault).collect();
    Made { array: Arc::new(after), faults }
}

pub fn fault(index: usize, error_type: ErrorType, message: String) -> Fault {
    Fault { failure: Failure { index, message }, error_type }
}

fn decimals(array: &ArrayRef, ty: Type, precision: u8) -> Made {
    let limit = 10_u128.pow(u32::from(precision));
    let fits = |value: i128| (value.unsigned_abs() < limit).then_some(value);
    checked::<Decimal128Type, Decimal128Type>(array, ty, fits, |value| {
        format!("a value of the digits {value} is out of range for {ty}")
    })
}

/// Microseconds, where the value is a whole number of them.
fn micros(value: i64, unit: TimeUnit) -> Option<i64> {
    match unit {
        TimeUnit::Second => value.checked_mul(1_000_000),
        TimeUnit::Millisecond => value.checked_mul(1_000),
        TimeUnit::Microsecond | TimeUnit::Nanosecond => Some(value),
    }
}

fn times<F: ArrowPrimitiveType<Native: Into<i64>>>(array: &ArrayRef, ty: Type, unit: TimeUnit) -> Made {
    let convert = |value: F::Native| micros(value.into(), unit).filter(|micros| (0..DAY).contains(micros));
    checked::<F, Time64MicrosecondType>(array, ty, convert, |value| why(value.into(), unit, ty))
}

fn timestamps(array: &ArrayRef, ty: Type, unit: TimeUnit) -> Made {
    match unit {
        TimeUnit::Second => moments::<TimestampSecondType>(array, ty, unit),
        TimeUnit::Millisecond => moments::<TimestampMillisecondType>(array, ty, unit),
        // Nanoseconds have been read by now.
        TimeUnit::Microsecond | TimeUnit::Nanosecond => moments::<TimestampMicrosecondType>(array, ty, unit),
    }
}

fn moments<F: ArrowPrimitiveType<Native = i64>>(array: &ArrayRef, ty: Type, unit: TimeUnit) -> Made {
    let convert = |value| micros(value, unit).and_then(checked_moment);
    checked::<F, TimestampMicrosecondType>(array, ty, convert, |value| why(value, unit, ty))
}

fn why(value: i64, unit: TimeUnit, ty: Type) -> String {
    let unit = match unit {
        TimeUnit::Second => "seconds",
        TimeUnit::Millisecond => "milliseconds",
        TimeUnit::Microsecond => "microseconds",
        TimeUnit::Nanosecond => "nanoseconds",
    };
    format!("{value} {unit} are out of range for {ty}")
}

/// Bytes that should be text.
fn texts(array: &BinaryArray) -> Made {
    let (offsets, bytes, nulls) = (array.offsets().clone(), array.values().clone(), array.nulls().cloned());
    if let Ok(texts) = StringArray::try_new(offsets, bytes, nulls) {
        return sound(Arc::new(texts));
    }
    let mut faults = Vec::new();
    let mut text = |(index, bytes)| match std::str::from_utf8(bytes) {
        Ok(text) => Some(text),
        Err(error) => {
            faults.push(not_text(index, bytes, error.valid_up_to()));
            None
        }
    };
    let texts: StringArray = array.iter().enumerate().map(|(index, bytes)| text((index, bytes?))).collect();
    Made { array: Arc::new(texts), faults }
}

/// Texts that should be JSON.
fn tokens(texts: Made) -> Made {
    let read = parse(texts.array.as_string::<i32>().iter(), &Type::Json.into(), Tz::UTC);
    let told = read.failures.into_iter().map(|failure| Fault { failure, error_type: ErrorType::Cast });
    let mut faults: Vec<Fault> = texts.faults.into_iter().chain(told).collect();
    faults.sort_by_key(|fault| fault.failure.index);
    Made { array: read.array, faults }
}

fn not_text(index: usize, bytes: &[u8], at: usize) -> Fault {
    let byte = bytes.get(at).copied().unwrap_or_default();
    fault(index, ErrorType::InvalidEncoding, format!("byte {} of the value, 0x{byte:02x}, is not valid UTF-8", at + 1))
}

fn uuids(array: &ArrayRef) -> Made {
    let text = |bytes: &[u8]| -> String {
        let hex: Vec<String> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        let parts = [0..4, 4..6, 6..8, 8..10, 10..16];
        parts.map(|part| hex.get(part).unwrap_or_default().concat()).join("-")
    };
    let texts: StringArray = array.as_fixed_size_binary().iter().map(|bytes| bytes.map(text)).collect();
    sound(Arc::new(texts))
}
