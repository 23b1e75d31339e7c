//! Small numbers for the values of one column of keys: where few different values stand in the rows at hand, as countries
//! do, rows are told apart by such numbers instead of by their bytes.

use hashbrown::HashMap;

use crate::arrow::array::{Array, ArrayRef, ArrowPrimitiveType, AsArray};
use crate::arrow::datatypes::{DataType, Date32Type, Float64Type, Int32Type, Int64Type, TimestampMicrosecondType};
use crate::batch::{Records, Selection};
use crate::transform::keys::one_double;

/// More different values than this are not few.
const MOST: usize = 1024;
/// Values met last, each in the place that its hash says.
const SLOTS: usize = 256;
/// Texts up to this length are one word.
const WORD: usize = size_of::<u64>();

/// The code of each row; codes count from 0.
pub struct Codes {
    pub of_row: Vec<u32>,
    /// How many codes there are.
    pub count: usize,
}

impl Codes {
    /// Of the texts of one column of records; `None` where they are not few.
    pub fn of_texts(records: &dyn Records, column: usize, rows: &Selection) -> Option<Codes> {
        Codes::collect(rows.iter(), |coder, row| match records.text(row, column) {
            Some(text) => coder.text(text.as_bytes()),
            None => coder.null(),
        })
    }

    /// Of the values of an array; `None` where they are not few, or of a type that is seldom a key.
    pub fn of_values(array: &ArrayRef) -> Option<Codes> {
        match array.data_type() {
            DataType::Utf8 => {
                let texts = array.as_string::<i32>();
                Codes::of_valid(array, |coder, row| coder.text(texts.value(row).as_bytes()))
            }
            DataType::Boolean => {
                let truths = array.as_boolean();
                Codes::of_valid(array, |coder, row| coder.word(u64::from(truths.value(row))))
            }
            DataType::Int32 => Codes::of_numbers::<Int32Type>(array, |number| i64::from(number) as u64),
            DataType::Int64 => Codes::of_numbers::<Int64Type>(array, |number| number as u64),
            DataType::Date32 => Codes::of_numbers::<Date32Type>(array, |days| i64::from(days) as u64),
            DataType::Timestamp(..) => Codes::of_numbers::<TimestampMicrosecondType>(array, |micros| micros as u64),
            DataType::Float64 => Codes::of_numbers::<Float64Type>(array, |number| one_double(number).to_bits()),
            _ => None,
        }
    }

    fn of_numbers<T: ArrowPrimitiveType>(array: &ArrayRef, word: impl Fn(T::Native) -> u64) -> Option<Codes> {
        let values = array.as_primitive::<T>().values();
        Codes::of_valid(array, |coder, row| coder.word(word(values[row])))
    }

    fn of_valid(array: &ArrayRef, code: impl Fn(&mut Coder, usize) -> Option<u32>) -> Option<Codes> {
        match array.nulls() {
            None => Codes::collect(0..array.len(), code),
            Some(nulls) => Codes::collect(0..array.len(), |coder, row| match nulls.is_valid(row) {
                true => code(coder, row),
                false => coder.null(),
            }),
        }
    }

    fn collect(rows: impl Iterator<Item = usize>, code: impl Fn(&mut Coder, usize) -> Option<u32>) -> Option<Codes> {
        let mut coder = Coder::default();
        let of_row: Option<Vec<u32>> = rows.map(|row| code(&mut coder, row)).collect();
        of_row.map(|of_row| Codes { of_row, count: coder.count as usize })
    }
}

/// Gives each different value the next code.
struct Coder {
    slots: Box<[Slot; SLOTS]>,
    /// What the slots have no room for.
    words: HashMap<(u64, usize), u32>,
    texts: HashMap<Box<[u8]>, u32>,
    null: Option<u32>,
    count: u32,
}

/// A value of one word, and its code.
#[derive(Clone, Copy)]
struct Slot {
    word: u64,
    /// Bytes that count; `usize::MAX` where nothing is kept.
    length: usize,
    code: u32,
}

impl Default for Coder {
    fn default() -> Coder {
        let nothing = Slot { word: 0, length: usize::MAX, code: 0 };
        let slots = Box::new([nothing; SLOTS]);
        Coder { slots, words: HashMap::new(), texts: HashMap::new(), null: None, count: 0 }
    }
}

impl Coder {
    fn word(&mut self, word: u64) -> Option<u32> {
        self.short(word, WORD)
    }

    #[inline]
    fn text(&mut self, text: &[u8]) -> Option<u32> {
        match text.len() {
            0..=WORD => self.short(word_of(text), text.len()),
            _ => self.long(text),
        }
    }

    fn null(&mut self) -> Option<u32> {
        if self.null.is_none() {
            self.null = self.new_code();
        }
        self.null
    }

    #[inline]
    fn short(&mut self, word: u64, length: usize) -> Option<u32> {
        // Fibonacci hashing: the upper bits of the product depend on all bits of the word.
        let place = (word ^ length as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 56;
        let slot = self.slots[place as usize];
        if slot.word == word && slot.length == length {
            return Some(slot.code);
        }
        let code = match self.words.get(&(word, length)) {
            Some(code) => *code,
            None => {
                let code = self.new_code()?;
                self.words.insert((word, length), code);
                code
            }
        };
        self.slots[place as usize] = Slot { word, length, code };
        Some(code)
    }

    fn long(&mut self, text: &[u8]) -> Option<u32> {
        if let Some(code) = self.texts.get(text) {
            return Some(*code);
        }
        let code = self.new_code()?;
        self.texts.insert(text.into(), code);
        Some(code)
    }

    fn new_code(&mut self) -> Option<u32> {
        self.count += 1;
        (self.count as usize <= MOST).then(|| self.count - 1)
    }
}

/// Up to eight bytes as a word.
#[inline]
fn word_of(text: &[u8]) -> u64 {
    let mut word = [0; WORD];
    word[..text.len()].copy_from_slice(text);
    u64::from_le_bytes(word)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::arrow::array::{Float64Array, Int64Array, StringArray};

    fn codes(array: impl Array + 'static) -> Option<Vec<u32>> {
        Codes::of_values(&(Arc::new(array) as ArrayRef)).map(|codes| codes.of_row)
    }

    #[test]
    fn equal_values_have_equal_codes() {
        let texts = [
            Some("a"),
            None,
            Some(""),
            Some("a\0"),
            Some("longer than a word"),
            None,
            Some("a"),
            Some("longer than a word"),
        ];
        assert_eq!(codes(StringArray::from_iter(texts)), Some(vec![0, 1, 2, 3, 4, 1, 0, 4]));
        assert_eq!(codes(Float64Array::from(vec![0.0, -0.0, f64::NAN, -f64::NAN, 1.0])), Some(vec![0, 0, 1, 1, 2]));
    }

    #[test]
    fn many_values_have_none() {
        let some = |count: i64| Int64Array::from_iter_values((0..5000).map(|number| number % count));
        assert!(codes(some(MOST as i64 + 1)).is_none());
        let all: Vec<u32> = (0..5000).map(|number| number % MOST as u32).collect();
        assert_eq!(codes(some(MOST as i64)), Some(all));
    }
}
