//! A chunk to its records, whatever the input's format.

use std::sync::Arc;

use super::cells::Cells;
use super::{csv, jsonl, parquet, text, union};
use crate::batch::{Chunk, Records, Reject};

/// How the bytes of an input's chunks are to be understood.
#[derive(Clone, Debug)]
pub enum Layout {
    /// Also lines, which are CSV of one column that nothing separates.
    Csv(csv::Layout),
    /// Files of CSV with columns of their own.
    Union(union::Layout),
    Text(text::Layout),
    Jsonl(jsonl::Layout),
    Parquet(parquet::Layout),
}

impl Layout {
    /// Where records stand that are the header again, of an input that may have such.
    pub fn repeats(&self) -> Option<&Arc<csv::Repeats>> {
        match self {
            Layout::Csv(layout) => Some(&layout.repeats),
            Layout::Union(layout) => Some(&layout.others.csv.repeats),
            Layout::Text(_) | Layout::Jsonl(_) | Layout::Parquet(_) => None,
        }
    }
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
    pub(super) fields: csv::Fields,
    pub(super) cells: Cells,
}

impl Workspace {
    /// How many places there is room for.
    pub fn capacity(&self) -> usize {
        self.fields.capacity() + self.cells.capacity()
    }
}

/// Reads a chunk.
pub fn read<'a>(chunk: &'a Chunk, layout: &'a Layout, space: &'a mut Workspace) -> Found<'a> {
    match layout {
        Layout::Csv(layout) => {
            let csv::Found { records, rejects, read } = csv::read(chunk, layout, &mut space.fields);
            Found { records: Box::new(records), rejects, read }
        }
        Layout::Union(layout) => union::read(chunk, layout, space),
        Layout::Text(layout) => text::read(chunk, layout, space),
        Layout::Jsonl(layout) => jsonl::read(chunk, layout, space),
        Layout::Parquet(layout) => parquet::read(chunk, layout),
    }
}
