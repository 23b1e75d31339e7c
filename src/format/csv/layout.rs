//! What must be known of an input before the bytes of its chunks mean anything.

use std::borrow::Cow;

use super::Dialect;
use super::escape::{is_null, resolve};
use std::sync::Arc;

use super::find::Shape;
use super::quote::unquote;
use super::repeats::Repeats;

/// How the bytes of a chunk are to be understood.
#[derive(Clone, Debug)]
pub struct Layout {
    pub shape: Shape,
    pub null: NullWords,
    /// Records that are the header again: left out where the shape says so.
    pub repeats: Arc<Repeats>,
    /// `None`: UTF-8, also where it was made from UTF-16. Else one that `encoding::supports`.
    pub encoding: Option<&'static encoding_rs::Encoding>,
    /// `run.timezone`, for timestamps.
    pub zone: chrono_tz::Tz,
}

impl Layout {
    /// What a field stands for, where nothing has to be left out before; `None` is NULL.
    #[inline(always)]
    pub fn text<'a>(&self, field: &'a str) -> Option<Cow<'a, str>> {
        match self.shape.dialect.quote {
            Some(quote) if field.as_bytes().first() == Some(&quote) => self.quoted_text(field, quote),
            _ if self.null.contains(field) => None,
            _ => Some(Cow::Borrowed(field)),
        }
    }

    fn quoted_text<'a>(&self, field: &'a str, quote: u8) -> Option<Cow<'a, str>> {
        let text = unquote(field, quote, self.shape.dialect.escape);
        (!(self.null.quoted_too && self.null.contains(&text))).then_some(text)
    }

    /// What a field of a dialect that is not simple stands for; `None` is NULL.
    pub fn odd_text<'a>(&self, field: &'a str) -> Option<Cow<'a, str>> {
        match self.shape.dialect.bare_escape() {
            Some(escape) if is_null(field.as_bytes(), escape) || self.null.contains(field) => None,
            Some(escape) => resolve(field, escape),
            None => self.text(self.shape.dialect.trimmed(field)),
        }
    }

    /// Whether a field of a dialect that escapes without quotes reads the same in one that does not.
    pub fn is_literal(&self, field: &str) -> bool {
        let is_literal =
            |escape| !field.as_bytes().contains(&escape) && (!field.is_empty() || self.null.contains(field));
        self.shape.dialect.bare_escape().is_none_or(is_literal)
    }

    /// Whether a field is one of the words for NULL within quotes.
    pub fn is_quoted_null(&self, field: &str) -> bool {
        let Dialect { quote, escape, .. } = self.shape.dialect;
        let field = self.shape.dialect.trimmed(field);
        quote.is_some_and(|quote| {
            field.as_bytes().first() == Some(&quote) && self.null.contains(&unquote(field, quote, escape))
        })
    }
}

/// The texts that mean NULL, unquoted, or also quoted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NullWords {
    empty: bool,
    others: Vec<String>,
    quoted_too: bool,
}

impl NullWords {
    pub fn new(words: &[String]) -> NullWords {
        let (empty, others): (Vec<_>, Vec<_>) = words.iter().cloned().partition(String::is_empty);
        NullWords { empty: !empty.is_empty(), others, quoted_too: false }
    }

    /// The same, which mean it within quotes too.
    pub fn quoted_too(self, quoted_too: bool) -> NullWords {
        NullWords { quoted_too, ..self }
    }

    /// Whether a quoted field means NULL if its text is one of these.
    #[inline]
    pub fn are_quoted_too(&self) -> bool {
        self.quoted_too
    }

    /// Whether a text is one of these.
    #[inline]
    pub fn contains(&self, field: &str) -> bool {
        match field.is_empty() {
            true => self.empty,
            false => !self.others.is_empty() && self.others.iter().any(|word| word == field),
        }
    }
}
