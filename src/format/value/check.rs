//! Is this a pattern that a type can be read from? Asked once, when the job is checked.

use std::fmt::Write;

use chrono::format::{Fixed, Item, StrftimeItems};
use chrono::{DateTime, FixedOffset};
use chrono_tz::Tz;

use super::Excess;
use super::pattern::Pattern;
use crate::types::Type;

/// Whether values of a type can be read by a strftime pattern; the message says what is wrong with it.
pub fn check_format(ty: Type, pattern: &str) -> Result<(), String> {
    if !matches!(ty, Type::Date | Type::Time | Type::Timestamp | Type::TimestampTz) {
        return Err(format!("a format is for dates and times only, not for {ty}"));
    }
    let items: Vec<Item> = StrftimeItems::new(pattern).collect();
    items.iter().try_for_each(|item| check_item(ty, item)).map_err(|reason| format!("format {pattern:?} {reason}"))?;
    let sample = write_sample(&items).ok_or_else(|| format!("format {pattern:?} cannot be read back"))?;
    if reads(ty, pattern, &sample) {
        return Ok(());
    }
    Err(format!("format {pattern:?} does not say all of a {ty}: it must give {}", needs(ty)))
}

fn check_item(ty: Type, item: &Item) -> Result<(), &'static str> {
    match item {
        Item::Error => Err("holds a % code that is not known"),
        Item::Fixed(Fixed::TimezoneName) => Err("holds %Z, but names of zones mean different things; use %z"),
        Item::Fixed(Fixed::RFC3339) => Err("holds %+; leave the format out instead: ISO 8601 is read without one"),
        _ if is_offset(item) && matches!(ty, Type::Time | Type::Timestamp) => {
            Err("holds a time zone, which this type does not keep; declare the column as timestamptz")
        }
        _ => Ok(()),
    }
}

fn is_offset(item: &Item) -> bool {
    let codes = ["%z", "%:z", "%::z", "%:::z", "%#z"];
    codes.into_iter().any(|code| StrftimeItems::new(code).next().as_ref() == Some(item))
}

/// A moment all of whose parts differ, as the pattern writes it.
fn write_sample(items: &[Item]) -> Option<String> {
    const MICROS: i64 = 1_385_378_675_123_456;
    let zone = FixedOffset::east_opt(7_200)?;
    let moment = DateTime::from_timestamp_micros(MICROS)?.with_timezone(&zone);
    let items: Vec<Item> = items.iter().map(writable).collect();
    let mut sample = String::new();
    write!(sample, "{}", moment.format_with_items(items.iter())).ok()?;
    Some(sample)
}

/// chrono reads `%#z` but panics on writing it.
fn writable<'a>(item: &Item<'a>) -> Item<'a> {
    if is_offset(item) { Item::Fixed(Fixed::TimezoneOffset) } else { item.clone() }
}

fn reads(ty: Type, pattern: &str, sample: &str) -> bool {
    let pattern = Pattern::new(pattern);
    match ty {
        Type::Date => pattern.read_date(sample).is_ok(),
        Type::Time => pattern.read_time(sample, Excess::Round).is_ok(),
        Type::Timestamp => pattern.read_timestamp(sample, Excess::Round).is_ok(),
        _ => pattern.read_timestamptz(sample, Excess::Round, Tz::UTC).is_ok(),
    }
}

fn needs(ty: Type) -> &'static str {
    match ty {
        Type::Time => "the hour (%H, or %I with %p)",
        Type::Date => "day, month and year",
        _ => "day, month and year, and with %I also %p; or %s alone",
    }
}
