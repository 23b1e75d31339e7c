//! A set of keys, each with a number in order of first appearance.

use foldhash::fast::FixedState;
use hashbrown::HashTable;
use std::hash::{BuildHasher, Hasher};

use crate::transform::keys::Packed;

/// A set of keys.
#[derive(Default)]
pub struct KeyTable {
    numbers: HashTable<u32>,
    keys: Packed,
}

/// The same on every machine and thread. What comes out of a run does not depend on it.
pub fn hash(key: &[u8]) -> u64 {
    let mut hasher = FixedState::with_seed(0).build_hasher();
    hasher.write(key);
    hasher.finish()
}

impl KeyTable {
    pub fn count(&self) -> usize {
        self.keys.count()
    }

    pub fn key(&self, number: usize) -> &[u8] {
        self.keys.get(number)
    }

    pub fn iter(&self) -> impl Iterator<Item = &[u8]> {
        (0..self.count()).map(|number| self.key(number))
    }

    /// The key's number, and whether it is new.
    pub fn insert(&mut self, key: &[u8], hash: u64) -> (u32, bool) {
        let KeyTable { numbers, keys } = self;
        if let Some(number) = numbers.find(hash, |number| keys.get(*number as usize) == key) {
            return (*number, false);
        }
        let number = keys.count() as u32;
        keys.push(key);
        numbers.insert_unique(hash, number, |number| self::hash(keys.get(*number as usize)));
        (number, true)
    }

    /// Memory held.
    pub fn memory(&self) -> usize {
        self.keys.memory() + self.numbers.allocation_size()
    }
}

impl KeyTable {
    /// The key's number, where it is one of these.
    #[inline]
    pub fn find(&self, key: &[u8], hash: u64) -> Option<u32> {
        self.numbers.find(hash, |number| self.key(*number as usize) == key).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_numbered_as_they_first_appear() {
        let mut table = KeyTable::default();
        let mut insert = |key: &str| table.insert(key.as_bytes(), hash(key.as_bytes()));
        let inserted = ["a", "", "b", "a", ""].map(&mut insert);
        assert_eq!(inserted, [(0, true), (1, true), (2, true), (0, false), (1, false)]);
        assert_eq!(table.iter().collect::<Vec<_>>(), [b"a".as_slice(), b"", b"b"]);
    }

    #[test]
    fn many_keys_stay_what_they_are() {
        let mut table = KeyTable::default();
        for number in 0..100_000_u32 {
            let key = number.to_le_bytes();
            assert_eq!(table.insert(&key, hash(&key)), (number, true));
        }
        let key = 77_777_u32.to_le_bytes();
        assert_eq!(table.insert(&key, hash(&key)), (77_777, false));
        assert!(table.memory() > 100_000 * 8);
    }
}
