//! Where the numbers of keys stand by their hashes: an open-addressed table of one word a slot. It is our own because many
//! keys are looked up together: their slots are loaded in one go, and the memory answers all of them at once.

/// Slots of the smallest table.
const FEWEST: usize = 16;
/// Nothing stands here. It is not 0, so that a new table is written, not only read, before its first use: memory that is
/// read first and written later is set up twice by the system, which cost a tenth of a run of many groups.
const EMPTY: u64 = u64::MAX;

/// Numbers by hashes. Of a hash, which is made of half of the key's, only that half is kept.
#[derive(Default)]
pub struct Slots {
    /// The half hash and the number. A power of two of them.
    slots: Vec<u64>,
    used: usize,
}

/// Where a hash is not found, and a number for it may be put.
pub struct Free(usize);

impl Slots {
    /// The number under this hash whose key `is_it`.
    #[inline]
    pub fn find(&self, half: u32, is_it: impl Fn(u32) -> bool) -> Result<u32, Free> {
        let mut place = self.home(half);
        loop {
            let Some((found, number)) = self.slots.get(place).and_then(|slot| entry(*slot)) else {
                return Err(Free(place));
            };
            if found == half && is_it(number) {
                return Ok(number);
            }
            place = (place + 1) & (self.slots.len() - 1);
        }
    }

    /// Puts a number where it was not found.
    #[inline]
    pub fn put(&mut self, Free(place): Free, half: u32, number: u32) {
        let slot = u64::from(half) << 32 | u64::from(number);
        self.used += 1;
        // A quarter stays free, so that searches are short.
        if self.used * 4 > self.slots.len() * 3 {
            self.grow();
            return self.place(slot);
        }
        self.slots[place] = slot;
    }

    fn grow(&mut self) {
        let larger = vec![EMPTY; (self.slots.len() * 2).max(FEWEST)];
        let slots = std::mem::replace(&mut self.slots, larger);
        slots.into_iter().filter(|slot| *slot != EMPTY).for_each(|slot| self.place(slot));
    }

    fn place(&mut self, slot: u64) {
        let mut place = self.home((slot >> 32) as u32);
        while self.slots[place] != EMPTY {
            place = (place + 1) & (self.slots.len() - 1);
        }
        self.slots[place] = slot;
    }

    /// What stands where the search for a hash begins, so that it is at hand.
    #[inline]
    pub fn touch(&self, half: u32) -> u64 {
        self.slots.get(self.home(half)).copied().unwrap_or(EMPTY)
    }

    /// Fibonacci hashing: the upper bits of the product depend on all bits of the hash.
    #[inline]
    fn home(&self, half: u32) -> usize {
        let bits = self.slots.len().checked_ilog2().unwrap_or(0);
        let spread = u64::from(half).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        spread.checked_shr(64 - bits).unwrap_or(0) as usize
    }

    /// Memory held.
    pub fn memory(&self) -> usize {
        self.slots.capacity() * size_of::<u64>()
    }
}

#[inline]
fn entry(slot: u64) -> Option<(u32, u32)> {
    (slot != EMPTY).then_some(((slot >> 32) as u32, slot as u32))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_found_under_equal_hashes() {
        let mut slots = Slots::default();
        // Keys 0, 7, 14, … share a hash.
        let half = |number: u32| number % 7 + 3;
        for number in 0..1000 {
            let free = slots.find(half(number), |found| found == number).expect_err("it is new");
            slots.put(free, half(number), number);
        }
        for number in 0..1000 {
            assert_eq!(slots.find(half(number), |found| found == number).ok(), Some(number));
        }
        assert!(slots.find(2, |_| true).is_err());
    }
}
