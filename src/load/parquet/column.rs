//! One column of the file: how its chunks are encoded, and the encoding.

use std::collections::HashSet;
use std::io;
use std::sync::Arc;

use anyhow::{Context, Result};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_writer::{ArrowColumnChunk, ArrowColumnWriter, ArrowRowGroupWriterFactory, compute_leaves};
use parquet::file::properties::WriterProperties;

use crate::arrow::array::ArrayRef;
use crate::arrow::datatypes::{FieldRef, Schema};
use crate::arrow::row::{RowConverter, SortField};
use crate::cancel;

pub struct Column {
    field: FieldRef,
    /// Makes the writer of each chunk. It knows this column alone: one for the whole schema makes the writers of all columns
    /// at once, and a writer takes up to 2 MiB while it writes.
    factory: ArrowRowGroupWriterFactory,
}

impl Column {
    /// `first`: the first values, which tell how the column is best encoded.
    pub fn new(field: &FieldRef, first: &ArrayRef, properties: &WriterProperties) -> Result<Column> {
        let properties = properties.clone().into_builder().set_dictionary_enabled(!is_mostly_distinct(first)?).build();
        let schema = Arc::new(Schema::new(vec![field.clone()]));
        let (_, factory) = ArrowWriter::try_new(io::sink(), schema, Some(properties))?.into_serialized_writer()?;
        Ok(Column { field: field.clone(), factory })
    }

    /// Encodes and compresses one row group's values, which are let go as they are done.
    pub fn encode(&self, slabs: Vec<ArrayRef>) -> Result<ArrowColumnChunk> {
        // The number of the row group counts only where pages are encrypted.
        let writers = self.factory.create_column_writers(0)?;
        let mut writer = writers.into_iter().next().context("the Parquet writer made no writer for the column")?;
        slabs.into_iter().try_for_each(|values| self.write(&mut writer, &values))?;
        Ok(writer.close()?)
    }

    fn write(&self, writer: &mut ArrowColumnWriter, values: &ArrayRef) -> Result<()> {
        cancel::point();
        for leaf in compute_leaves(&self.field, values)? {
            writer.write(&leaf)?;
        }
        Ok(())
    }
}

/// Whether a dictionary of the column's values would be nearly as long as the column: building one costs more than anything
/// else that is done to such a column, and saves nothing.
fn is_mostly_distinct(column: &ArrayRef) -> Result<bool> {
    /// Rows that tell.
    const SAMPLE: usize = 4096;
    let sample = column.slice(0, column.len().min(SAMPLE));
    let rows = RowConverter::new(vec![SortField::new(sample.data_type().clone())])?.convert_columns(&[sample])?;
    let distinct: HashSet<_> = rows.iter().collect();
    Ok(distinct.len() * 2 > rows.num_rows())
}
