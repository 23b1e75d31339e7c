//! Values of a column by their indexes, and Arrow's own kernels where they cannot fail.

use crate::arrow::ArrowError;
use crate::arrow::array::{ArrayRef, UInt32Array};
use crate::arrow::compute;

/// The values at `indexes`, which are all within the array.
pub fn pick(array: &ArrayRef, indexes: Vec<u32>) -> ArrayRef {
    sure(compute::take(array.as_ref(), &UInt32Array::from(indexes), None))
}

/// What a kernel of Arrow gives that fails only where a column of text outgrows its offsets, which `TextBudget` keeps it from, or where
/// the binder has mixed up types, which no query and no row can bring about. Were it to happen, a stop is better than a wrong answer.
pub fn sure<T>(result: Result<T, ArrowError>) -> T {
    result.unwrap_or_else(|error| match error {
        ArrowError::OffsetOverflowError(_) => {
            panic!("the texts of one column are together larger than 2 GiB")
        }
        error => panic!("columns of different types met: {error}"),
    })
}
