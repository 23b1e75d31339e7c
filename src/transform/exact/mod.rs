//! Sums of doubles that depend neither on the order of the rows nor on how these are cut into chunks: they are exact,
//! and rounded once, at the end.
//!
//! Two doubles hold most sums without an error: ordinary amounts, some billions of them. What the two cannot hold goes to
//! a [`Wide`] sum, which costs memory and a little time. Both are exact, so that it never matters which of them was used.

mod magnitude;
mod moments;
mod wide;

#[cfg(test)]
mod tests;

use magnitude::Magnitude;
pub use moments::Moments;
use wide::Wide;

/// An exact running sum of doubles: 24 bytes, and a few dozen more where two doubles do not hold it.
#[derive(Clone, Debug, Default)]
pub struct ExactSum {
    high: f64,
    /// What `high` lacks; not always smaller than its last bit.
    low: f64,
    /// What neither holds.
    wide: Option<Box<Wide>>,
}

impl ExactSum {
    /// Adds one number. NaN and infinities stay: the sum is then NaN, or that infinity.
    #[inline]
    pub fn add(&mut self, number: f64) {
        let (high, error) = two_sum(self.high, number);
        let (low, lost) = two_sum(self.low, error);
        // Also where something was infinite: the error is then NaN.
        if lost == 0.0 {
            (self.high, self.low) = (high, low);
        } else {
            self.add_slowly(number);
        }
    }

    #[cold]
    fn add_slowly(&mut self, number: f64) {
        let (first, rest) = two_sum(self.high, self.low);
        let (high, error) = two_sum(first, number);
        let (low, lost) = two_sum(rest, error);
        if (high + low).is_finite() && lost.is_finite() {
            (self.high, self.low) = (high, low);
            self.spill(&[lost]);
        } else {
            let (high, low) = (self.high, self.low);
            (self.high, self.low) = (0.0, 0.0);
            self.spill(&[high, low, number]);
        }
    }

    fn spill(&mut self, numbers: &[f64]) {
        for number in numbers.iter().filter(|number| **number != 0.0) {
            self.wide.get_or_insert_default().add(*number);
        }
    }

    /// Adds what another has summed.
    pub fn merge(&mut self, other: &ExactSum) {
        self.add(other.high);
        self.add(other.low);
        if let Some(wide) = &other.wide {
            self.wide.get_or_insert_default().merge(wide);
        }
    }

    /// The double nearest to the sum; an infinity where that is beyond every double. A sum of nothing is 0, and none is -0.
    pub fn value(&self) -> f64 {
        match self.wide {
            None => self.high + self.low,
            Some(_) => self.total().value(),
        }
    }

    /// Bytes held besides the value itself.
    pub fn heap_bytes(&self) -> usize {
        self.wide.as_ref().map_or(0, |wide| size_of::<Wide>() + wide.heap_bytes())
    }

    /// Everything in one place.
    fn total(&self) -> Wide {
        let mut total = self.wide.as_deref().cloned().unwrap_or_default();
        total.add(self.high);
        total.add(self.low);
        total
    }
}

/// A sum rounded, and exactly what the rounding left out (Knuth). NaN is left out where the sum overflows.
#[inline]
fn two_sum(a: f64, b: f64) -> (f64, f64) {
    let sum = a + b;
    let of_b = sum - a;
    let error = (a - (sum - of_b)) + (b - of_b);
    (sum, error)
}
