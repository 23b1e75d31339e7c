//! Every function of the table over random columns, constants among them: whole columns and the same rows one by one give the
//! same values, NULLs and failures, and so does whatever room there is for text.

use std::sync::Arc;

use rayon::prelude::*;

use super::calls::{Call, ways};
use super::chance::Chance;
use super::samples::{TYPES, argument, values};
use crate::arrow::array::{Array, ArrayRef, StringArray};
use crate::batch::{Computed, Failure};
use crate::transform::cast::cast;
use crate::transform::eval::{run, text_bytes};
use crate::transform::function::{Arguments, Function, Value};
use crate::transform::functions;
use crate::transform::memo::Memo;
use crate::types::{Session, Type};

const SESSION: Session = Session { zone: chrono_tz::Europe::Berlin, now: 1_706_702_400_000_000 };
/// Columns for each way to call a function.
const TIMES: u64 = 12;

#[test]
fn kernels_say_of_columns_what_they_say_of_rows() {
    let calls: Vec<Call> = functions::all().flat_map(ways).collect();
    let failing: usize = calls.par_iter().enumerate().map(|(place, call)| compare(call, place as u64)).sum();
    assert!(failing > 10_000, "only {failing} rows have failed");
}

/// How many rows have failed.
fn compare(call: &Call, place: u64) -> usize {
    let (warm, mut failing) = (Memo::default(), 0);
    for time in 0..TIMES {
        let mut chance = Chance::new(place << 8 | time);
        let types: Vec<Type> = call.arguments.iter().map(|ty| ty.unwrap_or_else(|| *chance.pick(&TYPES))).collect();
        let Ok(result) = (call.function.result)(&types) else { continue };
        let rows = 1 + chance.below(70);
        let values: Vec<Value> =
            types.iter().enumerate().map(|(place, ty)| column(call.function, place, *ty, rows, &mut chance)).collect();
        let over = |values: &[Value], rows: usize, most_text: usize, memo: &Memo| {
            let valid = call.function.nulls.valid(values, rows);
            let arguments = Arguments { values, rows, valid, result, session: &SESSION, most_text, memo };
            run(call.function, &arguments, false).map(|Computed { array, failures }| (array, failures))
        };
        let whole = over(&values, rows, usize::MAX, &warm).expect("there is room for any text");
        failing += whole.1.len();
        let told = || format!("{}{types:?} of {values:?}", call.function.name);
        for row in 0..rows {
            let alone = over(&only(&values, row), 1, usize::MAX, &Memo::default()).expect("there is room for any text");
            assert_eq!(alone, part(&whole, row), "row {row}: {}", told());
        }
        let (array, failures) = &whole;
        assert!(failures.iter().all(|failure| array.is_null(failure.index)), "{}", told());
        assert!(failures.is_sorted_by(|one, next| one.index < next.index), "{}", told());
        for most in [0, text_bytes(array) / 2, text_bytes(array)] {
            let bounded = over(&values, rows, most, &warm);
            assert!(bounded.is_none_or(|bounded| bounded == whole), "in {most} bytes: {}", told());
        }
    }
    failing
}

/// A column of texts read as the type, or a constant.
fn column(function: &Function, place: usize, ty: Type, rows: usize, chance: &mut Chance) -> Value {
    let constant = chance.one_in(3);
    let meant = argument(function.name, place).filter(|_| !chance.one_in(4));
    let choices = meant.unwrap_or_else(|| values(ty));
    let cell = |_| (!chance.one_in(8)).then(|| *chance.pick(choices));
    let texts: ArrayRef = Arc::new((0..if constant { 1 } else { rows }).map(cell).collect::<StringArray>());
    let array = cast(&texts, Type::Text, ty, &SESSION).array;
    if constant { Value::Constant(array) } else { Value::Column(array) }
}

/// The values of one row, all of them as columns.
fn only(values: &[Value], row: usize) -> Vec<Value> {
    values.iter().map(|value| Value::Column(value.array().slice(value.index(row), 1))).collect()
}

/// What is said of one row.
fn part((array, failures): &(ArrayRef, Vec<Failure>), row: usize) -> (ArrayRef, Vec<Failure>) {
    let mut failures: Vec<Failure> = failures.iter().filter(|failure| failure.index == row).cloned().collect();
    failures.iter_mut().for_each(|failure| failure.index = 0);
    (array.slice(row, 1), failures)
}
