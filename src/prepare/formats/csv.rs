//! CSV: names from headers, declared or numbered; every value is text until it is guessed.

use std::collections::HashMap;
use std::sync::Arc;

use anyhow::Result;

use crate::extract::Head;
use crate::format::csv;
use crate::format::csv::header::{self, Header};
use crate::format::union::FileLayout;
use crate::format::{Layout, union};
use crate::prepare::columns::Columns;
use crate::prepare::names::{Names, refuse_empty};
use crate::types::Session;

/// Refuses an empty input, and declared columns that the header does not have.
pub fn describe(origin: &str, head: &Head, session: &Session) -> Result<Columns> {
    refuse_empty(head)?;
    let names = names(origin, head)?;
    let layout = layout(head, &names.names, session);
    Ok(Columns::new(names, layout, &head.settings))
}

fn names(origin: &str, head: &Head) -> Result<Names> {
    let Some(header) = &head.header else {
        let numbered = || Names::of_first(head, (1..=head.width).map(|n| format!("column_{n}")));
        return Ok(Names::declared(head).unwrap_or_else(numbered));
    };
    let mut names = Names::of_header(head, &header.names);
    for (index, header) in head.headers.iter().enumerate() {
        names.add(header::names(header.names.iter()).0, index);
    }
    names.refuse_unknown(origin, &head.settings.columns)?;
    Ok(names)
}

/// With `union_by_name` each file's columns go to those of their names.
fn layout(head: &Head, names: &[String], session: &Session) -> Layout {
    if head.headers.is_empty() {
        return Layout::Csv(head.settings.records(names.len(), session.zone));
    }
    let repeats = head.settings.records(0, session.zone).repeats;
    let records = |width| csv::Layout { repeats: Arc::clone(&repeats), ..head.settings.records(width, session.zone) };
    let file = |header: &Header| {
        let own = header::names(header.names.iter()).0;
        let places: HashMap<&String, usize> = own.iter().zip(0..).collect();
        let places = names.iter().map(|name| places.get(name).copied());
        FileLayout::new(records(own.len()), places.collect())
    };
    let files = head.headers.iter().map(file).collect();
    Layout::Union(union::Layout { files, others: FileLayout::new(records(0), Vec::new()) })
}
