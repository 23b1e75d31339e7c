//! The names of the parts of a time: `extract`, `date_trunc` and interval literals share them.

use crate::nearest::nearest;

/// What the parts are called in full, for the nearest one.
const NAMES: [&str; 18] = [
    "microsecond",
    "millisecond",
    "second",
    "minute",
    "hour",
    "day",
    "week",
    "month",
    "quarter",
    "year",
    "decade",
    "century",
    "millennium",
    "dow",
    "isodow",
    "doy",
    "isoyear",
    "epoch",
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    Microsecond,
    Millisecond,
    Second,
    Minute,
    Hour,
    Day,
    Week,
    Month,
    Quarter,
    Year,
    Decade,
    Century,
    Millennium,
    DayOfWeek,
    IsoDayOfWeek,
    DayOfYear,
    IsoYear,
    Epoch,
    Julian,
    Zone,
    ZoneHour,
    ZoneMinute,
}

impl Field {
    /// Reads a name, in any case, as PostgreSQL spells and shortens it.
    pub fn parse(name: &str) -> Result<Field, String> {
        let lower = name.to_ascii_lowercase();
        Field::unit(&lower).or_else(|| Field::part(&lower)).ok_or_else(|| {
            let near = nearest(name, NAMES).map(|near| format!("; nearest is {near:?}")).unwrap_or_default();
            format!("unit {name:?} not recognized{near}")
        })
    }

    /// The names that can also follow a number in an interval.
    pub fn unit(name: &str) -> Option<Field> {
        Some(match name {
            "microsecond" | "microseconds" | "us" | "usec" | "usecs" | "usecond" | "useconds" => Field::Microsecond,
            "millisecond" | "milliseconds" | "ms" | "msec" | "msecs" | "msecond" | "mseconds" => Field::Millisecond,
            "second" | "seconds" | "s" | "sec" | "secs" => Field::Second,
            "minute" | "minutes" | "m" | "min" | "mins" => Field::Minute,
            "hour" | "hours" | "h" | "hr" | "hrs" => Field::Hour,
            "day" | "days" | "d" => Field::Day,
            "week" | "weeks" | "w" => Field::Week,
            "month" | "months" | "mon" | "mons" => Field::Month,
            "year" | "years" | "y" | "yr" | "yrs" => Field::Year,
            "decade" | "decades" | "dec" | "decs" => Field::Decade,
            "century" | "centuries" | "c" | "cent" => Field::Century,
            "millennium" | "millennia" | "mil" | "mils" => Field::Millennium,
            _ => return None,
        })
    }

    fn part(name: &str) -> Option<Field> {
        Some(match name {
            "quarter" | "qtr" => Field::Quarter,
            "dow" => Field::DayOfWeek,
            "isodow" => Field::IsoDayOfWeek,
            "doy" => Field::DayOfYear,
            "isoyear" => Field::IsoYear,
            "epoch" => Field::Epoch,
            "julian" | "jd" => Field::Julian,
            "timezone" => Field::Zone,
            "timezone_hour" => Field::ZoneHour,
            "timezone_minute" => Field::ZoneMinute,
            _ => return None,
        })
    }
}
