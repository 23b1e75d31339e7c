//! Between UTC and the session's clock.

use chrono_tz::Tz;

use super::date::timestamp_range;
use crate::format::value::zone::{self, Zone};

/// What the session's clock shows at an instant, in microseconds.
pub fn local_of(micros: i64, zone: Tz) -> Result<i64, String> {
    zone::to_local(micros, zone).ok_or_else(timestamp_range)
}

/// The instant at which the session's clock shows this.
pub fn instant_of(local: i64, zone: Tz) -> Result<i64, String> {
    Zone::Named(zone).to_utc(local).ok_or_else(timestamp_range)
}
