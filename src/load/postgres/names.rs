//! Names in SQL text.

use std::iter;

use md5::{Digest, Md5};

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

    /// Where the rows of `replace` wait. The server would cut a long name off, so that two tables could share one; a mark
    /// of the whole name keeps them apart.
    pub fn staging(&self) -> Name {
        /// Bytes that leave room for the mark.
        const SHORT: usize = LONGEST - STAGING_PREFIX.len() - 17;
        let short = cut(&self.table, SHORT);
        let mark = Md5::digest(self.sql()).iter().take(8).map(|byte| format!("{byte:02x}")).collect::<String>();
        Name { schema: self.schema.clone(), table: format!("{STAGING_PREFIX}{short}_{mark}") }
    }
}

/// The longest name that the server keeps, in bytes.
const LONGEST: usize = 63;

/// What the server keeps of a name.
pub fn kept(name: &str) -> &str {
    cut(name, LONGEST)
}

/// At most so many bytes of a name, no sign of it halved.
fn cut(name: &str, bytes: usize) -> &str {
    (0..=bytes).rev().find_map(|end| name.get(..end.min(name.len()))).unwrap_or_default()
}

/// The same for names that must differ: those that are alike by then are numbered.
pub fn kept_apart(names: &[String]) -> Vec<String> {
    let mut apart: Vec<String> = Vec::with_capacity(names.len());
    for name in names {
        let numbered = (2_usize..).map(|number| format!("_{number}"));
        let numbered = numbered.map(|end| format!("{}{end}", cut(name, LONGEST - end.len())));
        let candidates = iter::once(kept(name).to_owned()).chain(numbered);
        // Of as many candidates as there are names and one, one is free.
        apart.extend(candidates.take(names.len() + 1).find(|candidate| !apart.contains(candidate)));
    }
    apart
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

    #[test]
    fn staging_tables_of_long_names_differ() {
        let name = |table: &str| Name { schema: "s".into(), table: table.into() };
        let names = ["t", &"ä".repeat(31), &format!("{}b", "ä".repeat(31)), &format!("{}c", "ä".repeat(31))].map(name);
        let staging = names.each_ref().map(Name::staging);
        assert!(staging.iter().all(|name| name.table.len() <= 63));
        for (index, name) in staging.iter().enumerate() {
            assert!(!staging[index + 1..].contains(name), "{}", name.table);
        }
    }
}
