//! `round`, `trunc`, `ceil` and `floor`: decimals exactly, doubles as the processor does.

use crate::arrow::array::{Decimal128Array, Float64Array, Int64Array};
use crate::arrow::datatypes::{Decimal128Type, Float64Type};

use super::decimal::{decimal, fitting, size};
use super::input::{input, optional};
use super::rows::{Outcome, primitives, unary};
use super::signature::{BIGINT, DECIMAL, DOUBLE, Typed, double, same};
use crate::transform::function::{Arguments, Function, Group};
use crate::types::{MAX_PRECISION, Type};

const GROUP: Group = Group::Number;
const ROUND: &str = "nearest whole number, halves of decimals away from zero, of doubles to even: round(2.5) = 3";
const TRUNC: &str = "whole number towards zero: trunc(-2.7) = -2";
const CEIL: &str = "whole number above: ceil(-2.7) = -2";
const FLOOR: &str = "whole number below: floor(-2.7) = -3";
const ROUND_TO: &str = "rounded to so many digits after the point, halves away from zero: round(2.345, 2) = 2.35";
const TRUNC_TO: &str = "cut to so many digits after the point: trunc(2.345, 2) = 2.34";
const SCALE: &str = "where the count of digits is no constant, a decimal keeps its number of digits after the point; it has at most 38 digits in all";
const EXTENSION: &str = "PostgreSQL rounds doubles to whole numbers only; here a double is rounded by its exact value, \
    as in DuckDB: 2.675 is a little less than it reads, so round(2.675, 2) of a double is 2.67";
const TRUNC_EXTENSION: &str =
    "PostgreSQL cuts doubles to whole numbers only; here the double is multiplied, cut and divided";

pub static FUNCTIONS: &[Function] = &[
    Function::strict("round", GROUP, &[DECIMAL], whole, |a| decimals(a, half_away), ROUND),
    Function::strict(
        "round",
        GROUP,
        &[DOUBLE],
        double,
        |a| unary::<Float64Type, Float64Type>(a, |x| Ok(x.round_ties_even())),
        ROUND,
    ),
    Function::strict("round", GROUP, &[DECIMAL, BIGINT], same, |a| decimals(a, half_away), ROUND_TO)
        .refine(to_digits)
        .differs(SCALE),
    Function::strict("round", GROUP, &[DOUBLE, BIGINT], double, |a| doubles(a, half_by_value), ROUND_TO)
        .differs(EXTENSION),
    Function::strict("trunc", GROUP, &[DECIMAL], whole, |a| decimals(a, towards_zero), TRUNC),
    Function::strict(
        "trunc",
        GROUP,
        &[DOUBLE],
        double,
        |a| unary::<Float64Type, Float64Type>(a, |x| Ok(x.trunc())),
        TRUNC,
    ),
    Function::strict("trunc", GROUP, &[DECIMAL, BIGINT], same, |a| decimals(a, towards_zero), TRUNC_TO)
        .refine(to_digits)
        .differs(SCALE),
    Function::strict("trunc", GROUP, &[DOUBLE, BIGINT], double, |a| doubles(a, |moved, _| moved.trunc()), TRUNC_TO)
        .differs(TRUNC_EXTENSION),
    Function::strict("ceil", GROUP, &[DECIMAL], whole, |a| decimals(a, above), CEIL).aliases(&["ceiling"]),
    Function::strict(
        "ceil",
        GROUP,
        &[DOUBLE],
        double,
        |a| unary::<Float64Type, Float64Type>(a, |x| Ok(x.ceil())),
        CEIL,
    )
    .aliases(&["ceiling"]),
    Function::strict("floor", GROUP, &[DECIMAL], whole, |a| decimals(a, below), FLOOR),
    Function::strict(
        "floor",
        GROUP,
        &[DOUBLE],
        double,
        |a| unary::<Float64Type, Float64Type>(a, |x| Ok(x.floor())),
        FLOOR,
    ),
];

/// A decimal without digits after the point; rounding up may add a digit before it.
fn whole(types: &[Type]) -> Typed {
    let (precision, scale) = size(types.first());
    Ok(decimal(precision - scale + u8::from(scale > 0), 0))
}

/// A decimal with as many digits after the point as the constant asks for.
fn to_digits(types: &[Type], constants: &[Option<i64>]) -> Type {
    let (precision, scale) = size(types.first());
    match constants.get(1) {
        Some(Some(digits)) => {
            // Room is left for every digit before the point; more behind it would be zeros.
            let room = i64::from(MAX_PRECISION - (precision - scale));
            let digits = (*digits).clamp(0, room) as u8;
            decimal(precision - scale + u8::from(digits < scale), digits)
        }
        _ => Type::Decimal { precision, scale },
    }
}

/// Drops digits of each decimal: `drop` gets the units and the power of ten that becomes one.
fn decimals(arguments: &Arguments, drop: fn(i128, i128) -> i128) -> Outcome {
    let (values, digits) = (input::<Decimal128Array>(arguments, 0)?, optional::<Int64Array>(arguments, 1)?);
    let scale = i64::from(values.array.scale());
    let (precision, result_scale) = size(Some(&arguments.result));
    primitives::<Decimal128Type>(arguments, |row| {
        let digits = digits.as_ref().map_or(0, |digits| digits.at(row));
        let kept = digits.min(scale);
        let units = dropped(values.at(row), scale.saturating_sub(kept), drop);
        fitting(rescaled(units, kept, i64::from(result_scale)), precision)
    })
}

fn dropped(units: i128, count: i64, drop: fn(i128, i128) -> i128) -> i128 {
    match u32::try_from(count).ok().and_then(|count| 10i128.checked_pow(count)) {
        Some(1) => units,
        Some(one) => drop(units, one),
        None => 0,
    }
}

/// Units of scale `from` at scale `to`, which keeps every digit that is not zero.
fn rescaled(units: i128, from: i64, to: i64) -> Option<i128> {
    if units == 0 {
        return Some(0);
    }
    let factor = 10i128.checked_pow(u32::try_from(from.abs_diff(to)).ok()?)?;
    if to >= from { units.checked_mul(factor) } else { Some(units / factor) }
}

fn half_away(units: i128, one: i128) -> i128 {
    let up = (units % one).unsigned_abs() >= one.unsigned_abs() / 2;
    units / one + if up { units.signum() } else { 0 }
}

fn towards_zero(units: i128, one: i128) -> i128 {
    units / one
}

fn above(units: i128, one: i128) -> i128 {
    units / one + i128::from(units % one > 0)
}

fn below(units: i128, one: i128) -> i128 {
    units / one - i128::from(units % one < 0)
}

/// Rounds each double after moving the point; the power of ten of a constant is made once.
fn doubles(arguments: &Arguments, round: Round) -> Outcome {
    let (values, digits) = (input::<Float64Array>(arguments, 0)?, input::<Int64Array>(arguments, 1)?);
    if digits.constant {
        let shift = Shift::by(digits.at(0));
        return primitives::<Float64Type>(arguments, |row| Ok(shift.apply(values.at(row), round)));
    }
    primitives::<Float64Type>(arguments, |row| Ok(Shift::by(digits.at(row)).apply(values.at(row), round)))
}

/// From a double whose point was moved, and what was lost by moving it, to a whole number.
type Round = fn(f64, &dyn Fn() -> f64) -> f64;

/// Halves away from zero. A double is seldom the number that it is written as: 2.675 is a little less, so that times 100 it
/// only seems to be a half.
fn half_by_value(moved: f64, lost: &dyn Fn() -> f64) -> f64 {
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
