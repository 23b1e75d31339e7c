//! `to_date` and `to_timestamp`: text read by a template.

mod fields;
mod template;
mod words;

use crate::arrow::array::StringArray;
use crate::arrow::datatypes::{Date32Type, TimestampMicrosecondType};
use crate::format::value::calendar::SECOND;
use crate::transform::function::Arguments;
use crate::transform::functions::compiled::Compiled;
use crate::transform::functions::input::input;
use crate::transform::functions::rows::{Outcome, primitives};
use crate::transform::functions::time::clock::instant_of;
use crate::transform::functions::time::date::{checked_moment, midnight, timestamp_range};
use fields::Fields;
use template::{Key, Piece, pieces};

/// Midnight of 2000-01-01, from which PostgreSQL counts, and so rounds.
const MILLENNIUM: i64 = 946_684_800 * SECOND;

pub fn to_date(arguments: &Arguments) -> Outcome {
    let (texts, mut templates) = (input::<StringArray>(arguments, 0)?, Compiled::of(arguments, 1)?);
    primitives::<Date32Type>(arguments, |row| {
        let text = texts.at(row);
        read(text, templates.at(row, |template, _| pieces(template))?)?.date(text)
    })
}

/// In the session's zone, unless the text has one.
pub fn to_timestamp(arguments: &Arguments) -> Outcome {
    let zone = arguments.session.zone;
    let (texts, mut templates) = (input::<StringArray>(arguments, 0)?, Compiled::of(arguments, 1)?);
    primitives::<TimestampMicrosecondType>(arguments, |row| {
        let text = texts.at(row);
        let fields = read(text, templates.at(row, |template, _| pieces(template))?)?;
        let local = midnight(fields.date(text)?.into())?.checked_add(fields.time(text)?).ok_or_else(timestamp_range)?;
        let instant = match fields.offset(text)? {
            Some(offset) => checked_moment(local.checked_sub(offset))?,
            None => instant_of(local, zone)?,
        };
        Ok(fields.places.map_or(instant, |places| rounded(instant, places)))
    })
}

/// Rounded to so many digits of a second, halves away from the millennium.
fn rounded(instant: i64, places: u8) -> i64 {
    let unit = 10i64.pow(6u32.saturating_sub(places.into()));
    let since = instant.saturating_sub(MILLENNIUM);
    let half = since.signum() * (unit / 2);
    (since.saturating_add(half) / unit * unit).saturating_add(MILLENNIUM)
}

/// Follows the template through the text. What the template does not ask for is left at its beginning, and text after
/// the template's end is not looked at, as in PostgreSQL.
fn read(text: &str, pieces: &[Piece]) -> Result<Fields, String> {
    let mut fields = Fields::default();
    let mut reader = Reader { rest: text, extra: 0, minus: false };
    for (place, piece) in pieces.iter().enumerate() {
        if reader.rest.is_empty() {
            break;
        }
        if place == 0 {
            // Of blanks alone nothing is left, which is no value, unlike an empty text.
            reader.skip_blanks();
        }
        match piece {
            Piece::Separator => reader.separator(),
            Piece::Literal => reader.literal(),
            Piece::Key(key) => {
                let alone = !matches!(pieces.get(place + 1), Some(Piece::Key(next)) if next.is_number());
                reader.key(&mut fields, *key, alone)?;
            }
        }
    }
    Ok(fields)
}

/// A place in the text.
struct Reader<'t> {
    rest: &'t str,
    /// Characters passed over that the template has not named; what it names next may have been among them.
    extra: i64,
    /// The last separator was a minus, which may have been the sign of a zone.
    minus: bool,
}

impl Reader<'_> {
    fn skip_blanks(&mut self) {
        let after = self.rest.trim_start();
        self.extra += (self.rest.len() - after.len()) as i64;
        self.rest = after;
    }

    fn separator(&mut self) {
        self.extra -= 1;
        if let Some(after) = self.rest.strip_prefix(|character: char| !character.is_alphanumeric()) {
            self.minus = self.rest.starts_with('-');
            self.rest = after;
            self.extra += 1;
        }
    }

    fn literal(&mut self) {
        if self.extra > 0 {
            self.extra -= 1;
            return;
        }
        let mut characters = self.rest.chars();
        characters.next();
        self.rest = characters.as_str();
    }

    fn key(&mut self, fields: &mut Fields, key: Key, alone: bool) -> Result<(), String> {
        self.skip_blanks();
        let sign = if self.minus && self.extra > 0 { -1 } else { 1 };
        self.rest = fields.take(key, self.rest, sign, alone)?;
        (self.extra, self.minus) = (0, false);
        self.skip_blanks();
        Ok(())
    }
}
