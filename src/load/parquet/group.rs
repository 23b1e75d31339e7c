//! A row group: its rows are gathered as they are, then its columns are encoded and compressed side by side.

use std::fs::File;
use std::sync::Arc;

use anyhow::Result;
use parquet::file::writer::SerializedFileWriter;
use rayon::ThreadPool;
use rayon::prelude::*;

use super::column::Column;
use super::slab::Slab;
use crate::arrow::array::ArrayRef;

/// Rows of a row group.
pub const GROUP_ROWS: usize = 1 << 17;
/// Bytes of a row group's values, before they are encoded: fewer rows where they are wide. This bounds what is held. What
/// is being encoded comes on top: one column for each thread, never all of them.
const GROUP_BYTES: usize = 32 << 20;
/// What a text takes beside its bytes. A number is counted a little high.
const CELL_BYTES: usize = 4;

/// Rows that wait until they are a row group.
#[derive(Default)]
pub struct Group {
    /// The columns of each slab.
    slabs: Vec<Vec<ArrayRef>>,
    rows: usize,
    bytes: usize,
}

impl Group {
    pub fn push(&mut self, slab: &Slab) -> Result<()> {
        let columns = slab.columns()?;
        self.rows += slab.rows;
        self.bytes += slab.bytes + columns.len() * slab.rows * CELL_BYTES;
        self.slabs.push(columns);
        Ok(())
    }

    /// The first values of a column.
    pub fn first(&self, column: usize) -> Option<&ArrayRef> {
        self.slabs.first()?.get(column)
    }

    pub fn is_empty(&self) -> bool {
        self.slabs.is_empty()
    }

    /// How many more rows the group takes.
    pub fn room(&self) -> usize {
        if self.bytes >= GROUP_BYTES { 0 } else { GROUP_ROWS.saturating_sub(self.rows) }
    }

    /// Encodes the columns in the pool, one job each, and writes them to the file, in order.
    pub fn write(
        self,
        columns: &[Column],
        pool: &ThreadPool,
        file: &mut SerializedFileWriter<Arc<File>>,
    ) -> Result<()> {
        let jobs = columns.par_iter().zip(self.transposed(columns.len())).with_max_len(1);
        let encode = || jobs.map(|(column, slabs)| column.encode(slabs)).collect::<Result<Vec<_>>>();
        let chunks = pool.install(encode)?;
        let mut group = file.next_row_group()?;
        for chunk in chunks {
            chunk.append_to_row_group(&mut group)?;
        }
        group.close()?;
        Ok(())
    }

    /// The values of each column, slab by slab.
    fn transposed(self, width: usize) -> Vec<Vec<ArrayRef>> {
        let mut columns = vec![Vec::with_capacity(self.slabs.len()); width];
        for slab in self.slabs {
            columns.iter_mut().zip(slab).for_each(|(column, values)| column.push(values));
        }
        columns
    }
}
