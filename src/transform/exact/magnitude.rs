//! A finished sum as a long whole number: multiplied, and rounded.

use super::wide::DIGIT;

/// Digits of 32 bits, the least first, none of the outer ones 0.
pub(super) struct Magnitude {
    pub negative: bool,
    pub digits: Vec<u32>,
    /// The first digit counts 2^(32 * lowest).
    pub lowest: i32,
}

impl Magnitude {
    pub fn new(negative: bool, mut digits: Vec<u32>, lowest: i32) -> Self {
        let above = digits.iter().rev().take_while(|digit| **digit == 0).count();
        digits.truncate(digits.len() - above);
        let below = digits.iter().take_while(|digit| **digit == 0).count();
        digits.drain(..below);
        Magnitude { negative, digits, lowest: lowest + below as i32 }
    }

    pub fn square(&self) -> Magnitude {
        Magnitude::new(false, product(&self.digits, &self.digits), 2 * self.lowest)
    }

    pub fn times(&self, number: u64) -> Magnitude {
        let digits = product(&self.digits, &[number as u32, (number >> DIGIT) as u32]);
        Magnitude::new(self.negative, digits, self.lowest)
    }

    /// The nearest double.
    pub fn round(&self) -> f64 {
        let (number, digits) = self.scaled();
        scale(number, digits)
    }

    /// A double of 2^64 to 2^96 (or 0) and the power of 2^32 it is to be multiplied by: rounded, yet never beyond doubles.
    pub fn scaled(&self) -> (f64, i32) {
        let top: u128 =
            self.digits.iter().rev().chain([&0, &0]).take(3).fold(0, |top, digit| top << DIGIT | u128::from(*digit));
        let below = self.digits.iter().rev().skip(3).any(|digit| *digit != 0);
        // One bit for all that is below, so that no half is taken for even when there is more.
        let rounded = (top | u128::from(below)) as f64;
        let sign = if self.negative { -1.0 } else { 1.0 };
        (sign * rounded, self.lowest + self.digits.len() as i32 - 3)
    }
}

/// A double times a power of 2^32, in steps that are doubles themselves; the last alone can round.
pub(super) fn scale(number: f64, digits: i32) -> f64 {
    /// 2^32 to this power, either way, is a double.
    const STEP: i32 = 30;
    let power = |digits: i32| (2f64).powi(DIGIT * digits);
    let mut scaled = number;
    let mut left = digits.clamp(-400, 400);
    while left != 0 {
        let step = left.clamp(-STEP, STEP);
        scaled *= power(step);
        left -= step;
    }
    scaled
}

fn product(a: &[u32], b: &[u32]) -> Vec<u32> {
    let mut digits = vec![0u32; a.len() + b.len()];
    for (shift, factor) in a.iter().enumerate() {
        let mut carry = 0;
        let places = digits.iter_mut().skip(shift);
        for (place, other) in places.zip(b.iter().chain([&0])) {
            let whole = u64::from(*factor) * u64::from(*other) + u64::from(*place) + carry;
            *place = whole as u32;
            carry = whole >> DIGIT;
        }
    }
    digits
}
