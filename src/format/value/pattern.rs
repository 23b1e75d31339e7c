//! Dates and times in a form of the user's own: strftime patterns, read through chrono.

use chrono::format::{Fixed, Item, Numeric, Parsed, StrftimeItems, parse_and_remainder};
use chrono::{Datelike, Timelike};
use chrono_tz::Tz;

use super::calendar::{self, DAY, SECOND};
use super::fault::Fault;
use super::zone::{self, Zone};
use super::{Excess, digits, time, trim};

/// A pattern, ready to read many texts.
pub struct Pattern<'a> {
    pieces: Vec<Piece<'a>>,
}

enum Piece<'a> {
    Items(Vec<Item<'a>>),
    /// `%Y` and `%G`: four digits. Ours, because chrono takes signs and fewer digits too: a year of the first century, or before
    /// Christ, which nobody means who writes `01/02/24` or `31/01/-2024`.
    Year(SetYear),
    /// Digits of a second. Ours, because chrono drops those it has no room for and reads `5` as five nanoseconds.
    Fraction(Places),
}

/// Which year of chrono's is read.
type SetYear = fn(&mut Parsed, i64) -> chrono::ParseResult<()>;

/// How the digits of a second stand in the text.
#[derive(Clone, Copy)]
enum Places {
    /// `%.f`: a point and digits, or nothing.
    BehindPoint,
    /// `%f` and `%3f`: this many digits at most.
    AtMost(usize),
}

impl<'a> Pattern<'a> {
    /// A pattern that [`super::check_format`] refuses fits no text.
    pub fn new(pattern: &'a str) -> Pattern<'a> {
        let mut pieces = Vec::new();
        for item in StrftimeItems::new(pattern) {
            match (own(&item), pieces.last_mut()) {
                (Some(piece), _) => pieces.push(piece),
                (None, Some(Piece::Items(items))) => items.push(lenient(item)),
                (None, _) => pieces.push(Piece::Items(vec![lenient(item)])),
            }
        }
        Pattern { pieces }
    }

    /// A time of day in the text is read and dropped: the pattern says that the user knows of it.
    pub fn read_date(&self, text: &str) -> Result<i32, Fault> {
        self.read(text, Excess::Round)?.days()
    }

    pub fn read_time(&self, text: &str, excess: Excess) -> Result<i64, Fault> {
        let read = self.read(text, excess)?;
        match read.time()?.ok_or(Fault::Malformed)? {
            micros if micros < DAY => Ok(micros),
            _ => Err(Fault::OutOfRange),
        }
    }

    pub fn read_timestamp(&self, text: &str, excess: Excess) -> Result<i64, Fault> {
        self.read(text, excess)?.micros()
    }

    pub fn read_timestamptz(&self, text: &str, excess: Excess, session: Tz) -> Result<i64, Fault> {
        let read = self.read(text, excess)?;
        let zone = match (read.parsed.timestamp(), read.parsed.offset()) {
            (Some(_), _) => Zone::Offset(0),
            (None, Some(offset)) => Zone::Offset(offset),
            (None, None) => Zone::Named(session),
        };
        zone.to_utc(read.micros()?).ok_or(Fault::OutOfRange)
    }

    fn read(&self, text: &str, excess: Excess) -> Result<Read, Fault> {
        let mut rest = trim(text);
        let mut read = Read { parsed: Parsed::new(), fraction: 0 };
        for piece in &self.pieces {
            rest = match piece {
                Piece::Items(items) => parse_and_remainder(&mut read.parsed, rest, items.iter()).map_err(fault)?,
                Piece::Year(set) => read.take_year(rest, *set)?,
                Piece::Fraction(places) => read.take_fraction(rest, *places, excess)?,
            };
        }
        match read.parsed.offset() {
            _ if !rest.is_empty() => Err(Fault::Malformed),
            Some(offset) if !zone::is_offset(offset) => Err(Fault::OutOfRange),
            _ => Ok(read),
        }
    }
}

fn fault(error: chrono::ParseError) -> Fault {
    match error.kind() {
        chrono::format::ParseErrorKind::OutOfRange => Fault::OutOfRange,
        _ => Fault::Malformed,
    }
}

/// The piece that we read ourselves in place of an item.
fn own(item: &Item) -> Option<Piece<'static>> {
    match item {
        Item::Numeric(Numeric::Year, _) => Some(Piece::Year(Parsed::set_year)),
        Item::Numeric(Numeric::IsoYear, _) => Some(Piece::Year(Parsed::set_isoyear)),
        _ => places(item).map(Piece::Fraction),
    }
}

/// Whether an item is the digits of a second.
fn places(item: &Item) -> Option<Places> {
    match item {
        Item::Numeric(Numeric::Nanosecond, _) => Some(Places::AtMost(usize::MAX)),
        Item::Fixed(Fixed::Nanosecond | Fixed::Nanosecond3 | Fixed::Nanosecond6 | Fixed::Nanosecond9) => {
            Some(Places::BehindPoint)
        }
        // These have no public name.
        _ => [("%3f", 3), ("%6f", 6), ("%9f", 9)]
            .into_iter()
            .find(|(pattern, _)| StrftimeItems::new(pattern).next().as_ref() == Some(item))
            .map(|(_, most)| Places::AtMost(most)),
    }
}

/// Lets every `%z` also take `Z` and an offset without minutes.
fn lenient(item: Item) -> Item {
    match item {
        Item::Fixed(Fixed::TimezoneOffset | Fixed::TimezoneOffsetColon | Fixed::TimezoneOffsetZ) => {
            StrftimeItems::new("%#z").next().unwrap_or(item)
        }
        _ => item,
    }
}

/// What a text says.
struct Read {
    parsed: Parsed,
    /// Microseconds on top of the second.
    fraction: i64,
}

impl Read {
    fn take_year<'t>(&mut self, text: &'t str, set: SetYear) -> Result<&'t str, Fault> {
        let (year, rest) = text.trim_start().split_at_checked(4).ok_or(Fault::Malformed)?;
        let (year, 4) = digits::read(0, year.as_bytes()) else { return Err(Fault::Malformed) };
        set(&mut self.parsed, year as i64).map_err(fault)?;
        Ok(rest)
    }

    fn take_fraction<'t>(&mut self, text: &'t str, places: Places, excess: Excess) -> Result<&'t str, Fault> {
        let (text, most) = match places {
            Places::AtMost(most) => (text, most),
            Places::BehindPoint => match text.strip_prefix('.') {
                Some(rest) => (rest, usize::MAX),
                None => return Ok(text),
            },
        };
        let count = text.bytes().take(most).take_while(u8::is_ascii_digit).count();
        let (digits, rest) = text.split_at_checked(count).filter(|_| count > 0).ok_or(Fault::Malformed)?;
        self.fraction = time::fraction(digits.as_bytes(), excess)?;
        Ok(rest)
    }

    /// A date in parts has no year 0 or one before it, whichever way it is written.
    fn days(&self) -> Result<i32, Fault> {
        if let Some(seconds) = self.parsed.timestamp() {
            return calendar::checked_date(seconds.div_euclid(DAY / SECOND)).ok_or(Fault::OutOfRange);
        }
        let date = self.parsed.to_naive_date().map_err(fault)?;
        if date.year() < 1 {
            return Err(Fault::OutOfRange);
        }
        Ok(date.to_epoch_days())
    }

    /// Microseconds since midnight, where the pattern has a time at all; minutes and seconds may be missing.
    fn time(&self) -> Result<Option<i64>, Fault> {
        let mut parsed = self.parsed.clone();
        if parsed.hour_mod_12().is_none() && parsed.minute().is_none() {
            return Ok(None);
        }
        if parsed.minute().is_none() {
            parsed.set_minute(0).map_err(fault)?;
        }
        let time = parsed.to_naive_time().map_err(fault)?;
        // A leap second is a nanosecond above 999,999,999 to chrono.
        let nanoseconds = i64::from(time.num_seconds_from_midnight()) * 1_000_000_000 + i64::from(time.nanosecond());
        Ok(Some(nanoseconds / 1_000 + self.fraction))
    }

    /// Microseconds since 1970 on the clock of the text.
    fn micros(&self) -> Result<i64, Fault> {
        let (whole, rest) = match self.parsed.timestamp() {
            Some(seconds) => (seconds.checked_mul(SECOND), self.fraction),
            None => (i64::from(self.days()?).checked_mul(DAY), self.time()?.unwrap_or(0)),
        };
        let micros = whole.and_then(|whole| whole.checked_add(rest));
        micros.and_then(calendar::checked_moment).ok_or(Fault::OutOfRange)
    }
}
