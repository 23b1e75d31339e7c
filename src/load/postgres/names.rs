//! Names in SQL text.

use std::iter;

use crate::load::quote::quote;

/// Tables of this beginning are ours, and may be dropped: the new rows of `replace`.
pub const STAGING_PREFIX: &str = "gristmill_staging_";

/// A table with its schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    pub schema: String,
    pub table: String,
}

impl Name {
    pub fn sql(&self) -> String {
        format!("{}.{}", quote(&self.schema), quote(&self.table))
    }

    /// Where the rows of `replace` wait. The server cuts longer names off by itself, always in the same way.
    pub fn staging(&self) -> Name {
        Name { schema: self.schema.clone(), table: format!("{STAGING_PREFIX}{}", self.table) }
    }
}

/// The longest name that the server keeps, in bytes.
const LONGEST: usize = 63;

/// What the server keeps of a name.
pub fn kept(name: &str) -> &str {
    beginning(name, LONGEST)
}

/// At most so many bytes, and no half of a sign.
fn beginning(name: &str, bytes: usize) -> &str {
    (0..=bytes.min(name.len())).rev().find_map(|end| name.get(..end)).unwrap_or_default()
}

/// The same for names that must differ: those that are alike by then are numbered.
pub fn kept_apart(names: &[String]) -> Vec<String> {
    let mut apart: Vec<String> = Vec::with_capacity(names.len());
    for name in names {
        let numbered = (2_usize..).map(|number| format!("_{number}"));
        let numbered = numbered.map(|end| format!("{}{end}", beginning(name, LONGEST - end.len())));
        let candidates = iter::once(kept(name).to_owned()).chain(numbered);
        // Of as many candidates as there are names and one, one is free.
        apart.extend(candidates.take(names.len() + 1).find(|candidate| !apart.contains(candidate)));
    }
    apart
}

/// `list` of names.
pub fn quoted(names: &[String]) -> String {
    names.iter().map(|name| quote(name)).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_names_are_cut_and_kept_apart() {
        assert_eq!(kept(&"ä".repeat(40)), "ä".repeat(31));
        let long = "x".repeat(70);
        let apart = kept_apart(&["a".into(), long.clone() + "1", long.clone() + "2", "x".repeat(61) + "_2"]);
        assert_eq!(apart, ["a".into(), "x".repeat(63), "x".repeat(61) + "_2", "x".repeat(61) + "_3"]);
    }
}
