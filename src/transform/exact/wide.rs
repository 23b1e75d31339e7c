//! A sum in fixed point, as wide as its numbers need.

use super::Magnitude;

/// Bits of a digit; the rest of its word gathers carries.
pub(super) const DIGIT: i32 = 32;
const MASK: i64 = (1 << DIGIT) - 1;

/// So many additions may wait for their carries: each adds less than 2^32 to a word of 63 bits.
const MOST_PENDING: u32 = 1 << 29;

/// The digits of a sum, the least first, each signed and perhaps beyond its 32 bits until carries are done.
#[derive(Clone, Debug, Default)]
pub(super) struct Wide {
    digits: Vec<i64>,
    /// The first digit counts 2^(32 * lowest).
    lowest: i32,
    /// Additions since carries were last done.
    pending: u32,
    /// The sum of the infinities and NaNs, 0 without any.
    special: f64,
}

impl Wide {
    pub fn add(&mut self, number: f64) {
        if number.is_finite() {
            let (mantissa, exponent) = decode(number);
            self.add_bits(number.is_sign_negative(), mantissa, exponent);
        } else {
            self.special += number;
        }
    }

    /// Adds the square of a number, of which no bit is lost, be it beyond every double.
    pub fn add_square(&mut self, number: f64) {
        if number.is_finite() {
            let (mantissa, exponent) = decode(number);
            let square = u128::from(mantissa) * u128::from(mantissa);
            self.add_bits(false, square as u64, 2 * exponent);
            self.add_bits(false, (square >> 64) as u64, 2 * exponent + 64);
        } else {
            self.special += number * number;
        }
    }

    fn add_bits(&mut self, negative: bool, mantissa: u64, exponent: i32) {
        if mantissa == 0 {
            return;
        }
        let spread = u128::from(mantissa) << exponent.rem_euclid(DIGIT);
        let parts = [spread as u32, (spread >> DIGIT) as u32, (spread >> (2 * DIGIT)) as u32];
        let sign = if negative { -1 } else { 1 };
        for (digit, part) in self.reach(exponent.div_euclid(DIGIT), parts.len()).iter_mut().zip(parts) {
            *digit += sign * i64::from(part);
        }
        self.count(1);
    }

    pub fn merge(&mut self, other: &Wide) {
        for (digit, more) in self.reach(other.lowest, other.digits.len()).iter_mut().zip(&other.digits) {
            *digit += more;
        }
        self.special += other.special;
        self.count(other.pending);
    }

    pub fn add_whole(&mut self, magnitude: &Magnitude) {
        let sign = if magnitude.negative { -1 } else { 1 };
        let digits = &magnitude.digits;
        for (digit, more) in self.reach(magnitude.lowest, digits.len()).iter_mut().zip(digits) {
            *digit += sign * i64::from(*more);
        }
        self.count(1);
    }

    /// The digits from `lowest` on, so many of them, room made for them where there is none.
    fn reach(&mut self, lowest: i32, length: usize) -> &mut [i64] {
        if self.digits.is_empty() {
            self.lowest = lowest;
        }
        if lowest < self.lowest && length > 0 {
            let missing = (self.lowest - lowest) as usize;
            self.digits.splice(0..0, std::iter::repeat_n(0, missing));
            self.lowest = lowest;
        }
        let start = (lowest - self.lowest).max(0) as usize;
        if self.digits.len() < start + length {
            self.digits.reserve_exact(start + length - self.digits.len());
            self.digits.resize(start + length, 0);
        }
        &mut self.digits[start..start + length]
    }

    #[inline]
    fn count(&mut self, additions: u32) {
        self.pending += additions;
        if self.pending >= MOST_PENDING {
            carry(&mut self.digits);
            self.pending = 1;
        }
    }

    /// The sum of the infinities and NaNs, if there are any.
    pub fn special(&self) -> Option<f64> {
        (self.special != 0.0).then_some(if self.special.is_nan() { f64::NAN } else { self.special })
    }

    pub fn magnitude(&self) -> Magnitude {
        let mut digits = self.digits.clone();
        carry(&mut digits);
        let negative = digits.last().is_some_and(|digit| *digit < 0);
        if negative {
            digits.iter_mut().for_each(|digit| *digit = -*digit);
            carry(&mut digits);
        }
        // The last one is not negative now, and the carries have left it within its bits, or with one more digit.
        Magnitude::new(negative, digits.iter().map(|digit| *digit as u32).collect(), self.lowest)
    }

    pub fn value(&self) -> f64 {
        self.special().unwrap_or_else(|| self.magnitude().round())
    }

    pub fn heap_bytes(&self) -> usize {
        self.digits.capacity() * size_of::<i64>()
    }
}

/// Leaves each digit within its 32 bits; the last one keeps the sign of the whole.
fn carry(digits: &mut Vec<i64>) {
    let Some((last, rest)) = digits.split_last_mut() else { return };
    let mut carry = 0;
    for digit in rest {
        let whole = *digit + carry;
        *digit = whole & MASK;
        carry = whole >> DIGIT;
    }
    *last += carry;
    if !(-MASK..=MASK).contains(last) {
        let above = *last >> DIGIT;
        *last &= MASK;
        digits.push(above);
    }
}

/// A finite double without its sign: mantissa and the exponent of that one's last bit.
fn decode(number: f64) -> (u64, i32) {
    const MANTISSA: u64 = (1 << 52) - 1;
    let bits = number.to_bits();
    let exponent = ((bits >> 52) & 0x7ff) as i32;
    match exponent {
        0 => (bits & MANTISSA, -1074),
        _ => (bits & MANTISSA | (1 << 52), exponent - 1075),
    }
}
