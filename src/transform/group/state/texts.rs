//! `string_agg`.

use std::fmt::Write;
use std::sync::Arc;

use crate::arrow::array::{ArrayRef, StringBuilder};
use crate::batch::Failure;
use crate::cancel;
use crate::transform::keys::Packed;

/// The texts of `string_agg`: of each the bytes that it is ordered by, and then the text.
#[derive(Default)]
pub struct Texts(Packed);

/// More bytes than this are no text of one value; it is PostgreSQL's limit too.
const LONGEST: usize = 1 << 30;

impl Texts {
    pub fn push(&mut self, order: &[u8], text: &[u8]) {
        self.0.push(order);
        self.0.push(text);
    }

    pub fn append(&mut self, other: &Texts) {
        (0..other.0.count()).for_each(|index| self.0.push(other.0.get(index)));
    }

    /// Memory held, with what two allocations cost, and what is to stand between the texts.
    pub fn heap(&self, separator: &str) -> usize {
        let allocations = if self.0.count() > 0 { 2 * size_of::<[usize; 2]>() } else { 0 };
        self.0.memory() + allocations + self.0.count() / 2 * separator.len()
    }

    /// The places of the texts in order; those of equal order in the order of the input.
    fn ordered(&self) -> Vec<usize> {
        let mut places: Vec<usize> = (0..self.0.count() / 2).map(|index| index * 2).collect();
        places.sort_by_key(|place| self.0.get(*place));
        places.into_iter().map(|place| place + 1).collect()
    }

    /// Put together, and the groups whose text is too long.
    pub fn joined<'a>(states: impl Iterator<Item = &'a Texts>, separator: &str) -> (ArrayRef, Vec<Failure>) {
        let (mut all, mut failures) = (StringBuilder::new(), Vec::new());
        for (index, texts) in states.enumerate() {
            cancel::point();
            let places = texts.ordered();
            let length: usize = places.iter().map(|place| texts.0.get(*place).len() + separator.len()).sum();
            // All of them are one array, whose bytes are counted in an i32.
            if length > LONGEST.min(i32::MAX as usize - all.values_slice().len()) {
                failures.push(Failure { index, message: "the text put together is too long".to_owned() });
            }
            if places.is_empty() || failures.last().is_some_and(|failure| failure.index == index) {
                all.append_null();
                continue;
            }
            for (count, place) in places.into_iter().enumerate() {
                let text = std::str::from_utf8(texts.0.get(place)).unwrap_or_default();
                let written = if count > 0 { all.write_str(separator) } else { Ok(()) };
                // Writing to a builder does not fail.
                let _always = written.and_then(|()| all.write_str(text));
            }
            all.append_value("");
        }
        (Arc::new(all.finish()), failures)
    }
}
