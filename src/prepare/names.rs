//! The names of the input's columns, and which file has each of them first.

use std::collections::HashSet;
use std::sync::Arc;

use anyhow::Result;

use crate::exit::{ExitCode, fatal};
use crate::extract::head::Head;
use crate::format::csv::header;
use crate::job::Format;
use crate::nearest::nearest;
use crate::stop::Stop;

use super::keys::keys_of;

/// The input's columns in order.
#[derive(Debug, Default)]
pub struct Names {
    pub names: Vec<String>,
    /// The place in the list of inputs of the file that has the column first; its sample tells the type.
    pub owners: Vec<usize>,
    pub warnings: Vec<String>,
    /// A sample was needed for the names, and has been waited for.
    pub sampled: bool,
    known: HashSet<String>,
}

impl Names {
    /// Appends those of a file that are new.
    fn add(&mut self, names: impl IntoIterator<Item = String>, owner: usize) {
        for name in names {
            if self.known.insert(name.clone()) {
                self.names.push(name);
                self.owners.push(owner);
            }
        }
    }
}

/// Finds the names, in files as far as they tell them, else in what the job declares.
/// `origin` is what declares them, for messages.
pub fn names(origin: &str, head: &mut Head, stop: &Stop) -> Result<Names> {
    let settings = Arc::clone(&head.settings);
    let declared: Vec<String> = settings.columns.iter().map(|(name, _)| name.clone()).collect();
    if head.width == 0 && declared.is_empty() {
        let path = head.first.as_ref().map(|first| first.file().name.clone()).unwrap_or_default();
        return Err(fatal(
            ExitCode::Data,
            format!("{path} is empty: no header and no rows; declare extract.columns to load it as 0 rows"),
        ));
    }
    let first = head.first.as_ref().map_or(0, |first| first.file().index);
    let mut names = Names::default();
    match (&head.header, &settings.format) {
        (Some(_), _) => {
            of_headers(head, first, &mut names);
            refuse_unknown(origin, &declared, &names.names)?;
        }
        (None, _) if !declared.is_empty() => names.add(declared, first),
        (None, Format::Jsonl) => of_keys(head, first, &mut names, stop)?,
        (None, _) => names.add((1..=head.width).map(|n| format!("column_{n}")), first),
    }
    Ok(names)
}

fn of_headers(head: &Head, first: usize, names: &mut Names) {
    let header = head.header.as_deref().unwrap_or_default();
    let (texts, warnings) = header::names(header.iter());
    names.add(texts, first);
    names.warnings = warnings;
    for (index, header) in head.headers.iter().enumerate() {
        names.add(header::names(header.iter()).0, index);
    }
}

fn of_keys(head: &mut Head, first: usize, names: &mut Names, stop: &Stop) -> Result<()> {
    // A pipe is waited for, because nothing else tells its keys.
    if let Some(sample) = head.sample(true, stop)? {
        names.add(keys_of(&sample, &head.settings)?, first);
    }
    names.sampled = true;
    let more = if head.settings.union_by_name { head.rest.clone() } else { Vec::new() };
    for input in more {
        let index = input.file.index;
        if let Some(sample) = head.sample_of(input, stop)?.filter(|sample| !sample.bytes.is_empty()) {
            names.add(keys_of(&sample, &head.settings)?, index);
        }
    }
    Ok(())
}

fn refuse_unknown(origin: &str, declared: &[String], names: &[String]) -> Result<()> {
    let known: HashSet<&String> = names.iter().collect();
    let Some(unknown) = declared.iter().find(|name| !known.contains(name)) else { return Ok(()) };
    let nearest = nearest(unknown, names.iter().map(String::as_str));
    let nearest = nearest.map(|name| format!("; nearest is {name:?}")).unwrap_or_default();
    Err(fatal(
        ExitCode::Config,
        format!("{origin}: extract.columns declares {unknown:?}, which the header does not have{nearest}"),
    ))
}
