//! What a column of SQLite's cannot hold although its type is right: looked for in the pool, before SQLite would change it.

use super::affinity::Affinity;
use crate::arrow::array::{Array, ArrayRef, AsArray};
use crate::arrow::datatypes::{Date32Type, Int64Type, TimestampMicrosecondType};
use crate::batch::Failure;
use crate::format::value::{spelt_exactly, to_text};
use crate::load::cell::{Cell, Check};
use crate::types::Type;

/// The first and the last day, since 1970, of the years 1 to 9999.
const DAYS: std::ops::RangeInclusive<i64> = -719_162..=2_932_896;

const MICROS_OF_A_DAY: i64 = 86_400_000_000;

/// The cell, for a column of a table of this affinity, whose name and that of its table are for messages.
pub fn checked(cell: Cell, affinity: Affinity, table: &str) -> Cell {
    let check = check(&cell, affinity, table);
    Cell { check: check.or(cell.check), ..cell }
}

fn check(cell: &Cell, affinity: Affinity, table: &str) -> Option<Check> {
    let name = &cell.name;
    let (failures, remedy): (fn(&ArrayRef) -> Vec<Failure>, _) = match (cell.typing.ty, affinity) {
        (Type::Date | Type::Timestamp | Type::TimestampTz, _) => (
            other_years,
            format!("; declare column {name} as text, or cast it to text, to have it as a text of your own"),
        ),
        _ if cell.number => (lost_digits, format!("; make column {name} of table {table} TEXT to keep them")),
        (Type::Integer | Type::BigInt, Affinity::Real) => {
            (inexact, format!(" of column {name} of table {table}; make it INTEGER to keep them"))
        }
        (ty, Affinity::Numeric) if !ty.is_number() => (changed_by_numeric, changed(name, table)),
        (ty, Affinity::Real) if !ty.is_number() => (changed_by_real, changed(name, table)),
        _ => return None,
    };
    Some(Check { failures, remedy: remedy.into() })
}

fn changed(name: &str, table: &str) -> String {
    format!(
        " by the affinity of column {name} of table {table}, whose declared type makes numbers of texts; make it TEXT in \
         the table to keep texts, or declare column {name} as bigint or double to load numbers"
    )
}

fn changed_by_numeric(array: &ArrayRef) -> Vec<Failure> {
    texts_but(array, |text| Affinity::Numeric.keeps(text), "would be changed")
}

fn changed_by_real(array: &ArrayRef) -> Vec<Failure> {
    texts_but(array, |text| Affinity::Real.keeps(text), "would be changed")
}

/// Numbers that neither an integer nor a double holds in full.
fn lost_digits(array: &ArrayRef) -> Vec<Failure> {
    let is_held = |text: &str| {
        let text = text.trim_ascii();
        text.parse::<i64>().is_ok() || !text.bytes().any(|byte| byte.is_ascii_digit()) || spelt_exactly(text)
    };
    texts_but(array, is_held, "has more digits than SQLite keeps of a number")
}

/// The texts that do not hold.
fn texts_but(array: &ArrayRef, holds: impl Fn(&str) -> bool, what: &str) -> Vec<Failure> {
    let Some(texts) = array.as_string_opt::<i32>() else { return Vec::new() };
    let found = texts.iter().enumerate().filter_map(|(index, text)| Some((index, text.filter(|text| !holds(text))?)));
    found.map(|(index, text)| Failure { index, message: format!("{text:?} {what}") }).collect()
}

/// Integers that no double is equal to.
fn inexact(array: &ArrayRef) -> Vec<Failure> {
    let is_exact = |value: i64| value as f64 as i128 == i128::from(value);
    // Those of 32 bits all are.
    let Some(values) = array.as_primitive_opt::<Int64Type>() else { return Vec::new() };
    let inexact = |value: Option<i64>| value.filter(|value| !is_exact(*value));
    let found = values.iter().enumerate().filter_map(|(index, value)| Some((index, inexact(value)?)));
    let message = |value| format!("{value} has more digits than the double");
    found.map(|(index, value)| Failure { index, message: message(value) }).collect()
}

/// Dates and times that SQLite's functions cannot read.
fn other_years(array: &ArrayRef) -> Vec<Failure> {
    let (days, ty): (Vec<Option<i64>>, _) = if let Some(dates) = array.as_primitive_opt::<Date32Type>() {
        if dates.values().iter().all(|day| DAYS.contains(&i64::from(*day))) {
            return Vec::new();
        }
        (dates.iter().map(|day| day.map(i64::from)).collect(), Type::Date)
    } else if let Some(times) = array.as_primitive_opt::<TimestampMicrosecondType>() {
        let day = |micros: i64| micros.div_euclid(MICROS_OF_A_DAY);
        if times.values().iter().all(|micros| DAYS.contains(&day(*micros))) {
            return Vec::new();
        }
        (times.iter().map(|micros| micros.map(day)).collect(), Type::Timestamp)
    } else {
        return Vec::new();
    };
    let outside = days.iter().enumerate().filter(|(_, day)| day.is_some_and(|day| !DAYS.contains(&day)));
    let failure = |(index, _)| {
        let shown = to_text(&array.slice(index, 1), ty, chrono_tz::UTC);
        let message = format!("{} is outside the years 1 to 9999, which SQLite's functions read", shown.value(0));
        Failure { index, message }
    };
    outside.map(failure).collect()
}
