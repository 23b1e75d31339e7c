//! What a run's figures are when all rows of a sink have come: everything upstream has ended, and nothing changes them any more.

use super::Loaded;
use crate::job::Figure;
use crate::metrics::Rows;

/// The figures that a footer may name.
#[derive(Clone, Copy, Debug, Default)]
pub struct Account {
    read: u64,
    filtered: u64,
    aggregated: u64,
    /// As many as the rejects file holds records, those that only other sinks refused left out.
    rejected: u64,
    loaded: u64,
}

impl Account {
    pub fn new(rows: &Rows, loaded: &Loaded) -> Account {
        Account {
            read: rows.read.get(),
            filtered: rows.filtered.get(),
            aggregated: rows.aggregated.get(),
            rejected: rows.broken.get() + rows.refused.get() + loaded.rejected,
            loaded: loaded.rows,
        }
    }

    /// How many rows were rejected where none is loaded; `None` where one is, or none was rejected.
    pub fn in_vain(&self) -> Option<u64> {
        (self.loaded == 0 && self.rejected > 0).then_some(self.rejected)
    }

    pub fn figure(&self, figure: Figure) -> u64 {
        match figure {
            Figure::Read => self.read,
            Figure::Filtered => self.filtered,
            Figure::Aggregated => self.aggregated,
            Figure::Rejected => self.rejected,
            Figure::Loaded => self.loaded,
        }
    }
}
