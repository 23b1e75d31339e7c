//! `isfinite`, which is always true.

use super::GROUP;
use crate::transform::function::{Arguments, Function};
use crate::transform::functions::rows::{Outcome, booleans};
use crate::transform::functions::signature::{DATE, INTERVAL, TIMESTAMP, TIMESTAMPTZ, boolean};

const FINITE: &str = "true, since no infinite date or time is a value here";

pub static FUNCTIONS: &[Function] = &[
    Function::strict("isfinite", GROUP, &[DATE], boolean, isfinite, FINITE),
    Function::strict("isfinite", GROUP, &[TIMESTAMP], boolean, isfinite, FINITE),
    Function::strict("isfinite", GROUP, &[TIMESTAMPTZ], boolean, isfinite, FINITE),
    Function::strict("isfinite", GROUP, &[INTERVAL], boolean, isfinite, FINITE),
];

/// No infinite date or time is a value here.
fn isfinite(arguments: &Arguments) -> Outcome {
    booleans(arguments, |_| Ok(true))
}
