//! `=` and its family over whole columns, with PostgreSQL's order: text bytewise, NaN equal to itself and greatest.

use std::cmp::Ordering;

use crate::arrow::ArrowError;
use crate::arrow::array::{Array, AsArray, BooleanArray, Datum, Scalar};
use crate::arrow::buffer::{BooleanBuffer, NullBuffer};
use crate::arrow::compute::cmp;
use crate::arrow::datatypes::{
    DataType, Decimal128Type, Float64Type, IntervalMonthDayNano, IntervalMonthDayNanoType, IntervalUnit,
};

use super::number::{order_decimals, order_doubles, order_intervals};
use super::value::like;
use crate::transform::function::Value;
use crate::transform::pick::sure;
use crate::transform::plan::Comparison;

/// A boolean for each row, NULL where either side is. Constant where both sides are.
pub fn compare(comparison: Comparison, left: &Value, right: &Value, rows: usize) -> Value {
    let (origin, rows) = match (left, right) {
        (Value::Constant(_), Value::Constant(_)) => (left, 1),
        (Value::Column(_), _) => (left, rows),
        (_, Value::Column(_)) => (right, rows),
    };
    let (bits, nulls) = bits(comparison, left, right, rows).into_parts();
    like(origin, bits, nulls)
}

/// `is distinct from`: never NULL.
pub fn distinct(left: &Value, right: &Value, rows: usize) -> Value {
    let equal = compare(Comparison::Eq, left, right, rows);
    let rows = equal.array().len();
    let equal_bits = equal.array().as_boolean();
    let valid = |value: &Value| value.valid(rows).map_or_else(|| BooleanBuffer::new_set(rows), NullBuffer::into_inner);
    let (left, right) = (valid(left), valid(right));
    let unequal = &(&left & &right) & &!equal_bits.values();
    like(&equal, &unequal | &(&left ^ &right), None)
}

fn bits(comparison: Comparison, left: &Value, right: &Value, rows: usize) -> BooleanArray {
    match (left.array().data_type(), right.array().data_type()) {
        (DataType::Float64, _) => {
            let (l, r) = (left.array().as_primitive::<Float64Type>(), right.array().as_primitive::<Float64Type>());
            with_nulls(
                scan(comparison, pair(left, l.values(), right, r.values()), rows, order_doubles),
                left,
                right,
                rows,
            )
        }
        (DataType::Decimal128(_, s), DataType::Decimal128(_, t)) => {
            let (l, r) =
                (left.array().as_primitive::<Decimal128Type>(), right.array().as_primitive::<Decimal128Type>());
            let order = order_decimals(*s, *t);
            with_nulls(scan(comparison, pair(left, l.values(), right, r.values()), rows, order), left, right, rows)
        }
        (DataType::Interval(IntervalUnit::MonthDayNano), _) => {
            let (l, r) = (left.array().as_primitive::<IntervalMonthDayNanoType>(), right.array().as_primitive());
            let pair: Pair<IntervalMonthDayNano> = pair(left, l.values(), right, values_of(r));
            with_nulls(scan(comparison, pair, rows, order_intervals), left, right, rows)
        }
        _ => by_arrow(comparison, left, right),
    }
}

fn values_of(array: &crate::arrow::array::PrimitiveArray<IntervalMonthDayNanoType>) -> &[IntervalMonthDayNano] {
    array.values()
}

/// Two columns, or a column and a constant.
enum Pair<'a, T> {
    Columns(&'a [T], &'a [T]),
    Right(&'a [T], T),
    Left(T, &'a [T]),
}

fn pair<'a, T: Copy + Default>(left: &Value, l: &'a [T], right: &Value, r: &'a [T]) -> Pair<'a, T> {
    let first = |values: &[T]| values.first().copied().unwrap_or_default();
    match (left, right) {
        (_, Value::Constant(_)) => Pair::Right(l, first(r)),
        (Value::Constant(_), Value::Column(_)) => Pair::Left(first(l), r),
        (Value::Column(_), Value::Column(_)) => Pair::Columns(l, r),
    }
}

fn scan<T: Copy>(
    comparison: Comparison,
    pair: Pair<T>,
    rows: usize,
    order: impl Fn(T, T) -> Ordering,
) -> BooleanBuffer {
    match comparison {
        Comparison::Eq => collect(pair, rows, |l, r| order(l, r).is_eq()),
        Comparison::NotEq => collect(pair, rows, |l, r| order(l, r).is_ne()),
        Comparison::Lt => collect(pair, rows, |l, r| order(l, r).is_lt()),
        Comparison::LtEq => collect(pair, rows, |l, r| order(l, r).is_le()),
        Comparison::Gt => collect(pair, rows, |l, r| order(l, r).is_gt()),
        Comparison::GtEq => collect(pair, rows, |l, r| order(l, r).is_ge()),
    }
}

fn collect<T: Copy>(pair: Pair<T>, rows: usize, holds: impl Fn(T, T) -> bool) -> BooleanBuffer {
    match pair {
        Pair::Columns(l, r) => {
            let rows = rows.min(l.len()).min(r.len());
            BooleanBuffer::collect_bool(rows, |row| holds(l[row], r[row]))
        }
        Pair::Right(l, r) => BooleanBuffer::collect_bool(rows.min(l.len()), |row| holds(l[row], r)),
        Pair::Left(l, r) => BooleanBuffer::collect_bool(rows.min(r.len()), |row| holds(l, r[row])),
    }
}

fn with_nulls(bits: BooleanBuffer, left: &Value, right: &Value, rows: usize) -> BooleanArray {
    let nulls = NullBuffer::union(left.valid(rows).as_ref(), right.valid(rows).as_ref());
    BooleanArray::new(bits, nulls)
}

fn by_arrow(comparison: Comparison, left: &Value, right: &Value) -> BooleanArray {
    type Kernel = fn(&dyn Datum, &dyn Datum) -> Result<BooleanArray, ArrowError>;
    let kernel: Kernel = match comparison {
        Comparison::Eq => cmp::eq,
        Comparison::NotEq => cmp::neq,
        Comparison::Lt => cmp::lt,
        Comparison::LtEq => cmp::lt_eq,
        Comparison::Gt => cmp::gt,
        Comparison::GtEq => cmp::gt_eq,
    };
    sure(match (left, right) {
        (Value::Column(l), Value::Column(r)) => kernel(l, r),
        // A constant on the left is an array of length 1, and so is the result.
        (l, Value::Constant(r)) => kernel(l.array(), &Scalar::new(r.clone())),
        (Value::Constant(l), Value::Column(r)) => kernel(&Scalar::new(l.clone()), r),
    })
}
