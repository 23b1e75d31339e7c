//! Whether a join has found a partner for any row at all: keys of two forms, such as `1.10` and `1.1`, never meet.

use std::sync::atomic::{AtomicBool, Ordering};

use crate::arrow::array::{Array, UInt32Array};

/// What the rows of one join have met so far, on all threads.
pub struct Partners {
    /// The lookup's name, and what its rows are found by.
    lookup: String,
    keys: String,
    /// Keys are compared as their texts, because their types are guesses.
    by_text: bool,
    /// A row has looked for one.
    wanted: AtomicBool,
    found: AtomicBool,
}

impl Partners {
    pub fn new(lookup: &str, keys: &[String], by_text: bool) -> Partners {
        let (wanted, found) = (AtomicBool::new(false), AtomicBool::new(false));
        Partners { lookup: lookup.to_owned(), keys: keys.join(", "), by_text, wanted, found }
    }

    /// Notes the matches of some rows, NULL where there is none.
    pub fn note(&self, matches: &UInt32Array) {
        if matches.is_empty() || self.found.load(Ordering::Relaxed) {
            return;
        }
        self.wanted.store(true, Ordering::Relaxed);
        if matches.null_count() < matches.len() {
            self.found.store(true, Ordering::Relaxed);
        }
    }

    /// What a person should know when all rows are through.
    pub fn warning(&self) -> Option<String> {
        if !self.wanted.load(Ordering::Relaxed) || self.found.load(Ordering::Relaxed) {
            return None;
        }
        let (lookup, keys) = (&self.lookup, &self.keys);
        let why = match self.by_text {
            true => "; keys whose types are guessed meet by their texts, and 7 and 007 do not: declare their types",
            false => "",
        };
        Some(format!("no row has a partner in lookup {lookup} by {keys}{why}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_join_without_any_partner_is_told() {
        let partners = Partners::new("rates", &["code".to_owned(), "day".to_owned()], true);
        partners.note(&UInt32Array::from(Vec::<Option<u32>>::new()));
        assert_eq!(partners.warning(), None, "no row was there");
        partners.note(&UInt32Array::from(vec![None, None]));
        let warning = partners.warning().unwrap_or_default();
        assert!(warning.starts_with("no row has a partner in lookup rates by code, day; "), "{warning}");
        partners.note(&UInt32Array::from(vec![None, Some(3)]));
        assert_eq!(partners.warning(), None);
    }
}
