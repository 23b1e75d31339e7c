//! The year that syslog leaves out.

use chrono::{DateTime, Datelike, NaiveDateTime, TimeDelta};
use chrono_tz::Tz;

/// A time may be so far ahead of the run's start, by clocks that go wrong and zones that are not the run's.
const AHEAD: TimeDelta = TimeDelta::days(1);

/// The latest moment that a log can be of: the start of the run and a little more.
#[derive(Clone, Copy, Debug)]
pub struct Latest(NaiveDateTime);

impl Latest {
    /// `now` in microseconds since 1970; the times of the log are on the clock of `zone`.
    pub fn new(now: i64, zone: Tz) -> Latest {
        let now = DateTime::from_timestamp_micros(now).unwrap_or_default();
        Latest((now.with_timezone(&zone) + AHEAD).naive_local())
    }

    /// `Jun 14 15:16:01` with the last year in which that has been, as `2005-06-14 15:16:01`; `None` where it is no such time.
    pub fn with_year(self, text: &str) -> Option<String> {
        let this_year = self.0.year();
        // A 29 February may be eight years ago.
        (0..=8).map(|ago| this_year - ago).find_map(|year| {
            let time = NaiveDateTime::parse_from_str(&format!("{year} {text}"), "%Y %b %e %H:%M:%S").ok()?;
            (time <= self.0).then(|| time.format("%Y-%m-%d %H:%M:%S").to_string())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_without_year_is_of_the_last_year_that_had_it() {
        // 2026-03-10 12:00:00 UTC
        let latest = Latest::new(1_773_144_000_000_000, Tz::UTC);
        let check =
            |text: &str, expected: Option<&str>| assert_eq!(latest.with_year(text).as_deref(), expected, "{text}");
        check("Mar 10 11:00:00", Some("2026-03-10 11:00:00"));
        check("Mar 11 11:00:00", Some("2026-03-11 11:00:00"));
        check("Mar 12 00:00:00", Some("2025-03-12 00:00:00"));
        check("Dec 31 23:59:59", Some("2025-12-31 23:59:59"));
        check("Jan  1 00:00:00", Some("2026-01-01 00:00:00"));
        check("Feb 29 00:00:00", Some("2024-02-29 00:00:00"));
        check("Feb 30 00:00:00", None);
        check("2026-03-10T11:00:00Z", None);
    }
}
