//! Rows gathered until they are as many as are encoded at once: a count that depends on the rows alone, so that the file's
//! pages do not depend on how the input was cut.

use anyhow::{Context, Result};

use crate::arrow::array::ArrayRef;
use crate::arrow::compute::concat;
use crate::batch::Payload;
use crate::load::Part;
use crate::load::batcher::first_rows;

/// Rows of a slab: enough that handing its columns out costs nothing, and few enough that they stay in the cache.
pub const SLAB_ROWS: usize = 1 << 14;
/// Bytes of a slab's values: fewer rows where they are wide. One larger row goes alone.
const SLAB_BYTES: usize = 4 << 20;
/// So many small pieces of a column become one: a filter that keeps a row here and there would leave one of each chunk.
const MOST_PIECES: usize = 64;

/// Some neighbouring rows of the output.
#[derive(Default)]
pub struct Slab {
    /// The pieces of each column.
    columns: Vec<Vec<ArrayRef>>,
    pub rows: usize,
    pub bytes: usize,
    /// Pieces at the front of each column that have been joined of smaller ones.
    joined: usize,
}

impl Slab {
    /// Moves the first rows of `part` here while there is room for them, at most `most` rows in all. Whether there was room
    /// for all; else the slab is full.
    pub fn take(&mut self, part: &mut Part, most: usize) -> Result<bool> {
        let room = most.min(SLAB_ROWS) - self.rows;
        let first = first_rows(part, room, SLAB_BYTES.saturating_sub(self.bytes), self.rows == 0);
        if !first.rows.is_empty() {
            self.push(&first)?;
            part.rows.start = first.rows.end;
        }
        Ok(part.rows.is_empty())
    }

    fn push(&mut self, part: &Part) -> Result<()> {
        let Payload::Columns(arrays) = &part.encoded.payload else {
            anyhow::bail!("the Parquet sink was handed rows that are not columns");
        };
        self.columns.resize(arrays.len(), Vec::new());
        for (pieces, array) in self.columns.iter_mut().zip(arrays) {
            pieces.push(array.slice(part.rows.start, part.rows.len()));
        }
        self.join_small()?;
        self.rows += part.rows.len();
        self.bytes += part.span().len();
        Ok(())
    }

    fn join_small(&mut self) -> Result<()> {
        if self.columns.first().is_some_and(|pieces| pieces.len() - self.joined >= MOST_PIECES) {
            for pieces in &mut self.columns {
                let small = pieces.split_off(self.joined);
                pieces.push(joined(&small)?);
            }
            self.joined += 1;
        }
        Ok(())
    }

    /// Each column as one array, which takes no more memory than it needs.
    pub fn columns(&self) -> Result<Vec<ArrayRef>> {
        self.columns.iter().map(|pieces| joined(pieces)).collect()
    }
}

/// A column's pieces as one array.
pub fn joined(pieces: &[ArrayRef]) -> Result<ArrayRef> {
    match pieces {
        [whole] => Ok(whole.clone()),
        _ => {
            let pieces: Vec<_> = pieces.iter().map(AsRef::as_ref).collect();
            concat(&pieces).context("cannot join the pieces of a column")
        }
    }
}
