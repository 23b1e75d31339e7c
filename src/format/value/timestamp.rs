//! Timestamps with and without a zone, in ISO form.

use chrono_tz::Tz;

use super::calendar::SECOND;
use super::fault::Fault;
use super::zone::{self, Zone};
use super::{Excess, clock};

/// A plain timestamp. A zone is a failure, unless a cast ignores it.
pub fn read_plain(text: &str, excess: Excess) -> Result<i64, Fault> {
    let clock = clock::read(text, excess)?;
    match (clock.zone, excess) {
        (Some(_), Excess::Refuse) => Err(Fault::Zone),
        _ => clock.micros(),
    }
}

/// A point in time. Without a zone of its own it is read on the session's clock.
pub fn read_zoned(text: &str, excess: Excess, session: Tz) -> Result<i64, Fault> {
    let clock = clock::read(text, excess)?;
    let zone = clock.zone.unwrap_or(Zone::Named(session));
    zone.to_utc(clock.micros()?).ok_or(Fault::OutOfRange)
}

/// `2024-01-31 12:00:00.5`
pub fn write_plain(micros: i64, out: &mut Vec<u8>) {
    let era = clock::write(i128::from(micros), b' ', out);
    out.extend_from_slice(era.suffix());
}

/// `2024-01-31 12:00:00.5+00`, on the session's clock.
pub fn write_zoned(micros: i64, session: Tz, out: &mut Vec<u8>) {
    let offset = zone::offset_at(micros, session);
    let era = clock::write(i128::from(micros) + i128::from(offset) * i128::from(SECOND), b' ', out);
    zone::write_offset(offset, out);
    out.extend_from_slice(era.suffix());
}

/// `2024-01-31 12:00:00.5+00:00`
pub fn write_utc(micros: i64, out: &mut Vec<u8>) {
    let era = clock::write(i128::from(micros), b' ', out);
    out.extend_from_slice(b"+00:00");
    out.extend_from_slice(era.suffix());
}

/// `2024-01-31T12:00:00.5`
pub fn write_iso_plain(micros: i64, out: &mut Vec<u8>) {
    let era = clock::write(i128::from(micros), b'T', out);
    out.extend_from_slice(era.suffix());
}

/// `2024-01-31T12:00:00.5Z`
pub fn write_iso_zoned(micros: i64, out: &mut Vec<u8>) {
    let era = clock::write(i128::from(micros), b'T', out);
    out.push(b'Z');
    out.extend_from_slice(era.suffix());
}
