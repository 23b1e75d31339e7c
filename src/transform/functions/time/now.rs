//! The start of the run, as a moment and as a date.

use crate::arrow::datatypes::{Date32Type, TimestampMicrosecondType};

use super::clock::local_of;
use super::date::checked_date;
use crate::format::value::calendar::DAY;
use crate::transform::function::Arguments;
use crate::transform::functions::rows::{Outcome, primitives};

pub fn now(arguments: &Arguments) -> Outcome {
    primitives::<TimestampMicrosecondType>(arguments, |_| Ok(arguments.session.now))
}

/// The session's date, not UTC's.
pub fn current_date(arguments: &Arguments) -> Outcome {
    let local = local_of(arguments.session.now, arguments.session.zone)?;
    let today = checked_date(local.div_euclid(DAY))?;
    primitives::<Date32Type>(arguments, |_| Ok(today))
}
