//! Functions of angles, and further roots and logarithms, all on doubles.

use crate::arrow::datatypes::{Float64Type, Int32Type};

use super::arithmetic::{INTEGER_RANGE, OVERFLOW};
use super::positive;
use crate::arrow::array::{Float64Array, Int64Array};
use crate::transform::function::{Arguments, Function, Group};
use crate::transform::functions::input::input;
use crate::transform::functions::rows::{Outcome, binary, primitives, unary};
use crate::transform::functions::signature::{BIGINT, DOUBLE, double, integer};

const GROUP: Group = Group::Number;
const DOUBLES: &str = "double also for decimals, where PostgreSQL gives a numeric";
const BUCKET: &str = "which of so many equal parts between two bounds the value is in, 0 below and one more above: width_bucket(5.35, 0.024, 10.06, 5) = 3";
const LAST_DIGIT: &str = "the last digit of a double may be another, as libraries differ";

pub static FUNCTIONS: &[Function] = &[
    Function::strict(
        "pi",
        GROUP,
        &[],
        double,
        |a| primitives::<Float64Type>(a, |_| Ok(std::f64::consts::PI)),
        "3.141592653589793",
    ),
    Function::strict("cbrt", GROUP, &[DOUBLE], double, |a| of(a, |x| Ok(x.cbrt())), "cube root: cbrt(27) = 3")
        .differs(LAST_DIGIT),
    Function::strict(
        "log",
        GROUP,
        &[DOUBLE, DOUBLE],
        double,
        logarithm,
        "logarithm of the second argument to the base of the first: log(2, 64) = 6",
    )
    .differs(DOUBLES),
    Function::strict(
        "degrees",
        GROUP,
        &[DOUBLE],
        double,
        |a| of(a, |x| finite(x, x / (std::f64::consts::PI / 180.0))),
        "radians as degrees: degrees(pi()) = 180",
    ),
    Function::strict(
        "radians",
        GROUP,
        &[DOUBLE],
        double,
        |a| of(a, |x| Ok(x * (std::f64::consts::PI / 180.0))),
        "degrees as radians: radians(180) = 3.141592653589793",
    ),
    Function::strict(
        "sin",
        GROUP,
        &[DOUBLE],
        double,
        |a| of(a, |x| angle(x).map(f64::sin)),
        "sine of radians: sin(0) = 0",
    )
    .differs(LAST_DIGIT),
    Function::strict(
        "cos",
        GROUP,
        &[DOUBLE],
        double,
        |a| of(a, |x| angle(x).map(f64::cos)),
        "cosine of radians: cos(0) = 1",
    )
    .differs(LAST_DIGIT),
    Function::strict(
        "tan",
        GROUP,
        &[DOUBLE],
        double,
        |a| of(a, |x| angle(x).map(f64::tan)),
        "tangent of radians: tan(0) = 0",
    )
    .differs(LAST_DIGIT),
    Function::strict(
        "asin",
        GROUP,
        &[DOUBLE],
        double,
        |a| of(a, |x| ratio(x).map(f64::asin)),
        "radians of a sine: asin(0) = 0",
    )
    .differs(LAST_DIGIT),
    Function::strict(
        "acos",
        GROUP,
        &[DOUBLE],
        double,
        |a| of(a, |x| ratio(x).map(f64::acos)),
        "radians of a cosine: acos(1) = 0",
    )
    .differs(LAST_DIGIT),
    Function::strict(
        "atan",
        GROUP,
        &[DOUBLE],
        double,
        |a| of(a, |x| Ok(x.atan())),
        "radians of a tangent: atan(0) = 0",
    )
    .differs(LAST_DIGIT),
    Function::strict(
        "atan2",
        GROUP,
        &[DOUBLE, DOUBLE],
        double,
        |a| binary::<Float64Type, Float64Type, Float64Type>(a, |y, x| Ok(y.atan2(x))),
        "radians of the point at the height and width: atan2(0, 1) = 0",
    )
    .differs(LAST_DIGIT),
    Function::strict("width_bucket", GROUP, &[DOUBLE, DOUBLE, DOUBLE, BIGINT], integer, width_bucket, BUCKET),
];

fn of(arguments: &Arguments, value: fn(f64) -> Result<f64, String>) -> Outcome {
    unary::<Float64Type, Float64Type>(arguments, value)
}

fn finite(from: f64, value: f64) -> Result<f64, String> {
    if value.is_infinite() && from.is_finite() { Err(OVERFLOW.to_string()) } else { Ok(value) }
}

fn angle(value: f64) -> Result<f64, String> {
    if value.is_infinite() { Err("an angle must not be infinite".to_string()) } else { Ok(value) }
}

fn ratio(value: f64) -> Result<f64, String> {
    if value.abs() > 1.0 { Err("a sine or cosine is between -1 and 1".to_string()) } else { Ok(value) }
}

fn logarithm(arguments: &Arguments) -> Outcome {
    binary::<Float64Type, Float64Type, Float64Type>(arguments, |base, value| {
        let (base, value) = (positive(base)?, positive(value)?);
        match base {
            1.0 => Err("division by zero".to_string()),
            2.0 => Ok(value.log2()),
            10.0 => Ok(value.log10()),
            base => Ok(value.ln() / base.ln()),
        }
    })
}

fn width_bucket(arguments: &Arguments) -> Outcome {
    let [value, low, high] = [0, 1, 2].map(|place| input::<Float64Array>(arguments, place));
    let (value, low, high, count) = (value?, low?, high?, input::<Int64Array>(arguments, 3)?);
    primitives::<Int32Type>(arguments, |row| bucket(value.at(row), low.at(row), high.at(row), count.at(row)))
}

fn bucket(value: f64, low: f64, high: f64, count: i64) -> Result<i32, String> {
    let count = i32::try_from(count).map_err(|_| INTEGER_RANGE)?;
    if count <= 0 {
        return Err("count must be greater than zero".to_string());
    }
    if value.is_nan() || !low.is_finite() || !high.is_finite() {
        return Err("the value must be a number and the bounds finite".to_string());
    }
    if low == high {
        return Err("lower bound cannot equal upper bound".to_string());
    }
    // Bounds may fall, too.
    let (place, width) = if low < high { (value - low, high - low) } else { (low - value, low - high) };
    if place < 0.0 {
        return Ok(0);
    }
    if place >= width {
        return count.checked_add(1).ok_or_else(|| INTEGER_RANGE.to_string());
    }
    Ok(((f64::from(count) * (place / width)) as i32).min(count - 1) + 1)
}
