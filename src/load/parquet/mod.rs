//! Parquet: typed columns out of the pool, gathered to row groups of bounded size on the load thread, their columns encoded
//! and compressed side by side.

mod column;
mod encoder;
mod folder;
mod group;
mod held;
mod sink;
mod slab;
mod writer;

use std::path::Path;
use std::sync::Arc;

use anyhow::Result;

use super::cell::Cell;
use super::file::or_null;
use super::made::{Made, made};
use super::{Opened, Setting};
use crate::arrow::datatypes::{Field, Json, Schema};
use crate::format::value::nanos;
use crate::job::{Codec, Parts};
use crate::paths::{cannot_create, check_file, check_folder, display_name, follow_links, is_special};
use crate::types::{Known, OutputColumn, Type};
use crate::unique::unique;
use encoder::ParquetEncoder;
use sink::ParquetSink;
use writer::{Format, pool};

/// What the writer of one column takes, however few its values are.
pub const COLUMN_BYTES: usize = 8 << 10;

/// What the job says of a Parquet target.
pub struct Order<'a> {
    pub path: &'a Path,
    pub codec: Codec,
    /// Where given, `path` is a folder.
    pub parts: Option<Parts>,
}

/// Checks the target and makes both halves of the sink. Nothing shows under the target's name before `publish`.
pub fn open(order: Order, columns: &[OutputColumn], setting: &Setting) -> Result<Opened> {
    let Order { path, codec, parts } = order;
    if is_special(path) {
        return Err(cannot_create(path, "a Parquet file is a regular file; name one"));
    }
    let target = follow_links(path)?;
    match parts {
        Some(_) => check_folder(&target).and_then(|()| folder::check(&target))?,
        None => check_file(&target)?,
    }
    let name = display_name(path);
    let Made { columns, guessed } = made(&name, columns, &[]);
    let cells: Vec<Cell> = columns.iter().map(cell).collect();
    let (schema, warnings) = schema(&cells);
    let sink = or_null(setting.dry_run, || {
        let (format, pool) = (Format { schema, codec }, pool(setting.threads, setting.stop.clone())?);
        Ok(Box::new(match parts {
            Some(parts) => ParquetSink::folder(&target, parts, format, pool)?,
            None => ParquetSink::file(&target, format, pool)?,
        }))
    })?;
    let encoder = Arc::new(ParquetEncoder { cells, zone: setting.session.zone });
    Ok(Opened { name: name.into(), encoder, sink, warnings, guessed })
}

/// Nanoseconds stay what they are.
fn cell(column: &OutputColumn) -> Cell {
    let nanoseconds = column.field.is_some() && column.known == Known::Finer { in_64_bits: true };
    Cell { nanoseconds, ..Cell::of(column) }
}

/// The file's columns, all of which may be NULL, and what there is to say of their names: most readers take no two columns
/// of one name.
fn schema(cells: &[Cell]) -> (Arc<Schema>, Vec<String>) {
    let given: Vec<String> = cells.iter().map(|cell| cell.name.clone()).collect();
    let names = unique(&given, str::to_owned);
    let renamed = given.iter().zip(&names).filter(|(given, name)| given != name);
    let warnings = renamed
        .map(|(given, name)| format!("the name {given:?} is taken in the file; it is called {name:?}"))
        .collect();
    let field = |(name, cell): (&String, &Cell)| {
        let ty = cell.typing.ty;
        let data_type = if cell.nanoseconds { nanos::arrow(ty) } else { ty.arrow() };
        let field = Field::new(name, data_type, true);
        if ty == Type::Json { field.with_extension_type(Json::default()) } else { field }
    };
    let fields: Vec<Field> = names.iter().zip(cells).map(field).collect();
    (Arc::new(Schema::new(fields)), warnings)
}

#[cfg(test)]
mod tests;
