//! A reading of some clock: a date, a time of day, and perhaps which clock.

use super::calendar::DAY;
use super::day::{self, Era};
use super::fault::Fault;
use super::zone::{self, Zone};
use super::{Excess, time, trim};

/// What a text says: a reading of some clock, and perhaps which clock.
pub struct Clock {
    /// Since 1970.
    pub days: i64,
    /// Microseconds since midnight, a day or a leap second at most.
    pub time: i64,
    pub zone: Option<Zone>,
}

impl Clock {
    /// Microseconds since 1970 on this clock.
    #[inline]
    pub fn micros(&self) -> Result<i64, Fault> {
        self.days.checked_mul(DAY).and_then(|micros| micros.checked_add(self.time)).ok_or(Fault::OutOfRange)
    }
}

/// A date, perhaps a time of day behind `T` or blanks, perhaps a zone, perhaps `BC`.
#[inline]
pub fn read(text: &str, excess: Excess) -> Result<Clock, Fault> {
    let (era, bytes) = Era::split(trim(text).as_bytes());
    let (days, rest) = day::read_days(bytes, era)?;
    let (time, rest) = match rest {
        [] => (0, rest),
        [b'T' | b't', rest @ ..] => time::read_micros(rest, excess)?,
        [b' ', rest @ ..] => time::read_micros(rest.trim_ascii_start(), excess)?,
        _ => return Err(Fault::Malformed),
    };
    let zone = match rest {
        [] => None,
        _ => Some(zone::read(rest).ok_or(Fault::Malformed)?),
    };
    Ok(Clock { days, time, zone })
}

/// Date and time of a clock that an offset may have moved beyond 64 bits.
#[inline]
pub fn write(micros: i128, separator: u8, out: &mut Vec<u8>) -> Era {
    let (days, micros) = match i64::try_from(micros) {
        Ok(micros) => (micros.div_euclid(DAY), micros.rem_euclid(DAY)),
        Err(_) => (micros.div_euclid(i128::from(DAY)) as i64, micros.rem_euclid(i128::from(DAY)) as i64),
    };
    let era = day::write_days(days, out);
    out.push(separator);
    time::write(micros, out);
    era
}
