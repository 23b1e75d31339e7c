//! The rows of one call that fail.

use crate::arrow::array::{ArrayRef, BooleanBufferBuilder};
use crate::arrow::buffer::NullBuffer;
use crate::batch::{Computed, Failure};

/// What is wrong with which rows, in ascending order.
#[derive(Default)]
pub struct Failing(Vec<Failure>);

impl Failing {
    /// Notes what is wrong with a row, and gives what stands in its place.
    #[cold]
    #[inline(never)]
    pub fn note<T: Default>(&mut self, row: usize, message: String) -> T {
        self.0.push(Failure { index: row, message });
        T::default()
    }

    /// The rows of `valid`, `None` being all, without those that fail.
    pub fn left_out_of(&self, valid: Option<NullBuffer>, rows: usize) -> Option<NullBuffer> {
        if self.0.is_empty() {
            return valid;
        }
        let mut bits = BooleanBufferBuilder::new(rows);
        match valid {
            Some(valid) => bits.append_buffer(valid.inner()),
            None => bits.append_n(rows, true),
        }
        self.0.iter().for_each(|failure| bits.set_bit(failure.index, false));
        Some(NullBuffer::new(bits.finish()))
    }

    /// The results, which are NULL in these rows, with them.
    pub fn beside(self, array: ArrayRef) -> Computed {
        Computed { array, failures: self.0 }
    }
}
