//! Numbers that a target has no form for: they are NULL there, and which columns have lost one is said when the load is done.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

/// Which columns have lost a number; the encoder notes it, and is asked at the end.
pub struct Lost {
    /// The target's columns, each with whether it has.
    columns: Vec<(String, AtomicBool)>,
}

impl Lost {
    pub fn new<'a>(columns: impl IntoIterator<Item = &'a str>) -> Arc<Lost> {
        let columns = columns.into_iter().map(|name| (name.to_owned(), AtomicBool::new(false)));
        Arc::new(Lost { columns: columns.collect() })
    }

    pub fn note(&self, column: usize) {
        if let Some((_, lost)) = self.columns.get(column) {
            lost.store(true, Relaxed);
        }
    }

    /// What the person should know: `what` is NULL, for the target `lacks` it.
    pub fn remark(&self, what: &str, lacks: &str) -> Option<String> {
        let lost = self.columns.iter().filter(|(_, lost)| lost.load(Relaxed));
        let names: Vec<&str> = lost.map(|(name, _)| name.as_str()).collect();
        let word = if names.len() == 1 { "column" } else { "columns" };
        (!names.is_empty()).then(|| format!("{what} NULL in {word} {}, for {lacks}", names.join(", ")))
    }
}
