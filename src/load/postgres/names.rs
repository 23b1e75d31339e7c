//! Names in SQL text.

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
