//! `to_date` and `to_timestamp`: text read by a template.

use super::calendar::{HOUR, days_of, instant_of, midnight};
use super::fields::Fields;
use super::template::{Key, Piece, pieces};
use crate::arrow::array::StringArray;
use crate::arrow::datatypes::{Date32Type, TimestampMicrosecondType};
use crate::transform::function::Arguments;
use crate::transform::functions::rows::{Input, Outcome, input, primitives};

/// PostgreSQL takes zones less than 16 hours from Greenwich.
const MAX_OFFSET: i64 = 16 * HOUR;

pub fn to_date(arguments: &Arguments) -> Outcome {
    let (texts, templates) = (input::<StringArray>(arguments, 0)?, Templates::of(arguments)?);
    primitives::<Date32Type>(arguments, |row| {
        let text = texts.at(row);
        Ok(days_of(read(text, &templates.at(row)?)?.date(text)?))
    })
}

/// In the session's zone, unless the text has one.
pub fn to_timestamp(arguments: &Arguments) -> Outcome {
    let zone = arguments.session.zone;
    let (texts, templates) = (input::<StringArray>(arguments, 0)?, Templates::of(arguments)?);
    primitives::<TimestampMicrosecondType>(arguments, |row| {
        let text = texts.at(row);
        let fields = read(text, &templates.at(row)?)?;
        let local = midnight(days_of(fields.date(text)?)) + fields.time(text)?;
        match fields.zone {
            Some(offset) if offset.abs() >= MAX_OFFSET => Err(format!("time zone out of range: {text:?}")),
            Some(offset) => Ok(local - offset),
            None => instant_of(local, zone),
        }
    })
}

/// The templates of a call; a constant is taken apart once.
struct Templates<'a> {
    texts: Input<'a, StringArray>,
    known: Option<Result<Vec<Piece>, String>>,
}

impl<'a> Templates<'a> {
    fn of(arguments: &'a Arguments) -> Result<Templates<'a>, String> {
        let texts = input::<StringArray>(arguments, 1)?;
        let known = texts.constant.then(|| pieces(texts.at(0)));
        Ok(Templates { texts, known })
    }

    fn at(&self, row: usize) -> Result<std::borrow::Cow<'_, [Piece]>, String> {
        match &self.known {
            Some(Ok(known)) => Ok(known.as_slice().into()),
            Some(Err(message)) => Err(message.clone()),
            None => pieces(self.texts.at(row)).map(Into::into),
        }
    }
}

/// Follows the template through the text. What the template does not ask for is left at its beginning, and text after
/// the template's end is not looked at, as in PostgreSQL.
fn read(text: &str, pieces: &[Piece]) -> Result<Fields, String> {
    let mut fields = Fields::default();
    let mut reader = Reader { rest: text, extra: 0, minus: false };
    reader.skip_blanks();
    for (place, piece) in pieces.iter().enumerate() {
        if reader.rest.is_empty() {
            break;
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
