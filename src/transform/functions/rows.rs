//! The loops that kernels run in: they step over NULL rows, note those that fail and build the result.

use std::sync::Arc;

use crate::arrow::array::{Array, BooleanArray, PrimitiveArray, StringArray};
use crate::arrow::array::{ArrowPrimitiveType, BooleanBufferBuilder};
use crate::arrow::buffer::{Buffer, NullBuffer, OffsetBuffer};

use super::failing::Failing;
use super::input::input;
use crate::batch::Computed;
use crate::cancel::{point, point_at};
use crate::transform::function::{Arguments, KernelFault, Value};

/// What a kernel gives.
pub type Outcome = Result<Computed, KernelFault>;

/// More text than this in one result column is refused: offsets are 32 bits wide.
const MAX_COLUMN_TEXT: usize = 1 << 30;

/// Bytes of text that a kernel is done with in a few milliseconds.
const QUICK: usize = 1 << 20;

/// A point before each row where there is much text, and now and then where there is little.
#[inline]
fn point_before(row: usize, text: usize) {
    if text > QUICK { point() } else { point_at(row) }
}

#[inline]
fn is_valid(nulls: &Option<NullBuffer>, row: usize) -> bool {
    nulls.as_ref().is_none_or(|nulls| nulls.is_valid(row))
}

/// A column of primitive values: `value` is asked for each row without a NULL argument.
pub fn primitives<O: ArrowPrimitiveType>(
    arguments: &Arguments,
    mut value: impl FnMut(usize) -> Result<O::Native, String>,
) -> Outcome {
    let (nulls, mut failing) = (arguments.valid.clone(), Failing::default());
    let mut values = Vec::with_capacity(arguments.rows);
    let text = text_size(arguments);
    for row in 0..arguments.rows {
        point_before(row, text);
        values.push(match is_valid(&nulls, row) {
            true => value(row).unwrap_or_else(|message| failing.note(row, message)),
            false => O::Native::default(),
        });
    }
    column::<O>(arguments, values, nulls, failing)
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
/// rows gone through again, for those that are not NULL.
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
    let (nulls, mut failing) = (arguments.valid.clone(), Failing::default());
    if wrong {
        for row in (0..arguments.rows).filter(|row| is_valid(&nulls, *row)) {
            let (l, r) = (left.at(row), right.at(row));
            if operation(l, r).1 {
                failing.note(row, message(l, r).to_string())
            }
        }
    }
    column::<T>(arguments, values, nulls, failing)
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

fn column<O: ArrowPrimitiveType>(
    arguments: &Arguments,
    values: Vec<O::Native>,
    nulls: Option<NullBuffer>,
    failing: Failing,
) -> Outcome {
    let nulls = failing.left_out_of(nulls, arguments.rows);
    let array = PrimitiveArray::<O>::new(values.into(), nulls).with_data_type(arguments.result.arrow());
    Ok(failing.beside(Arc::new(array)))
}

/// A column of truth values.
pub fn booleans(arguments: &Arguments, mut value: impl FnMut(usize) -> Result<bool, String>) -> Outcome {
    let (nulls, mut failing) = (arguments.valid.clone(), Failing::default());
    let mut values = BooleanBufferBuilder::new(arguments.rows);
    let text = text_size(arguments);
    for row in 0..arguments.rows {
        point_before(row, text);
        let mut truth = || value(row).unwrap_or_else(|message| failing.note(row, message));
        values.append(is_valid(&nulls, row) && truth());
    }
    let nulls = failing.left_out_of(nulls, arguments.rows);
    Ok(failing.beside(Arc::new(BooleanArray::new(values.finish(), nulls))))
}

/// A column of texts: `write` appends the text of one row.
pub fn texts(arguments: &Arguments, mut write: impl FnMut(usize, &mut String) -> Result<(), KernelFault>) -> Outcome {
    texts_or_null(arguments, |row, out| write(row, out).map(|()| true))
}

/// The same where `write` may say `false` for NULL.
pub fn texts_or_null(
    arguments: &Arguments,
    mut write: impl FnMut(usize, &mut String) -> Result<bool, KernelFault>,
) -> Outcome {
    let (text, most, mut failing) = (text_size(arguments), most_text(arguments), Failing::default());
    let mut out = String::with_capacity(text.min(most));
    let mut ends = Vec::with_capacity(arguments.rows + 1);
    ends.push(0);
    let mut valid = BooleanBufferBuilder::new(arguments.rows);
    for row in 0..arguments.rows {
        let start = out.len();
        point_before(row, text.max(start));
        let written = if is_valid(&arguments.valid, row) { write(row, &mut out) } else { Ok(false) };
        valid.append(match written {
            Ok(written) => written,
            Err(KernelFault::TooMuchText) => return Err(KernelFault::TooMuchText),
            Err(KernelFault::Wrong(message)) => {
                out.truncate(start);
                failing.note(row, message)
            }
        });
        if out.len() > most {
            return Err(KernelFault::TooMuchText);
        }
        ends.push(out.len() as i32);
    }
    let nulls = NullBuffer::new(valid.finish());
    let (offsets, bytes) = (OffsetBuffer::new(ends.into()), Buffer::from_vec(out.into_bytes()));
    let array = StringArray::try_new(offsets, bytes, Some(nulls).filter(|nulls| nulls.null_count() > 0));
    Ok(failing.beside(Arc::new(array.map_err(|error| error.to_string())?)))
}

fn most_text(arguments: &Arguments) -> usize {
    arguments.most_text.min(MAX_COLUMN_TEXT)
}

/// Refuses to write so many bytes more than there are, where that is too much: before a text is made of several, or of one
/// several times.
pub fn check_room(arguments: &Arguments, out: &str, more: usize) -> Result<(), KernelFault> {
    if out.len().saturating_add(more) > most_text(arguments) { Err(KernelFault::TooMuchText) } else { Ok(()) }
}

/// About how much text goes in, which is about how much comes out.
fn text_size(arguments: &Arguments) -> usize {
    let columns = arguments.values.iter().filter(|value| matches!(value, Value::Column(_)));
    let arrays = columns.filter_map(|value| value.array().as_any().downcast_ref::<StringArray>());
    arrays.map(|array| (array.offsets().last() - array.offsets().first()) as usize).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arrow::datatypes::Int64Type;
    use crate::transform::function::{Function, Group, Kernel};
    use crate::transform::functions::check::call;
    use crate::transform::functions::signature::TEXT;
    use crate::types::Type;

    #[test]
    fn a_strict_kernel_is_not_asked_for_rows_with_null() {
        let texts = |a: &Arguments| texts_or_null(a, |_, _| Err("asked".into()));
        let numbers = |a: &Arguments| primitives::<Int64Type>(a, |_| Err("asked".to_owned()));
        let truths = |a: &Arguments| booleans(a, |_| Err("asked".to_owned()));
        let kernels: [(Kernel, Type); 3] = [(texts, Type::Text), (numbers, Type::BigInt), (truths, Type::Boolean)];
        let column = Value::Column(Arc::new(StringArray::from(vec![None, Some("a"), None])));
        let values = [column, Value::Constant(Arc::new(StringArray::from(vec!["b"])))];
        for (kernel, ty) in kernels {
            let function = Function::strict("f", Group::Text, &[TEXT, TEXT], |_| Ok(Type::Text), kernel, "");
            let Computed { array, failures } = call(&function, &values, 3, ty);
            let failures: Vec<_> = failures.into_iter().map(|failure| (failure.index, failure.message)).collect();
            assert_eq!((array.null_count(), failures), (3, vec![(1, "asked".to_owned())]));
        }
    }
}
