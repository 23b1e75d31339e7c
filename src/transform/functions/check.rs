//! What the tests of this folder share: short ways to write arguments, and one check of a call.

use std::sync::Arc;

use crate::arrow::array::*;
use crate::arrow::datatypes::{DataType, IntervalMonthDayNano};
use arrow_cast::display::{ArrayFormatter, FormatOptions};
use proptest::prelude::*;

use super::find;
use crate::batch::Computed;
use crate::transform::function::{Arguments, Function, Parameter, Value};
use crate::transform::memo::Memo;
use crate::types::{Session, Type};

/// An argument: its type, and one value in an array.
pub type Argument = (Type, ArrayRef);

/// The session of the checks: a zone with daylight saving, and now() at 2024-01-31 12:00 UTC.
pub const SESSION: Session = Session { zone: chrono_tz::Europe::Berlin, now: 1_706_702_400_000_000 };

pub fn text(value: &str) -> Argument {
    (Type::Text, Arc::new(StringArray::from(vec![value])))
}

pub fn int(value: i32) -> Argument {
    (Type::Integer, Arc::new(Int32Array::from(vec![value])))
}

pub fn big(value: i64) -> Argument {
    (Type::BigInt, Arc::new(Int64Array::from(vec![value])))
}

pub fn double(value: f64) -> Argument {
    (Type::Double, Arc::new(Float64Array::from(vec![value])))
}

pub fn boolean(value: bool) -> Argument {
    (Type::Boolean, Arc::new(BooleanArray::from(vec![value])))
}

pub fn null(ty: Type) -> Argument {
    (ty, new_null_array(&ty.arrow(), 1))
}

/// `decimal("12.50", 4)` is a decimal(4,2).
pub fn decimal(value: &str, precision: u8) -> Argument {
    let scale = value.split_once('.').map_or(0, |(_, digits)| digits.len()) as u8;
    let units: i128 = value.replace('.', "").parse().unwrap();
    let ty = Type::Decimal { precision, scale };
    (ty, Arc::new(Decimal128Array::from(vec![units]).with_data_type(ty.arrow())))
}

/// A date, time, timestamp or timestamptz as Arrow reads its text.
pub fn moment(ty: Type, value: &str) -> Argument {
    let texts: ArrayRef = Arc::new(StringArray::from(vec![value]));
    let array = arrow_cast::cast(&texts, &numeric_zone(&ty.arrow())).unwrap();
    (ty, arrow_cast::cast(&array, &ty.arrow()).unwrap())
}

pub fn interval(months: i32, days: i32, micros: i64) -> Argument {
    let value = IntervalMonthDayNano::new(months, days, micros * 1000);
    (Type::Interval, Arc::new(IntervalMonthDayNanoArray::from(vec![value])))
}

/// Arrow itself reads and writes zones only as numbers.
fn numeric_zone(data_type: &DataType) -> DataType {
    match data_type {
        DataType::Timestamp(unit, Some(_)) => DataType::Timestamp(*unit, Some("+00:00".into())),
        other => other.clone(),
    }
}

/// Calls the overload that takes exactly these types (decimals and anything included) and compares the result's text:
/// `NULL` for NULL, `error: …` for a failed row. Columns, constants and mixtures must agree.
#[track_caller]
pub fn check(name: &str, arguments: &[Argument], expected: &str) {
    let types: Vec<Type> = arguments.iter().map(|(ty, _)| *ty).collect();
    let function = find(name).find(|function| takes(function, &types)).unwrap_or_else(|| panic!("no {name}{types:?}"));
    for constants in 0..1 << arguments.len() {
        let values: Vec<Value> =
            arguments.iter().enumerate().map(|(i, (_, array))| value(array, constants >> i & 1)).collect();
        let result = (function.result)(&types).unwrap();
        assert_eq!(outcome(function, &values, result), expected, "{name}{types:?}, constants {constants:b}");
    }
}

/// What the kernel gives for so many rows.
pub fn call(function: &Function, values: &[Value], rows: usize, result: Type) -> Computed {
    let (valid, most_text, memo) = (function.nulls.valid(values, rows), usize::MAX, &Memo::default());
    let arguments = Arguments { values, rows, valid, result, session: &SESSION, most_text, memo };
    let parsed = (function.kernel)(&arguments).unwrap();
    assert_eq!((parsed.array.data_type(), parsed.array.len()), (&result.arrow(), rows), "{}", function.name);
    parsed
}

/// Digits in all and after the point of decimals, and so many of their units, numbers of every size alike.
pub fn decimals(count: usize) -> impl Strategy<Value = (u8, u8, Vec<i128>)> {
    let sizes = (1u8..=38).prop_flat_map(|precision| (Just(precision), 0..=precision));
    sizes.prop_flat_map(move |(precision, scale)| {
        let limit = 10_i128.pow(precision.into());
        let units = (any::<i128>(), 0u32..127).prop_map(move |(number, shift)| (number >> shift) % limit);
        (Just(precision), Just(scale), proptest::collection::vec(units, count))
    })
}

/// They as a column.
pub fn decimal_column((precision, scale, units): &(u8, u8, Vec<i128>)) -> (Type, Value) {
    let ty = Type::Decimal { precision: *precision, scale: *scale };
    (ty, Value::Column(Arc::new(Decimal128Array::from(units.clone()).with_data_type(ty.arrow()))))
}

fn value(array: &ArrayRef, constant: usize) -> Value {
    match constant {
        1 => Value::Constant(array.clone()),
        _ => Value::Column(crate::arrow::compute::concat(&[array, array]).unwrap()),
    }
}

fn takes(function: &Function, types: &[Type]) -> bool {
    let count = function.parameters.len();
    let fits = types.len() <= count && types.len() + function.optional >= count;
    let place = |index: usize| function.parameters[index.min(count - 1)];
    (fits || function.variadic && types.len() >= count)
        && types.iter().enumerate().all(|(index, ty)| match place(index) {
            Parameter::Exact(wanted) => wanted == *ty,
            Parameter::Decimal => matches!(ty, Type::Decimal { .. }),
            Parameter::Json => matches!(ty, Type::Json | Type::Text),
            Parameter::Any => true,
        })
}

fn outcome(function: &Function, values: &[Value], result: Type) -> String {
    let Computed { array, failures } = call(function, values, 2, result);
    assert_eq!(rendered(&array, 0), rendered(&array, 1), "{}", function.name);
    match failures.as_slice() {
        [] => rendered(&array, 0),
        [first, second] if first.message == second.message && (first.index, second.index) == (0, 1) => {
            assert_eq!(rendered(&array, 0), "NULL", "{}", function.name);
            format!("error: {}", first.message)
        }
        other => panic!("{}: {other:?}", function.name),
    }
}

fn rendered(array: &ArrayRef, row: usize) -> String {
    if array.is_null(row) {
        return "NULL".to_string();
    }
    match array.data_type() {
        DataType::Float64 => array.as_primitive::<crate::arrow::datatypes::Float64Type>().value(row).to_string(),
        DataType::Interval(_) => {
            interval_text(array.as_primitive::<crate::arrow::datatypes::IntervalMonthDayNanoType>().value(row))
        }
        data_type @ DataType::Timestamp(..) => {
            let array = arrow_cast::cast(array, &numeric_zone(data_type)).unwrap();
            ArrayFormatter::try_new(&array, &FormatOptions::default()).unwrap().value(row).to_string()
        }
        _ => ArrayFormatter::try_new(array, &FormatOptions::default()).unwrap().value(row).to_string(),
    }
}

fn interval_text(value: IntervalMonthDayNano) -> String {
    format!("{} mon {} d {} us", value.months, value.days, value.nanoseconds / 1000)
}
