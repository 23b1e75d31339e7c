//! How numbers are written in an input: with a point, or as other countries write them.

use std::fmt;

/// What stands before the places of a number, and between its thousands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Notation {
    pub decimal: char,
    pub thousands: Option<char>,
}

impl Notation {
    /// Numbers are written as SQL writes them.
    pub fn is_plain(self) -> bool {
        self == Notation::default()
    }
}

impl Default for Notation {
    fn default() -> Notation {
        Notation { decimal: '.', thousands: None }
    }
}

/// `decimal = "," and thousands = "."`: the keys that say it.
impl fmt::Display for Notation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.decimal, self.thousands) {
            ('.', Some(thousands)) => write!(f, "thousands = {:?}", thousands.to_string()),
            (decimal, None) => write!(f, "decimal = {:?}", decimal.to_string()),
            (decimal, Some(thousands)) => {
                write!(f, "decimal = {:?} and thousands = {:?}", decimal.to_string(), thousands.to_string())
            }
        }
    }
}
