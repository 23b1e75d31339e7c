//! A file's header as a record that may stand in the file again, as `cat a.csv b.csv` makes it.

/// Bytes of a byte order mark, which may stand before it where a file begins in the middle of another.
pub const MARK: &[u8] = b"\xEF\xBB\xBF";

/// The header of a file, and how long a record must be to be the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heading {
    /// As it stands in the file, without its line end.
    pub record: Vec<u8>,
    /// What its fields say, in the file's encoding.
    pub fields: Vec<Vec<u8>>,
    pub lengths: Lengths,
}

/// A few lengths that are not far from each other, to be looked for in each record at next to no cost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Lengths {
    shortest: usize,
    /// A bit for each that is so much longer than the shortest.
    longer: u64,
}

impl Lengths {
    /// Those that are too far from the shortest are left out.
    pub fn of(lengths: &[usize]) -> Lengths {
        let shortest = lengths.iter().copied().min().unwrap_or_default();
        let bit = |length: &usize| 1_u64.checked_shl((length - shortest) as u32).unwrap_or_default();
        Lengths { shortest, longer: lengths.iter().map(bit).fold(0, |bits, bit| bits | bit) }
    }

    /// Whether this is one of them.
    #[inline(always)]
    pub fn hold(self, length: usize) -> bool {
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
}
