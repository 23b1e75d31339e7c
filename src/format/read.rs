//! A chunk to its records, whatever the input's format.

use super::csv;
use crate::batch::{Chunk, Records, Reject};

/// How the bytes of an input's chunks are to be understood.
#[derive(Clone, Debug)]
pub enum Layout {
    Csv(csv::Layout),
}

/// What a chunk holds.
pub struct Found<'a> {
    pub records: Box<dyn Records + 'a>,
    /// In order, those that the cutter found broken included.
    pub rejects: Vec<Reject>,
    /// Rows and rejects.
    pub read: usize,
}

/// Buffers for the places of a chunk's fields, lent to `read` for their capacity.
#[derive(Debug, Default)]
pub struct Workspace {
    fields: csv::Fields,
}

impl Workspace {
    /// How many places there is room for.
    pub fn capacity(&self) -> usize {
        self.fields.capacity()
    }
}

/// Reads a chunk.
pub fn read<'a>(chunk: &'a Chunk, layout: &'a Layout, space: &'a mut Workspace) -> Found<'a> {
    match layout {
        Layout::Csv(layout) => {
            let csv::Found { records, rejects, read } = csv::read(chunk, layout, &mut space.fields);
            Found { records: Box::new(records), rejects, read }
        }
    }
}
