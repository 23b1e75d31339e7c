//! Time zones: how text names them, and what they make of a clock.

use chrono::{DateTime, MappedLocalTime, NaiveDateTime, Offset, TimeDelta, TimeZone};
use chrono_tz::Tz;

use super::calendar::{SECOND, checked_moment};
use super::digits::{self, pair};

/// The clock that a timestamp was read on.
#[derive(Clone, Copy, Debug)]
pub enum Zone {
    /// Seconds east of Greenwich.
    Offset(i32),
    Named(Tz),
}

impl Zone {
    /// Microseconds since 1970 on this clock, to UTC.
    #[inline]
    pub fn to_utc(self, local: i64) -> Option<i64> {
        let offset = match self {
            Zone::Offset(seconds) => seconds,
            Zone::Named(Tz::UTC) => 0,
            Zone::Named(zone) => offset_of_local(local, zone),
        };
        local.checked_sub(i64::from(offset) * SECOND).and_then(checked_moment)
    }
}

/// Microseconds since 1970 in UTC, to what the clocks of a zone show.
pub fn to_local(micros: i64, zone: Tz) -> Option<i64> {
    micros.checked_add(i64::from(offset_at(micros, zone)) * SECOND)
}

/// Reads what is left of a text as a zone: `Z`, `+02`, `+2`, `+02:00`, `+0200`, `+02:00:30`, `UTC`, `Europe/Berlin`.
pub fn read(bytes: &[u8]) -> Option<Zone> {
    match bytes.trim_ascii_start() {
        [b'Z' | b'z'] => Some(Zone::Offset(0)),
        [b'+', rest @ ..] => read_offset(rest).map(Zone::Offset),
        [b'-', rest @ ..] => read_offset(rest).map(|seconds| Zone::Offset(-seconds)),
        name => read_name(name),
    }
}

/// PostgreSQL takes offsets of less than 16 hours.
pub fn is_offset(seconds: i32) -> bool {
    seconds.abs() < 16 * 3_600
}

fn read_offset(bytes: &[u8]) -> Option<i32> {
    let (hours, minutes, seconds) = match bytes {
        [h1, h2] => (pair(*h1, *h2)?, 0, 0),
        [h, b':', m1, m2] => (pair(b'0', *h)?, pair(*m1, *m2)?, 0),
        [h1, h2, m1, m2] | [h1, h2, b':', m1, m2] => (pair(*h1, *h2)?, pair(*m1, *m2)?, 0),
        [h] => (pair(b'0', *h)?, 0, 0),
        [h, m1, m2] => (pair(b'0', *h)?, pair(*m1, *m2)?, 0),
        [h1, h2, b':', m1, m2, b':', s1, s2] => (pair(*h1, *h2)?, pair(*m1, *m2)?, pair(*s1, *s2)?),
        _ => return None,
    };
    let offset = (hours * 3_600 + minutes * 60 + seconds) as i32;
    (minutes < 60 && seconds < 60 && is_offset(offset)).then_some(offset)
}

/// Names of places in any case, and of UTC. Abbreviations such as CET mean different things to different people and are not taken.
fn read_name(bytes: &[u8]) -> Option<Zone> {
    let name = std::str::from_utf8(bytes).ok()?;
    if name.eq_ignore_ascii_case("UTC") || name.eq_ignore_ascii_case("GMT") {
        return Some(Zone::Offset(0));
    }
    let zone = name.contains('/').then(|| name.parse().ok().or_else(|| in_any_case(name)))?;
    zone.map(Zone::Named)
}

fn in_any_case(name: &str) -> Option<Tz> {
    chrono_tz::TZ_VARIANTS.into_iter().find(|zone| zone.name().eq_ignore_ascii_case(name))
}

/// Seconds east of Greenwich when it is `micros` in UTC.
#[inline]
pub fn offset_at(micros: i64, zone: Tz) -> i32 {
    match zone {
        Tz::UTC => 0,
        _ => zone.offset_from_utc_datetime(&clock(micros)).fix().local_minus_utc(),
    }
}

/// As PostgreSQL decides: a time that was skipped is read with the offset before the gap, one that came twice is its
/// second coming.
fn offset_of_local(micros: i64, zone: Tz) -> i32 {
    let local = clock(micros);
    let seconds = |offset: <Tz as TimeZone>::Offset| offset.fix().local_minus_utc();
    match zone.offset_from_local_datetime(&local) {
        MappedLocalTime::Single(offset) => seconds(offset),
        MappedLocalTime::Ambiguous(one, other) => seconds(one).min(seconds(other)),
        // A day earlier on the clock of UTC is before any gap, and hardly ever before the one before it.
        MappedLocalTime::None => offset_at(micros.saturating_sub(TimeDelta::days(1).num_seconds() * SECOND), zone),
    }
}

/// The nearest moment that chrono knows.
fn clock(micros: i64) -> NaiveDateTime {
    let nearest = if micros < 0 { NaiveDateTime::MIN } else { NaiveDateTime::MAX };
    DateTime::from_timestamp_micros(micros).map_or(nearest, |moment| moment.naive_utc())
}

/// `+00`, `+05:30`, `-03:30`, `+00:19:32`
pub fn write_offset(offset: i32, out: &mut Vec<u8>) {
    let seconds = u64::from(offset.unsigned_abs());
    out.push(if offset < 0 { b'-' } else { b'+' });
    digits::write_pair(seconds / 3_600, out);
    if seconds % 3_600 != 0 {
        out.push(b':');
        digits::write_pair(seconds / 60 % 60, out);
    }
    if seconds % 60 != 0 {
        out.push(b':');
        digits::write_pair(seconds % 60, out);
    }
}
