//! What must be known of an input before the bytes of its chunks mean anything.

use super::find::Shape;

/// How the bytes of a chunk are to be understood.
#[derive(Clone, Debug)]
pub struct Layout {
    pub shape: Shape,
    pub null: NullWords,
    /// `None`: UTF-8, also where it was made from UTF-16. Else one that `encoding::supports`.
    pub encoding: Option<&'static encoding_rs::Encoding>,
    /// `run.timezone`, for timestamps.
    pub zone: chrono_tz::Tz,
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
