//! How much computed text one evaluation may hold: a short row can ask for megabytes (`repeat`, `lpad`, a long constant), and
//! thousands of rows stand in a chunk. One that asks for more is given up: the chunk is milled in parts, and a row that asks
//! for too much by itself is refused.

use crate::arrow::array::{ArrayRef, StringArray};

/// Bytes of text that a single row may hold while it is computed: two of the largest records, and what they are joined to.
pub const MOST_OF_ROW: usize = 64 << 20;

/// What a row is refused with that asks for more.
pub const TOO_LONG: &str = "the texts computed of this row are together longer than 64 MiB";

/// The text that is held: what the expression at hand has been computed of so far, and the columns that are done.
#[derive(Debug)]
pub struct TextBudget {
    held: usize,
    most: usize,
    exceeded: bool,
}

impl TextBudget {
    /// For so many bytes.
    pub fn within(most: usize) -> TextBudget {
        TextBudget { held: 0, most, exceeded: false }
    }

    /// What one more column may hold.
    pub fn left(&self) -> usize {
        self.most.saturating_sub(self.held)
    }

    /// Whether there is room for so much; if not, the evaluation is to be given up.
    pub fn allows(&mut self, bytes: usize) -> bool {
        self.exceeded |= bytes > self.left();
        !self.exceeded
    }

    /// There is no room for what was wanted; what that is was not even made.
    pub fn give_up(&mut self) {
        self.exceeded = true;
    }

    /// Whether no row may ever hold more.
    pub fn is_most_of_row(&self) -> bool {
        self.most >= MOST_OF_ROW
    }

    /// What is held now, for `settle`.
    pub fn held(&self) -> usize {
        self.held
    }

    /// Of what has been computed since `before` only the result is held on to.
    pub fn settle(&mut self, before: usize, result: usize) {
        self.held = before;
        if self.allows(result) {
            self.held += result;
        }
    }

    pub fn is_exceeded(&self) -> bool {
        self.exceeded
    }
}

/// Bytes of text that an array shows; none where it is no text.
pub fn text_bytes(array: &ArrayRef) -> usize {
    let texts = array.as_any().downcast_ref::<StringArray>();
    texts.map_or(0, |texts| (texts.offsets().last() - texts.offsets().first()) as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_result_was_computed_of_is_let_go() {
        let mut budget = TextBudget::within(20);
        for _ in 0..5 {
            let before = budget.held();
            budget.settle(budget.held(), 4);
            assert!(budget.allows(6) && !budget.is_exceeded());
            budget.settle(before, 1);
        }
        assert_eq!((budget.held(), budget.left()), (5, 15));
        budget.settle(5, 16);
        assert!(budget.is_exceeded() && !budget.allows(0));
    }
}
