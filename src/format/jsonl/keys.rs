//! Which keys of the objects are columns.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use crate::batch::Records;
use crate::format::json::{Fault, Scan};

/// The keys that are columns, in column order.
#[derive(Clone, Debug, Default)]
pub struct Keys {
    names: Vec<String>,
    places: HashMap<String, usize>,
    /// Other keys are passed over, because the job says which it wants; else they are refused.
    pub others_pass: bool,
}

impl Keys {
    pub fn new(names: Vec<String>, others_pass: bool) -> Keys {
        let places = names.iter().cloned().enumerate().map(|(place, name)| (name, place)).collect();
        Keys { names, places, others_pass }
    }

    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// The column of a key. `expected` is a guess: most objects have their keys in one order.
    #[inline]
    pub fn find(&self, key: &str, expected: usize) -> Option<usize> {
        match self.names.get(expected) {
            Some(name) if name == key => Some(expected),
            _ => self.places.get(key).copied(),
        }
    }
}

/// The keys of the first `most` lines in order of first appearance, and the fault of the first line that is no object.
pub fn keys(lines: &dyn Records, most: usize) -> (Vec<String>, Option<(usize, Fault)>) {
    let (mut names, mut known, mut fault) = (Vec::new(), HashSet::new(), None);
    for row in (0..lines.len()).take_while(|row| lines.ordinal(*row) < most) {
        let line = lines.text(row, 0).unwrap_or_default();
        let mut found: Vec<Cow<str>> = Vec::new();
        let scanned = Scan::new(&line).object(|key, _| {
            found.push(key);
            Ok(())
        });
        match scanned {
            Ok(_) => names.extend(found.into_iter().map(Cow::into_owned).filter(|key| known.insert(key.clone()))),
            Err(first) => fault = fault.or(Some((row, first))),
        }
    }
    (names, fault)
}
