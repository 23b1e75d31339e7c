//! Dates in ISO form.

use super::fault::Fault;
use super::{Excess, calendar, clock, day};

/// A date, in days since 1970. A time of day or zone behind it must say nothing, unless a cast drops it.
pub fn read(text: &str, excess: Excess) -> Result<i32, Fault> {
    let clock = clock::read(text, excess)?;
    match (clock.zone, clock.time) {
        (Some(_), _) if excess == Excess::Refuse => Err(Fault::Zone),
        (_, 1..) if excess == Excess::Refuse => Err(Fault::TimeOfDay),
        _ => calendar::checked_date(clock.days).ok_or(Fault::OutOfRange),
    }
}

pub fn write(days: i32, out: &mut Vec<u8>) {
    let era = day::write_days(i64::from(days), out);
    out.extend_from_slice(era.suffix());
}
