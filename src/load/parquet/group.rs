//! A row group that grows: its columns are encoded and compressed slab by slab, and only what comes of it is held.

use std::fs::File;
use std::sync::Arc;

use anyhow::Result;
use parquet::arrow::arrow_writer::{ArrowColumnWriter, compute_leaves};
use parquet::file::writer::SerializedFileWriter;
use rayon::ThreadPool;
use rayon::prelude::*;

use super::slab::{Slab, joined};
use crate::arrow::array::ArrayRef;
use crate::arrow::datatypes::{FieldRef, Schema};

/// Rows of a row group.
pub const GROUP_ROWS: usize = 1 << 17;
/// Bytes of a row group's values, before they are encoded: fewer rows where they are wide. This bounds what is held.
const GROUP_BYTES: usize = 32 << 20;

pub struct Group {
    columns: Vec<Column>,
    rows: usize,
    bytes: usize,
}

struct Column {
    field: FieldRef,
    writer: ArrowColumnWriter,
}

impl Group {
    pub fn new(writers: Vec<ArrowColumnWriter>, schema: &Schema) -> Group {
        let columns = schema.fields().iter().cloned().zip(writers).map(|(field, writer)| Column { field, writer });
        Group { columns: columns.collect(), rows: 0, bytes: 0 }
    }

    /// Encodes the slab's columns in the pool, one job each, and waits for them.
    pub fn write(&mut self, slab: Slab, pool: &ThreadPool) -> Result<()> {
        self.rows += slab.rows;
        self.bytes += slab.bytes;
        let columns = &mut self.columns;
        pool.install(|| {
            let pairs = columns.par_iter_mut().zip(slab.columns.into_par_iter()).with_max_len(1);
            pairs.try_for_each(|(column, pieces)| column.write(&pieces))
        })
    }

    /// How many more rows the group takes.
    pub fn room(&self) -> usize {
        if self.bytes >= GROUP_BYTES { 0 } else { GROUP_ROWS.saturating_sub(self.rows) }
    }

    /// Ends the columns and writes them to the file, in order.
    pub fn finish(self, pool: &ThreadPool, file: &mut SerializedFileWriter<Arc<File>>) -> Result<()> {
        let columns = self.columns.into_par_iter().with_max_len(1);
        let chunks = pool.install(|| columns.map(|column| column.writer.close()).collect::<Result<Vec<_>, _>>())?;
        let mut group = file.next_row_group()?;
        for chunk in chunks {
            chunk.append_to_row_group(&mut group)?;
        }
        group.close()?;
        Ok(())
    }
}

impl Column {
    fn write(&mut self, pieces: &[ArrayRef]) -> Result<()> {
        for leaf in compute_leaves(&self.field, &joined(pieces)?)? {
            self.writer.write(&leaf)?;
        }
        Ok(())
    }
}
