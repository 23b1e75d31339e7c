//! The names of the input's columns, and which file has each of them first.

use std::collections::HashSet;

use anyhow::Result;

use crate::exit::{ExitCode, fatal};
use crate::extract::Head;
use crate::format::csv::header;
use crate::nearest::nearest;
use crate::types::Typing;

/// The input's columns in order.
#[derive(Debug, Default)]
pub struct Names {
    pub names: Vec<String>,
    /// The place in the list of inputs of the file that has the column first; its sample tells the type.
    pub owners: Vec<usize>,
    pub warnings: Vec<String>,
    known: HashSet<String>,
}

impl Names {
    /// Those of the first file.
    pub fn of_first(head: &Head, names: impl IntoIterator<Item = String>) -> Names {
        let mut first = Names::default();
        first.add(names, head.first_index());
        first
    }

    /// Those of the first file's header.
    pub fn of_header(head: &Head, header: &[String]) -> Names {
        let (names, warnings) = header::names(header.iter());
        Names { warnings, ..Names::of_first(head, names) }
    }

    /// Those that the job declares, if it does.
    pub fn declared(head: &Head) -> Option<Names> {
        let declared = &head.settings.columns;
        (!declared.is_empty()).then(|| Names::of_first(head, declared.iter().map(|(name, _)| name.clone())))
    }

    /// Appends those of a file that are new.
    pub fn add(&mut self, names: impl IntoIterator<Item = String>, owner: usize) {
        for name in names {
            if self.known.insert(name.clone()) {
                self.names.push(name);
                self.owners.push(owner);
            }
        }
    }

    /// Columns are declared of a header, which must have them. `origin` is what declares them.
    pub fn refuse_unknown(&self, origin: &str, declared: &[(String, Typing)]) -> Result<()> {
        let Some((unknown, _)) = declared.iter().find(|(name, _)| !self.known.contains(name)) else { return Ok(()) };
        let nearest = nearest(unknown, self.names.iter().map(String::as_str));
        let nearest = nearest.map(|name| format!("; nearest is {name:?}")).unwrap_or_default();
        Err(fatal(
            ExitCode::Config,
            format!("{origin}: extract.columns declares {unknown:?}, which the header does not have{nearest}"),
        ))
    }
}

/// An empty input has no columns, unless they are declared.
pub fn refuse_empty(head: &Head) -> Result<()> {
    if head.width > 0 || !head.settings.columns.is_empty() {
        return Ok(());
    }
    let path = head.first_name();
    Err(fatal(
        ExitCode::Data,
        format!("{path} is empty: no header and no rows; declare extract.columns to load it as 0 rows"),
    ))
}
