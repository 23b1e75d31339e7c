//! A column of texts to a typed array: one loop per type, no allocation per value.

use std::sync::Arc;

use crate::arrow::array::{
    ArrayRef, BooleanArray, BooleanBufferBuilder, NullBufferBuilder, PrimitiveArray, StringBuilder,
};
use crate::arrow::datatypes::{
    ArrowPrimitiveType, Date32Type, Decimal128Type, Float64Type, Int32Type, Int64Type, IntervalMonthDayNanoType,
    Time64MicrosecondType, TimestampMicrosecondType,
};
use chrono_tz::Tz;

use super::fault::{Fault, quote};
use super::notation::standard;
use super::pattern::Pattern;
use super::{Excess, boolean, date, decimal, double, integer, time, timestamp};
use crate::batch::{Computed, Failure};
use crate::format::json::token;
use crate::types::{Type, Typing};

/// Parses the values of a column. `None` is NULL; a text that does not fit is NULL too and listed in the failures, and so
/// is one that would lose a non-zero digit.
pub fn parse<S: AsRef<str>>(texts: impl ExactSizeIterator<Item = Option<S>>, typing: &Typing, zone: Tz) -> Computed {
    read(texts, typing, zone, Excess::Refuse)
}

/// The numbers of a column of whole ones, where each text is exactly what its number is written as; else nothing.
pub fn whole_numbers<S: AsRef<str>>(texts: impl ExactSizeIterator<Item = Option<S>>) -> Option<ArrayRef> {
    let rows = texts.len();
    let (mut values, mut valid) = (Vec::new(), NullBufferBuilder::new(rows));
    for text in texts {
        match text {
            Some(text) => {
                let number = integer::read_canonical(text.as_ref())?;
                // Most columns that hold no numbers end at their first text.
                if values.is_empty() {
                    values.reserve(rows);
                }
                values.push(number);
                valid.append_non_null();
            }
            None => {
                values.push(0);
                valid.append_null();
            }
        }
    }
    Some(Arc::new(PrimitiveArray::<Int64Type>::new(values.into(), valid.finish())))
}

/// Casts text as SQL's `cast` does: like [`parse`], but digits that the type has no room for are rounded.
pub fn cast_text<S: AsRef<str>>(
    texts: impl ExactSizeIterator<Item = Option<S>>,
    typing: &Typing,
    zone: Tz,
) -> Computed {
    read(texts, typing, zone, Excess::Round)
}

fn read<S, I>(texts: I, typing: &Typing, zone: Tz, excess: Excess) -> Computed
where
    S: AsRef<str>,
    I: ExactSizeIterator<Item = Option<S>>,
{
    if let Some(pattern) = &typing.format {
        return read_pattern(texts, typing, &Pattern::new(pattern), zone, excess);
    }
    match typing.ty {
        Type::Text => read_text(texts),
        Type::Json => read_tokens(texts),
        Type::Boolean => read_booleans(texts, typing),
        Type::Integer => read_written::<Int32Type, _>(texts, typing, integer::read_integer),
        Type::BigInt => read_written::<Int64Type, _>(texts, typing, integer::read_bigint),
        Type::Double => read_written::<Float64Type, _>(texts, typing, double::read),
        Type::Decimal { precision, scale } => {
            let shape = decimal::Shape { precision, scale, excess };
            read_written::<Decimal128Type, _>(texts, typing, |text| decimal::read(text, shape))
        }
        Type::Date => read_numbers::<Date32Type, _>(texts, typing, |text| date::read(text, excess)),
        Type::Time => read_numbers::<Time64MicrosecondType, _>(texts, typing, |text| time::read(text, excess)),
        Type::Timestamp => {
            read_numbers::<TimestampMicrosecondType, _>(texts, typing, |text| timestamp::read_plain(text, excess))
        }
        Type::TimestampTz => {
            read_numbers::<TimestampMicrosecondType, _>(texts, typing, |text| timestamp::read_zoned(text, excess, zone))
        }
        Type::Interval => read_numbers::<IntervalMonthDayNanoType, _>(texts, typing, |_| Err(Fault::Malformed)),
    }
}

/// Dates and times in a form of the user's own; a pattern for any other type is refused when the job is checked.
fn read_pattern<S, I>(texts: I, typing: &Typing, pattern: &Pattern, zone: Tz, excess: Excess) -> Computed
where
    S: AsRef<str>,
    I: ExactSizeIterator<Item = Option<S>>,
{
    match typing.ty {
        Type::Date => read_numbers::<Date32Type, _>(texts, typing, |text| pattern.read_date(text)),
        Type::Time => read_numbers::<Time64MicrosecondType, _>(texts, typing, |text| pattern.read_time(text, excess)),
        Type::Timestamp => {
            read_numbers::<TimestampMicrosecondType, _>(texts, typing, |text| pattern.read_timestamp(text, excess))
        }
        Type::TimestampTz => read_numbers::<TimestampMicrosecondType, _>(texts, typing, |text| {
            pattern.read_timestamptz(text, excess, zone)
        }),
        ty => read(texts, &ty.into(), zone, excess),
    }
}

/// Numbers in the notation of their column.
fn read_written<T, S>(
    texts: impl ExactSizeIterator<Item = Option<S>>,
    typing: &Typing,
    read: impl Fn(&str) -> Result<T::Native, Fault>,
) -> Computed
where
    T: ArrowPrimitiveType,
    S: AsRef<str>,
{
    match typing.notation.is_plain() {
        true => read_numbers::<T, _>(texts, typing, read),
        false => {
            read_numbers::<T, _>(texts, typing, |text| read(&standard(text, typing.notation).ok_or(Fault::Malformed)?))
        }
    }
}

/// The loop of every type whose values are numbers to Arrow.
fn read_numbers<T, S>(
    texts: impl ExactSizeIterator<Item = Option<S>>,
    typing: &Typing,
    read: impl Fn(&str) -> Result<T::Native, Fault>,
) -> Computed
where
    T: ArrowPrimitiveType,
    S: AsRef<str>,
{
    let mut values = Vec::with_capacity(texts.len());
    let mut outcome = Outcome::new(texts.len(), typing);
    for (index, text) in texts.enumerate() {
        values.push(outcome.note(index, text.as_ref(), &read).unwrap_or_default());
    }
    let array = PrimitiveArray::<T>::new(values.into(), outcome.valid.finish()).with_data_type(typing.ty.arrow());
    Computed { array: Arc::new(array), failures: outcome.failures }
}

fn read_booleans<S: AsRef<str>>(texts: impl ExactSizeIterator<Item = Option<S>>, typing: &Typing) -> Computed {
    let mut values = BooleanBufferBuilder::new(texts.len());
    let mut outcome = Outcome::new(texts.len(), typing);
    for (index, text) in texts.enumerate() {
        values.append(outcome.note(index, text.as_ref(), boolean::read).unwrap_or_default());
    }
    let array = BooleanArray::new(values.finish(), outcome.valid.finish());
    Computed { array: Arc::new(array), failures: outcome.failures }
}

fn read_text<S: AsRef<str>>(texts: impl ExactSizeIterator<Item = Option<S>>) -> Computed {
    /// A guess, to grow seldom.
    const BYTES_PER_VALUE: usize = 16;
    let mut values = StringBuilder::with_capacity(texts.len(), texts.len() * BYTES_PER_VALUE);
    texts.for_each(|text| values.append_option(text));
    Computed { array: Arc::new(values.finish()), failures: Vec::new() }
}

fn read_tokens<S: AsRef<str>>(texts: impl ExactSizeIterator<Item = Option<S>>) -> Computed {
    let (mut tokens, mut failures) = (StringBuilder::new(), Vec::new());
    for (index, text) in texts.enumerate() {
        match text.as_ref().map(|text| (text.as_ref(), token::checked(text.as_ref()))) {
            Some((_, Ok(token))) => tokens.append_value(token),
            Some((text, Err(why))) => {
                failures.push(Failure { index, message: format!("{} is not json: {why}", quote(text)) });
                tokens.append_null();
            }
            None => tokens.append_null(),
        }
    }
    Computed { array: Arc::new(tokens.finish()), failures }
}

/// Which rows have a value, and why the others that should have one have none.
struct Outcome<'a> {
    typing: &'a Typing,
    valid: NullBufferBuilder,
    failures: Vec<Failure>,
}

impl<'a> Outcome<'a> {
    fn new(rows: usize, typing: &'a Typing) -> Outcome<'a> {
        Outcome { typing, valid: NullBufferBuilder::new(rows), failures: Vec::new() }
    }

    /// Reads one text and notes what came of it.
    #[inline(always)]
    fn note<T, S: AsRef<str>>(
        &mut self,
        index: usize,
        text: Option<&S>,
        read: impl Fn(&str) -> Result<T, Fault>,
    ) -> Option<T> {
        let value = text.map(|text| (text.as_ref(), read(text.as_ref())));
        match value {
            Some((_, Ok(value))) => {
                self.valid.append_non_null();
                return Some(value);
            }
            Some((text, Err(fault))) => self.fail(index, text, fault),
            None => {}
        }
        self.valid.append_null();
        None
    }

    #[cold]
    fn fail(&mut self, index: usize, text: &str, fault: Fault) {
        self.failures.push(Failure { index, message: fault.message(text, self.typing) });
    }
}
