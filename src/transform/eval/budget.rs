//! How much computed text one evaluation may hold: a short row can ask for megabytes (`repeat`, `lpad`, a long constant), and
//! thousands of rows stand in a chunk. One that asks for more is given up, and the chunk milled in parts.

use crate::arrow::array::{ArrayRef, StringArray};

/// Bytes of text in a chunk's computed columns; many times what an ordinary chunk needs.
const MOST_TEXT: usize = 16 << 20;

/// What is left to compute text with, in bytes.
#[derive(Debug)]
pub struct TextBudget {
    left: usize,
    exceeded: bool,
}

impl TextBudget {
    /// A single row cannot be taken apart any more, so it has what it asks for.
    pub fn of(rows: usize) -> TextBudget {
        TextBudget { left: if rows > 1 { MOST_TEXT } else { usize::MAX }, exceeded: false }
    }

    /// What one column may hold.
    pub fn left(&self) -> usize {
        self.left
    }

    /// Whether so much is within the budget; if not, the evaluation is to be given up.
    pub fn allows(&mut self, bytes: usize) -> bool {
        self.exceeded |= bytes > self.left;
        !self.exceeded
    }

    /// Takes a column of the result off what is left.
    pub fn keep(&mut self, column: &ArrayRef) {
        let bytes = text_bytes(column);
        if self.allows(bytes) {
            self.left -= bytes;
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
