//! Names in SQL text.

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
        const SHORT: usize = 63 - STAGING_PREFIX.len() - 17;
        let fits = |(start, sign): &(usize, char)| start + sign.len_utf8() <= SHORT;
        let short: String = self.table.char_indices().take_while(fits).map(|(_, sign)| sign).collect();
        let mark = Md5::digest(self.sql()).iter().take(8).map(|byte| format!("{byte:02x}")).collect::<String>();
        Name { schema: self.schema.clone(), table: format!("{STAGING_PREFIX}{short}_{mark}") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
