//! A file's header as a record that may stand in the file again, as `cat a.csv b.csv` makes it.

/// Bytes of a byte order mark, which may stand before it where a file begins in the middle of another.
pub const MARK: &[u8] = b"\xEF\xBB\xBF";

/// The header of a file, and what a record must look like to be the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heading {
    /// As it stands in the file, without its line end.
    pub record: Vec<u8>,
    /// What its fields say, in the file's encoding.
    pub fields: Vec<Vec<u8>>,
    pub signs: Signs,
}

/// By what a record is suspected, at next to no cost: a few lengths that are not far from each other, and how it may begin.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Signs {
    lengths: Lengths,
    /// A bit for each byte.
    begins: [u64; 4],
}

impl Signs {
    /// `begins`: with which bytes a record may begin; any, where there is none.
    pub fn new(lengths: &[usize], begins: &[u8]) -> Signs {
        let mut bits = [if begins.is_empty() { u64::MAX } else { 0 }; 4];
        begins.iter().for_each(|byte| bits[usize::from(byte >> 6)] |= 1 << (byte & 63));
        Signs { lengths: Lengths::of(lengths), begins: bits }
    }

    /// Whether a record of this length that begins so has them all. Most do not even begin so.
    #[inline(always)]
    pub fn fit(&self, length: usize, begin: Option<&u8>) -> bool {
        let begins = |byte: &u8| self.begins[usize::from(byte >> 6)] >> (byte & 63) & 1 == 1;
        begin.is_some_and(begins) && self.lengths.hold(length)
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Lengths {
    shortest: usize,
    /// A bit for each that is so much longer than the shortest.
    longer: u64,
}

impl Lengths {
    /// Those that are too far from the shortest are left out.
    fn of(lengths: &[usize]) -> Lengths {
        let shortest = lengths.iter().copied().min().unwrap_or_default();
        let bit = |length: &usize| 1_u64.checked_shl((length - shortest) as u32).unwrap_or_default();
        Lengths { shortest, longer: lengths.iter().map(bit).fold(0, |bits, bit| bits | bit) }
    }

    /// Whether this is one of them.
    #[inline(always)]
    fn hold(self, length: usize) -> bool {
        let more = length.wrapping_sub(self.shortest);
        (more < 64) & (self.longer >> (more & 63) & 1 == 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_its_lengths_are_held() {
        let check = |lengths: &[usize], held: &[usize]| {
            let all = Lengths::of(lengths);
            assert_eq!((0..200).filter(|length| all.hold(*length)).collect::<Vec<_>>(), held);
        };
        check(&[], &[]);
        check(&[0], &[0]);
        check(&[12, 8, 11, 8], &[8, 11, 12]);
        check(&[8, 71, 72, 100], &[8, 71]);
        assert!(!Lengths::default().hold(usize::MAX));
    }

    #[test]
    fn a_record_begins_as_it_may() {
        let signs = Signs::new(&[3], b"i\"\xEF");
        for (begin, fits) in [(b'i', true), (b'"', true), (b'\xEF', true), (b'1', false), (b'\0', false)] {
            assert_eq!(signs.fit(3, Some(&begin)), fits);
            assert!(!signs.fit(4, Some(&begin)));
        }
        assert!(Signs::new(&[3], b"").fit(3, Some(&b'1')));
        assert!(!Signs::default().fit(0, Some(&b'i')));
    }
}
