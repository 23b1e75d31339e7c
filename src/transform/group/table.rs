//! A set of keys, each with a number in order of first appearance.

use hashbrown::HashTable;

use super::key::Key;
use crate::transform::keys::{Packed, grow_for};

/// A set of keys.
#[derive(Default)]
pub struct KeyTable {
    /// The number of each key and half of its hash: other keys are seldom looked at.
    numbers: HashTable<(u32, u32)>,
    keys: Vec<Stored>,
    long: Packed,
}

/// A key by its number.
#[derive(Clone, Copy)]
enum Stored {
    Short([u8; 16]),
    /// Its place among the long ones.
    Long(u32),
}

impl KeyTable {
    pub fn count(&self) -> usize {
        self.keys.len()
    }

    #[inline]
    pub fn key(&self, number: usize) -> Key<'_> {
        stored(&self.keys, &self.long, number)
    }

    pub fn iter(&self) -> impl Iterator<Item = Key<'_>> {
        (0..self.count()).map(|number| self.key(number))
    }

    /// The key's number, and whether it is new.
    #[inline]
    pub fn insert(&mut self, key: Key, hash: u64) -> (u32, bool) {
        let KeyTable { numbers, keys, long } = self;
        let half = upper_half(hash);
        let equal = |(number, other): &(u32, u32)| *other == half && stored(keys, long, *number as usize) == key;
        if let Some((number, _)) = numbers.find(spread(half), equal) {
            return (*number, false);
        }
        numbers.insert_unique(spread(half), (keys.len() as u32, half), |(_, half)| spread(*half));
        (self.append(key), true)
    }

    /// Adds a key without looking whether it is there: what is told apart here may be the same.
    pub fn append(&mut self, key: Key) -> u32 {
        let number = self.keys.len() as u32;
        grow_for(&mut self.keys, 1);
        self.keys.push(match key {
            Key::Short(word) => Stored::Short(word),
            Key::Long(bytes) => {
                self.long.push(bytes);
                Stored::Long(self.long.count() as u32 - 1)
            }
        });
        number
    }

    /// No more keys come: what finds them is let go.
    pub fn settle(&mut self) {
        self.numbers = HashTable::new();
    }

    /// Memory held.
    pub fn memory(&self) -> usize {
        self.keys.capacity() * size_of::<Stored>() + self.long.memory() + self.numbers.allocation_size()
    }
}

impl KeyTable {
    /// The key's number, where it is one of these.
    #[inline]
    pub fn find(&self, key: Key, hash: u64) -> Option<u32> {
        let half = upper_half(hash);
        let equal = |(number, other): &(u32, u32)| *other == half && self.key(*number as usize) == key;
        self.numbers.find(spread(half), equal).map(|(number, _)| *number)
    }
}

fn stored<'a>(keys: &[Stored], long: &'a Packed, number: usize) -> Key<'a> {
    match keys[number] {
        Stored::Short(word) => Key::Short(word),
        Stored::Long(place) => Key::Long(long.get(place as usize)),
    }
}

fn upper_half(hash: u64) -> u32 {
    (hash >> 32) as u32
}

/// A hash for the table from half of one, which is all that is kept of it.
fn spread(half: u32) -> u64 {
    u64::from(half).wrapping_mul(0x9E37_79B9_7F4A_7C15)
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
