//! Parquet: typed columns out of the pool, gathered to row groups of bounded size on the load thread, their columns encoded
//! and compressed side by side.

mod column;
mod encoder;
mod group;
mod slab;
mod writer;

use std::path::Path;
use std::sync::Arc;

use anyhow::Result;

use super::cell::Cell;
use super::file::{Partial, or_null};
use super::{Account, Opened, Part, Setting, Sink};
use crate::arrow::datatypes::{Field, Schema};
use crate::batch::Reject;
use crate::job::Codec;
use crate::place::{cannot_create, check_file, display_name, follow_links, is_special};
use crate::types::OutputColumn;
use crate::unique::unique;
use encoder::ParquetEncoder;
use slab::Slab;
use writer::Writer;

/// Checks the target and makes both halves of the sink. Nothing shows under the target's name before `publish`.
pub fn open(path: &Path, codec: Codec, columns: &[OutputColumn], setting: &Setting) -> Result<Opened> {
    if is_special(path) {
        return Err(cannot_create(path, "a Parquet file is a regular file; name one"));
    }
    let target = follow_links(path)?;
    check_file(&target)?;
    let cells: Vec<Cell> = columns.iter().map(Cell::of).collect();
    let (schema, warnings) = schema(&cells);
    let sink = or_null(setting.dry_run, || {
        let partial = Partial::create(&target)?;
        let file = partial.file.clone();
        let writer = Writer::new(file, target.display().to_string(), schema, codec, setting.threads)?;
        Ok(Box::new(ParquetSink { writer, slab: Slab::default(), partial }))
    })?;
    let encoder = Arc::new(ParquetEncoder { cells, zone: setting.session.zone });
    Ok(Opened { name: display_name(path).into(), encoder, sink, warnings })
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
    let field = |(name, cell): (&String, &Cell)| Field::new(name, cell.typing.ty.arrow(), true);
    let fields: Vec<Field> = names.iter().zip(cells).map(field).collect();
    (Arc::new(Schema::new(fields)), warnings)
}

struct ParquetSink {
    writer: Writer,
    /// Rows that wait for the slab to be full.
    slab: Slab,
    partial: Partial,
}

impl Sink for ParquetSink {
    fn write(&mut self, flush: &[Part]) -> Result<Vec<Reject>> {
        for part in flush {
            let mut rest = part.clone();
            while !self.slab.take(&mut rest, self.writer.room())? {
                self.writer.write(std::mem::take(&mut self.slab))?;
            }
        }
        Ok(Vec::new())
    }

    fn prepare(&mut self, _: &Account) -> Result<()> {
        self.writer.write(std::mem::take(&mut self.slab))?;
        self.writer.finish()?;
        self.partial.sync()
    }

    fn publish(&mut self) -> Result<()> {
        self.partial.publish(None)
    }

    fn bytes_written(&self) -> u64 {
        self.writer.written()
    }
}

#[cfg(test)]
mod tests;
