//! The loops that kernels run in: they read columns and constants alike, step over NULL rows and build the result.

use std::sync::Arc;

use crate::arrow::array::{Array, ArrayAccessor, ArrayRef, BooleanArray, PrimitiveArray, StringArray};
use crate::arrow::array::{ArrowPrimitiveType, BooleanBufferBuilder};
use crate::arrow::buffer::{Buffer, NullBuffer, OffsetBuffer};

use crate::cancel::{point, point_at};
use crate::transform::function::{Arguments, Value};

/// What a kernel gives.
pub type Outcome = Result<ArrayRef, String>;

/// More text than this in one result column is refused: offsets are 32 bits wide.
const MAX_COLUMN_TEXT: usize = 1 << 30;

/// Bytes of text that a kernel is done with in a few milliseconds.
const QUICK: usize = 1 << 20;

/// What is said of a result that is larger, or of several rows that are together.
const TOO_LONG: &str = "the resulting text is too long";

/// An argument as an array of a known type, read by row.
pub struct Input<'a, A> {
    pub array: &'a A,
    pub constant: bool,
}

impl<'a, A> Input<'a, A>
where
    &'a A: ArrayAccessor,
{
    pub fn at(&self, row: usize) -> <&'a A as ArrayAccessor>::Item {
        self.array.value(if self.constant { 0 } else { row })
    }
}

/// The argument at `place`, which the binder has made an `A`.
pub fn input<'a, A: 'static>(arguments: &'a Arguments, place: usize) -> Result<Input<'a, A>, String> {
    optional(arguments, place)?.ok_or_else(|| format!("argument {} is missing", place + 1))
}

/// The argument at `place`, where there is one.
pub fn optional<'a, A: 'static>(arguments: &'a Arguments, place: usize) -> Result<Option<Input<'a, A>>, String> {
    let Some(value) = arguments.values.get(place) else { return Ok(None) };
    let array = value.array().as_any().downcast_ref::<A>();
    let array =
        array.ok_or_else(|| format!("argument {} has the wrong type {}", place + 1, value.array().data_type()))?;
    Ok(Some(Input { array, constant: matches!(value, Value::Constant(_)) }))
}

/// Which rows have no NULL argument; `None` when all of them.
pub fn validity(arguments: &Arguments) -> Option<NullBuffer> {
    let mut nulls = None;
    for value in arguments.values {
        let own = match value {
            Value::Column(array) => array.nulls().cloned(),
            Value::Constant(array) => array.is_null(0).then(|| NullBuffer::new_null(arguments.rows)),
        };
        nulls = NullBuffer::union(nulls.as_ref(), own.as_ref());
    }
    nulls.filter(|nulls| nulls.null_count() > 0)
}

/// A point before each row where there is much text, and now and then where there is little.
#[inline]
fn point_before(row: usize, text: usize) {
    if text > QUICK { point() } else { point_at(row) }
}

fn is_valid(nulls: &Option<NullBuffer>, row: usize) -> bool {
    nulls.as_ref().is_none_or(|nulls| nulls.is_valid(row))
}

/// A column of primitive values: `value` is asked for each row without a NULL argument.
pub fn primitives<O: ArrowPrimitiveType>(
    arguments: &Arguments,
    mut value: impl FnMut(usize) -> Result<O::Native, String>,
) -> Outcome {
    let nulls = validity(arguments);
    let mut values = Vec::with_capacity(arguments.rows);
    let text = text_size(arguments);
    for row in 0..arguments.rows {
        point_before(row, text);
        values.push(if is_valid(&nulls, row) { value(row)? } else { O::Native::default() });
    }
    Ok(column::<O>(arguments, values, nulls))
}

/// `primitives` of one argument.
pub fn unary<A: ArrowPrimitiveType, O: ArrowPrimitiveType>(
    arguments: &Arguments,
    value: impl Fn(A::Native) -> Result<O::Native, String>,
) -> Outcome {
    let only = input::<PrimitiveArray<A>>(arguments, 0)?;
    primitives::<O>(arguments, |row| value(only.at(row)))
}

/// `primitives` of two arguments.
pub fn binary<A: ArrowPrimitiveType, B: ArrowPrimitiveType, O: ArrowPrimitiveType>(
    arguments: &Arguments,
    value: impl Fn(A::Native, B::Native) -> Result<O::Native, String>,
) -> Outcome {
    let (left, right) = (input::<PrimitiveArray<A>>(arguments, 0)?, input::<PrimitiveArray<B>>(arguments, 1)?);
    primitives::<O>(arguments, |row| value(left.at(row), right.at(row)))
}

/// Arithmetic as a tight loop. `operation` gives a value and whether it is wrong; only when some value is wrong are the
/// rows gone through again, for one that is not NULL.
pub fn checked<T: ArrowPrimitiveType>(
    arguments: &Arguments,
    operation: impl Fn(T::Native, T::Native) -> (T::Native, bool),
    message: impl Fn(T::Native, T::Native) -> &'static str,
) -> Outcome {
    let (left, right) = (input::<PrimitiveArray<T>>(arguments, 0)?, input::<PrimitiveArray<T>>(arguments, 1)?);
    let (l, r) = (left.array.values(), right.array.values());
    let (values, wrong) = match (left.constant.then(|| left.at(0)), right.constant.then(|| right.at(0))) {
        (None, None) => compute(l.iter().copied().zip(r.iter().copied()), &operation),
        (None, Some(r)) => compute(l.iter().map(|l| (*l, r)), &operation),
        (Some(l), None) => compute(r.iter().map(|r| (l, *r)), &operation),
        (Some(l), Some(r)) => compute(std::iter::repeat_n((l, r), arguments.rows), &operation),
    };
    let nulls = validity(arguments);
    if wrong {
        let mut rows =
            (0..arguments.rows).filter(|row| is_valid(&nulls, *row)).map(|row| (left.at(row), right.at(row)));
        if let Some((l, r)) = rows.find(|(l, r)| operation(*l, *r).1) {
            return Err(message(l, r).to_string());
        }
    }
    Ok(column::<T>(arguments, values, nulls))
}

fn compute<N: Copy>(pairs: impl Iterator<Item = (N, N)>, operation: &impl Fn(N, N) -> (N, bool)) -> (Vec<N>, bool) {
    let mut any = false;
    let values = pairs.map(|(left, right)| {
        let (value, wrong) = operation(left, right);
        any |= wrong;
        value
    });
    (values.collect(), any)
}

fn column<O: ArrowPrimitiveType>(arguments: &Arguments, values: Vec<O::Native>, nulls: Option<NullBuffer>) -> ArrayRef {
    Arc::new(PrimitiveArray::<O>::new(values.into(), nulls).with_data_type(arguments.result.arrow()))
}

/// A column of truth values.
pub fn booleans(arguments: &Arguments, mut value: impl FnMut(usize) -> Result<bool, String>) -> Outcome {
    let nulls = validity(arguments);
    let mut values = BooleanBufferBuilder::new(arguments.rows);
    let text = text_size(arguments);
    for row in 0..arguments.rows {
        point_before(row, text);
        values.append(is_valid(&nulls, row) && value(row)?);
    }
    Ok(Arc::new(BooleanArray::new(values.finish(), nulls)))
}

/// A column of texts: `write` appends the text of one row without a NULL argument.
pub fn texts(arguments: &Arguments, mut write: impl FnMut(usize, &mut String) -> Result<(), String>) -> Outcome {
    let nulls = validity(arguments);
    collect_texts(arguments, |row, out| if is_valid(&nulls, row) { write(row, out).map(|()| true) } else { Ok(false) })
}

/// The same where `write` may say `false` for NULL.
pub fn texts_or_null(
    arguments: &Arguments,
    mut write: impl FnMut(usize, &mut String) -> Result<bool, String>,
) -> Outcome {
    let nulls = validity(arguments);
    collect_texts(arguments, |row, out| Ok(is_valid(&nulls, row) && write(row, out)?))
}

/// A column of texts: `write` appends the text of each row, or says `false` for NULL.
pub fn collect_texts(
    arguments: &Arguments,
    mut write: impl FnMut(usize, &mut String) -> Result<bool, String>,
) -> Outcome {
    let (text, most) = (text_size(arguments), most_text(arguments));
    let mut out = String::with_capacity(text.min(most));
    let mut ends = Vec::with_capacity(arguments.rows + 1);
    ends.push(0);
    let mut valid = BooleanBufferBuilder::new(arguments.rows);
    for row in 0..arguments.rows {
        point_before(row, text.max(out.len()));
        valid.append(write(row, &mut out)?);
        if out.len() > most {
            return Err(TOO_LONG.to_string());
        }
        ends.push(out.len() as i32);
    }
    let nulls = NullBuffer::new(valid.finish());
    let (offsets, bytes) = (OffsetBuffer::new(ends.into()), Buffer::from_vec(out.into_bytes()));
    let array = StringArray::try_new(offsets, bytes, Some(nulls).filter(|nulls| nulls.null_count() > 0));
    array.map(|array| Arc::new(array) as ArrayRef).map_err(|error| error.to_string())
}

fn most_text(arguments: &Arguments) -> usize {
    arguments.most_text.min(MAX_COLUMN_TEXT)
}

/// Refuses to write so many bytes more than there are, where that is too much: before a text is made of several, or of one
/// several times.
pub fn check_room(arguments: &Arguments, out: &str, more: usize) -> Result<(), String> {
    if out.len().saturating_add(more) > most_text(arguments) { Err(TOO_LONG.to_string()) } else { Ok(()) }
}

/// About how much text goes in, which is about how much comes out.
fn text_size(arguments: &Arguments) -> usize {
    let columns = arguments.values.iter().filter(|value| matches!(value, Value::Column(_)));
    let arrays = columns.filter_map(|value| value.array().as_any().downcast_ref::<StringArray>());
    arrays.map(|array| (array.offsets().last() - array.offsets().first()) as usize).sum()
}
