//! Doubles rounded after moving the point.

use crate::arrow::array::{Float64Array, Int64Array};
use crate::arrow::datatypes::Float64Type;

use crate::transform::function::Arguments;
use crate::transform::functions::input::input;
use crate::transform::functions::rows::{Outcome, primitives};

/// Rounds each double after moving the point; the power of ten of a constant is made once.
pub fn round(arguments: &Arguments, round: Round) -> Outcome {
    let (values, digits) = (input::<Float64Array>(arguments, 0)?, input::<Int64Array>(arguments, 1)?);
    if digits.constant {
        let shift = Shift::by(digits.at(0));
        return primitives::<Float64Type>(arguments, |row| Ok(shift.apply(values.at(row), round)));
    }
    primitives::<Float64Type>(arguments, |row| Ok(Shift::by(digits.at(row)).apply(values.at(row), round)))
}

/// From a double whose point was moved, and what was lost by moving it, to a whole number.
pub type Round = fn(f64, &dyn Fn() -> f64) -> f64;

/// Halves away from zero. A double is seldom the number that it is written as: 2.675 is a little less, so that times 100 it
/// only seems to be a half.
pub fn half_by_value(moved: f64, lost: &dyn Fn() -> f64) -> f64 {
    if moved.abs() >= NO_FRACTION {
        // The half itself was lost.
        return if lost() * moved.signum() >= 0.5 { moved + moved.signum() } else { moved };
    }
    let whole = moved.trunc();
    let seems_half = (moved - whole).abs() == 0.5;
    if seems_half && lost() * moved < 0.0 { whole } else { moved.round() }
}

/// From here on a double has nothing behind the point.
const NO_FRACTION: f64 = (1_u64 << 52) as f64;

/// Moves the point of a double to where it is to be rounded.
struct Shift {
    factor: f64,
    right: bool,
}

impl Shift {
    fn by(digits: i64) -> Shift {
        // Beyond 400 digits every double is far from the point either way.
        let power = digits.unsigned_abs().min(400) as i32;
        Shift { factor: 10f64.powi(power), right: digits >= 0 }
    }

    fn apply(&self, value: f64, round: Round) -> f64 {
        match self.right {
            true => self.to_the_right(value, round),
            false => self.to_the_left(value, round),
        }
    }

    fn to_the_right(&self, value: f64, round: Round) -> f64 {
        let moved = value * self.factor;
        // From twice that on, doubles lie farther apart than the numbers to round to.
        if moved.abs() < 2.0 * NO_FRACTION {
            round(moved, &|| value.mul_add(self.factor, -moved)) / self.factor
        } else {
            value
        }
    }

    fn to_the_left(&self, value: f64, round: Round) -> f64 {
        let moved = value / self.factor;
        let rounded = round(moved, &|| (-moved).mul_add(self.factor, value)) * self.factor;
        let otherwise = if value.is_finite() { 0.0 } else { value };
        if rounded.is_finite() { rounded } else { otherwise }
    }
}
