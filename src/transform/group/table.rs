//! A set of keys, each with a number in order of first appearance.

use foldhash::fast::FixedState;
use hashbrown::HashTable;
use std::hash::{BuildHasher, Hasher};

/// Keys as bytes, one after the other. Nothing is allocated for a single key.
#[derive(Default)]
pub struct KeyTable {
    numbers: HashTable<u32>,
    bytes: Vec<u8>,
    /// Where each key ends in `bytes`.
    ends: Vec<usize>,
}

/// The same on every machine and thread. What comes out of a run does not depend on it.
pub fn hash(key: &[u8]) -> u64 {
    let mut hasher = FixedState::with_seed(0).build_hasher();
    hasher.write(key);
    hasher.finish()
}

impl KeyTable {
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    pub fn key(&self, number: usize) -> &[u8] {
        key(&self.bytes, &self.ends, number)
    }

    pub fn iter(&self) -> impl Iterator<Item = &[u8]> {
        (0..self.len()).map(|number| self.key(number))
    }

    /// The key's number, and whether it is new.
    pub fn insert(&mut self, key: &[u8], hash: u64) -> (u32, bool) {
        let KeyTable { numbers, bytes, ends } = self;
        let equal = |number: &u32| self::key(bytes, ends, *number as usize) == key;
        if let Some(number) = numbers.find(hash, equal) {
            return (*number, false);
        }
        let number = ends.len() as u32;
        bytes.extend_from_slice(key);
        ends.push(bytes.len());
        numbers.insert_unique(hash, number, |number| self::hash(self::key(bytes, ends, *number as usize)));
        (number, true)
    }

    /// Memory held.
    pub fn memory(&self) -> usize {
        self.bytes.capacity() + self.ends.capacity() * size_of::<usize>() + self.numbers.allocation_size()
    }
}

fn key<'a>(bytes: &'a [u8], ends: &[usize], number: usize) -> &'a [u8] {
    let start = number.checked_sub(1).and_then(|before| ends.get(before)).copied().unwrap_or(0);
    let end = ends.get(number).copied().unwrap_or(start);
    bytes.get(start..end).unwrap_or_default()
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
