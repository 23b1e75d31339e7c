//! What an input of each format says of its columns before a value is looked at: their names, the types that the format
//! itself gives, and how its bytes are to be read. One file for each format.

mod csv;
mod jsonl;
mod lines;
mod parquet;
mod text;

use anyhow::Result;

use crate::extract::Head;
use crate::job::Format;
use crate::stop::Stop;
use crate::types::Session;

use super::columns::Columns;

/// The input's columns as far as its format and the job tell them. `origin` is what declares columns, for messages.
pub fn describe(origin: &str, head: &mut Head, session: &Session, stop: &Stop) -> Result<Columns> {
    let columns = match head.settings.format.clone() {
        Format::Csv => csv::describe(origin, head, session)?,
        Format::Lines => lines::describe(head, session),
        Format::Text(pattern) => text::describe(pattern, head, session),
        Format::Jsonl => jsonl::describe(head, session, stop)?,
        Format::Parquet => parquet::describe(origin, head, session)?,
    };
    head.width = columns.columns.len();
    Ok(columns)
}
