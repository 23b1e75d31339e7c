//! Variances and deviations from exact sums.

use super::magnitude::scale;
use super::{ExactSum, Magnitude, Wide};

/// Squares within these bounds lose nothing when they are split into two doubles.
const SQUARES: std::ops::Range<f64> = 1e-250..1e300;

/// Count, sum and sum of squares of doubles. Nothing is lost where numbers are large and near to each other, as the last
/// two are exact; so are the products made of them, and only the end is rounded.
#[derive(Clone, Debug, Default)]
pub struct Moments {
    count: u64,
    sum: ExactSum,
    squares: ExactSum,
}

impl Moments {
    /// Adds one number.
    #[inline]
    pub fn add(&mut self, number: f64) {
        self.count += 1;
        self.sum.add(number);
        let square = number * number;
        match &mut self.squares.wide {
            None if SQUARES.contains(&square) => {
                self.squares.add(square);
                self.squares.add(number.mul_add(number, -square));
            }
            _ if number == 0.0 => {}
            wide => wide.get_or_insert_default().add_square(number),
        }
    }

    /// Adds what another has gathered.
    pub fn merge(&mut self, other: &Moments) {
        self.count += other.count;
        self.sum.merge(&other.sum);
        self.squares.merge(&other.squares);
    }

    /// Over count - 1; none of fewer than two numbers. An infinity where it is beyond doubles.
    pub fn variance_sample(&self) -> Option<f64> {
        self.variance(1).map(|(number, digits)| scale(number, digits))
    }

    /// Over count; none of no number.
    pub fn variance_population(&self) -> Option<f64> {
        self.variance(0).map(|(number, digits)| scale(number, digits))
    }

    /// The root of the sample's variance, even where that is beyond doubles.
    pub fn stddev_sample(&self) -> Option<f64> {
        self.variance(1).map(root)
    }

    /// The root of the population's variance.
    pub fn stddev_population(&self) -> Option<f64> {
        self.variance(0).map(root)
    }

    /// (n Q - S S) / (n (n - fewer)), its dividend exact and so never negative: a double, and the power of 2^32 to
    /// multiply it by.
    fn variance(&self, fewer: u64) -> Option<(f64, i32)> {
        let divisor = self.count.checked_sub(fewer).filter(|divisor| *divisor > 0)?;
        let (sum, squares) = (self.sum.total(), self.squares.total());
        if sum.special().or(squares.special()).is_some() {
            return Some((f64::NAN, 0));
        }
        let mut dividend = Wide::default();
        dividend.add_whole(&squares.magnitude().times(self.count));
        dividend.add_whole(&negated(sum.magnitude().square()));
        let (number, digits) = dividend.magnitude().scaled();
        Some((number / (self.count as f64) / divisor as f64, digits))
    }

    /// Bytes held besides the value itself.
    pub fn heap_bytes(&self) -> usize {
        self.sum.heap_bytes() + self.squares.heap_bytes()
    }
}

fn negated(magnitude: Magnitude) -> Magnitude {
    Magnitude { negative: !magnitude.negative, ..magnitude }
}

/// Half of a power of 2^32 is a power of 2^16, for which an even number of digits is needed.
fn root((number, digits): (f64, i32)) -> f64 {
    const DIGIT: f64 = 4_294_967_296.0;
    let odd = digits.rem_euclid(2);
    let even = if odd == 1 { number * DIGIT } else { number };
    scale(even.sqrt(), (digits - odd) / 2)
}
