//! Puts results back into the order of their chunks.

use std::collections::VecDeque;

/// Results that came out of order, waiting for those before them. Holds as many places as chunks are in flight.
pub struct Reorder<T> {
    next: u64,
    waiting: VecDeque<Option<T>>,
}

impl<T> Default for Reorder<T> {
    fn default() -> Reorder<T> {
        Reorder { next: 0, waiting: VecDeque::new() }
    }
}

impl<T> Reorder<T> {
    /// Takes the result of chunk `sequence`, each once.
    pub fn put(&mut self, sequence: u64, result: T) {
        let place = (sequence - self.next) as usize;
        if self.waiting.len() <= place {
            self.waiting.resize_with(place + 1, || None);
        }
        self.waiting[place] = Some(result);
    }

    /// What was taken last was a part of its chunk's result: the next part comes under the same number.
    pub fn reopen(&mut self) {
        self.next -= 1;
        self.waiting.push_front(None);
    }

    /// The next result in order, once it is there.
    pub fn take(&mut self) -> Option<T> {
        let result = self.waiting.front_mut()?.take()?;
        self.waiting.pop_front();
        self.next += 1;
        Some(result)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_leave_in_sequence_whatever_order_they_came_in() {
        let mut reorder = Reorder::default();
        let mut left = Vec::new();
        for sequence in [2, 0, 1, 4, 3] {
            reorder.put(sequence, sequence);
            left.extend(std::iter::from_fn(|| reorder.take()));
        }
        assert_eq!(left, [0, 1, 2, 3, 4]);
    }

    #[test]
    fn a_reopened_place_is_waited_for() {
        let mut reorder = Reorder::default();
        reorder.put(0, "a1");
        reorder.put(1, "b");
        assert_eq!(reorder.take(), Some("a1"));
        reorder.reopen();
        assert_eq!(reorder.take(), None);
        reorder.put(0, "a2");
        assert_eq!((reorder.take(), reorder.take(), reorder.take()), (Some("a2"), Some("b"), None));
    }

    #[test]
    fn a_missing_head_holds_the_rest_back() {
        let mut reorder = Reorder::default();
        reorder.put(1, "b");
        assert_eq!(reorder.take(), None);
        reorder.put(0, "a");
        assert_eq!((reorder.take(), reorder.take(), reorder.take()), (Some("a"), Some("b"), None));
    }
}
