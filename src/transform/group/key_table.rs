//! A set of keys, each with a number in order of first appearance.

use std::hint::black_box;

use super::key::Key;
use super::slots::Slots;
use crate::transform::keys::{Packed, grow_for};

/// Keys that are looked at together.
pub const TOUCHED: usize = 32;

/// A set of keys.
#[derive(Default)]
pub struct KeyTable {
    /// The number of each key and half of its hash: other keys are seldom looked at.
    numbers: Slots,
    keys: Vec<Stored>,
    long: Packed,
}

/// A key in a word: a short one as it is, of a long one its place among the long ones.
#[derive(Clone, Copy)]
#[repr(align(16))]
struct Stored([u8; 16]);

/// The last byte of a long one, where short ones have their length.
const LONG: u8 = u8::MAX;

impl Stored {
    fn long(place: u32) -> Stored {
        let mut word = [LONG; 16];
        word[..size_of::<u32>()].copy_from_slice(&place.to_le_bytes());
        Stored(word)
    }

    fn place(self) -> usize {
        let [a, b, c, d, ..] = self.0;
        u32::from_le_bytes([a, b, c, d]) as usize
    }
}

impl KeyTable {
    pub fn count(&self) -> usize {
        self.keys.len()
    }

    #[inline]
    pub fn key(&self, number: usize) -> Key<'_> {
        let stored = self.keys[number];
        if stored.0[15] == LONG { Key::Long(self.long.get(stored.place())) } else { Key::Short(stored.0) }
    }

    pub fn iter(&self) -> impl Iterator<Item = Key<'_>> {
        (0..self.count()).map(|number| self.key(number))
    }

    /// The key's number, and whether it is new.
    #[inline]
    pub fn insert(&mut self, key: Key, hash: u64) -> (u32, bool) {
        let half = upper_half(hash);
        match self.numbers.find(half, |number| self.key(number as usize) == key) {
            Ok(number) => (number, false),
            Err(free) => {
                self.numbers.put(free, half, self.keys.len() as u32);
                (self.append(key), true)
            }
        }
    }

    /// The key's number, where it is one of these.
    #[inline]
    pub fn find(&self, key: Key, hash: u64) -> Option<u32> {
        self.numbers.find(upper_half(hash), |number| self.key(number as usize) == key).ok()
    }

    /// Has the memory bring what inserting keys of these hashes will look at: no load waits for another.
    pub fn touch(&self, hashes: &[u64]) {
        let hashes = hashes.iter().take(TOUCHED);
        black_box(hashes.clone().fold(0, |seen, hash| seen ^ self.numbers.touch(upper_half(*hash))));
        let mut met = [0; TOUCHED];
        for (met, hash) in met.iter_mut().zip(hashes) {
            *met = self.numbers.find(upper_half(*hash), |_| true).unwrap_or_default();
        }
        let first = |number: &u32| self.keys.get(*number as usize).map_or(0, |stored| stored.0[0]);
        black_box(met.iter().map(first).fold(0, |seen, byte| seen ^ byte));
    }

    /// Adds a key without looking whether it is there: what is told apart here may be the same.
    pub fn append(&mut self, key: Key) -> u32 {
        let number = self.keys.len() as u32;
        grow_for(&mut self.keys, 1);
        self.keys.push(match key {
            Key::Short(word) => Stored(word),
            Key::Long(bytes) => {
                self.long.push(bytes);
                Stored::long(self.long.count() as u32 - 1)
            }
        });
        number
    }

    /// No more keys come: what finds them is let go.
    pub fn settle(&mut self) {
        self.numbers = Slots::default();
    }

    /// Puts the keys into another order, in which they are read from now on; they are not found any more.
    pub fn arrange(&mut self, order: &[u32]) {
        self.settle();
        self.keys = order.iter().map(|number| self.keys[*number as usize]).collect();
    }

    /// Memory held.
    pub fn memory(&self) -> usize {
        self.keys.capacity() * size_of::<Stored>() + self.long.memory() + self.numbers.memory()
    }
}

fn upper_half(hash: u64) -> u32 {
    (hash >> 32) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn insert(table: &mut KeyTable, key: &[u8]) -> (u32, bool) {
        let key = Key::new(key);
        table.insert(key, key.hash())
    }

    #[test]
    fn keys_are_numbered_as_they_first_appear() {
        let mut table = KeyTable::default();
        let long = [b'x'; 99];
        let keys: [&[u8]; 7] = [b"a", b"", &long, b"b", b"a", b"", &long];
        let inserted = keys.map(|key| insert(&mut table, key));
        let expected = [(0, true), (1, true), (2, true), (3, true), (0, false), (1, false), (2, false)];
        assert_eq!(inserted, expected);
        let keys: Vec<Vec<u8>> = table.iter().map(|key| key.bytes().to_vec()).collect();
        assert_eq!(keys, [b"a".as_slice(), b"", &long, b"b"]);
    }

    #[test]
    fn many_keys_stay_what_they_are() {
        let mut table = KeyTable::default();
        for number in 0..100_000_u32 {
            assert_eq!(insert(&mut table, &number.to_le_bytes()), (number, true));
        }
        assert_eq!(insert(&mut table, &77_777_u32.to_le_bytes()), (77_777, false));
        assert!(table.memory() > 100_000 * 16);
    }
}
