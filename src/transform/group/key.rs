//! The bytes of one key: short ones in a word of their own, where they are compared and copied without looking elsewhere.

use std::hash::{BuildHasher, Hasher};

use foldhash::fast::FixedState;

/// Bytes that a word has room for; the last one holds their number.
const SHORT: usize = 15;

/// A key as it stands in a table or on its way there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key<'a> {
    /// Up to 15 bytes, blank behind, and how many they are.
    Short([u8; SHORT + 1]),
    Long(&'a [u8]),
}

impl<'a> Key<'a> {
    #[inline]
    pub fn new(bytes: &'a [u8]) -> Key<'a> {
        if bytes.len() > SHORT {
            return Key::Long(bytes);
        }
        let mut word = [0; SHORT + 1];
        word[..bytes.len()].copy_from_slice(bytes);
        word[SHORT] = bytes.len() as u8;
        Key::Short(word)
    }

    pub fn bytes(&self) -> &[u8] {
        match self {
            Key::Short(word) => &word[..SHORT.min(word[SHORT].into())],
            Key::Long(bytes) => bytes,
        }
    }

    /// The same on every machine and thread. What comes out of a run does not depend on it.
    #[inline]
    pub fn hash(&self) -> u64 {
        let mut hasher = FixedState::with_seed(0).build_hasher();
        match self {
            Key::Short(word) => hasher.write_u128(u128::from_le_bytes(*word)),
            Key::Long(bytes) => hasher.write(bytes),
        }
        hasher.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_their_bytes() {
        for length in 0..40 {
            let bytes: Vec<u8> = (0..length).collect();
            assert_eq!(Key::new(&bytes).bytes(), bytes);
            assert_ne!(Key::new(&bytes), Key::new(&[&bytes[..], &[0]].concat()));
        }
    }
}
