//! Timestamps with and without a zone, in ISO form.

use chrono_tz::Tz;

use super::date::{self, Era};
use super::fault::Fault;
use super::zone::{self, Zone};
use super::{Excess, time, trim};

/// Microseconds.
pub const SECOND: i64 = 1_000_000;
pub const DAY: i64 = 86_400 * SECOND;

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
    fn micros(&self) -> Result<i64, Fault> {
        // The first moment of 64 bits stands in a day whose midnight is before it.
        let micros = i128::from(self.days) * i128::from(DAY) + i128::from(self.time);
        i64::try_from(micros).map_err(|_| Fault::OutOfRange)
    }
}

/// A plain timestamp. A zone is a failure, unless a cast ignores it.
pub fn read_plain(text: &str, excess: Excess) -> Result<i64, Fault> {
    let clock = read_clock(text, excess)?;
    match (clock.zone, excess) {
        (Some(_), Excess::Refuse) => Err(Fault::Zone),
        _ => clock.micros(),
    }
}

/// A point in time. Without a zone of its own it is read on the session's clock.
pub fn read_zoned(text: &str, excess: Excess, session: Tz) -> Result<i64, Fault> {
    let clock = read_clock(text, excess)?;
    let zone = clock.zone.unwrap_or(Zone::Named(session));
    zone.to_utc(clock.micros()?).ok_or(Fault::OutOfRange)
}

/// A date, perhaps a time of day behind `T` or blanks, perhaps a zone, perhaps `BC`.
#[inline]
pub fn read_clock(text: &str, excess: Excess) -> Result<Clock, Fault> {
    let (era, bytes) = Era::split(trim(text).as_bytes());
    let (days, rest) = date::read_days(bytes, era)?;
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

/// `2024-01-31 12:00:00.5`
pub fn write_plain(micros: i64, out: &mut Vec<u8>) {
    let era = write_clock(i128::from(micros), b' ', out);
    out.extend_from_slice(era.suffix());
}

/// `2024-01-31 12:00:00.5+00`, on the session's clock.
pub fn write_zoned(micros: i64, session: Tz, out: &mut Vec<u8>) {
    let offset = zone::offset_at(micros, session);
    let era = write_clock(i128::from(micros) + i128::from(offset) * i128::from(SECOND), b' ', out);
    zone::write_offset(offset, out);
    out.extend_from_slice(era.suffix());
}

/// `2024-01-31T12:00:00.5`
pub fn write_iso_plain(micros: i64, out: &mut Vec<u8>) {
    let era = write_clock(i128::from(micros), b'T', out);
    out.extend_from_slice(era.suffix());
}

/// `2024-01-31T12:00:00.5Z`
pub fn write_iso_zoned(micros: i64, out: &mut Vec<u8>) {
    let era = write_clock(i128::from(micros), b'T', out);
    out.push(b'Z');
    out.extend_from_slice(era.suffix());
}

/// Date and time of a clock that an offset may have moved beyond 64 bits.
#[inline]
fn write_clock(micros: i128, separator: u8, out: &mut Vec<u8>) -> Era {
    let (days, micros) = match i64::try_from(micros) {
        Ok(micros) => (micros.div_euclid(DAY), micros.rem_euclid(DAY)),
        Err(_) => (micros.div_euclid(i128::from(DAY)) as i64, micros.rem_euclid(i128::from(DAY)) as i64),
    };
    let era = date::write_days(days, out);
    out.push(separator);
    time::write(micros, out);
    era
}
