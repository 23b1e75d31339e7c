//! The open file: slabs go into the row group that grows, full groups into the file, and at the end its footer.

use std::collections::HashSet;
use std::fs::File;
use std::io;
use std::num::NonZeroUsize;
use std::sync::Arc;

use anyhow::{Context, Error, Result};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_writer::ArrowRowGroupWriterFactory;
use parquet::basic::{Compression, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::ColumnPath;
use rayon::{ThreadPool, ThreadPoolBuilder};

use super::group::{GROUP_ROWS, Group};
use super::slab::{Slab, joined};
use crate::arrow::array::ArrayRef;
use crate::arrow::datatypes::Schema;
use crate::arrow::row::{RowConverter, SortField};
use crate::job::Codec;
use crate::load::text::write_error;

pub struct Writer {
    target: Target,
    /// Open from the first slab on, which tells how columns are best encoded.
    open: Option<OpenFile>,
    /// The group that grows.
    group: Option<Group>,
    pool: ThreadPool,
}

/// What is written where.
struct Target {
    /// As messages name it.
    name: String,
    file: Arc<File>,
    schema: Arc<Schema>,
    codec: Codec,
}

struct OpenFile {
    file: SerializedFileWriter<Arc<File>>,
    factory: ArrowRowGroupWriterFactory,
}

impl Writer {
    pub fn new(
        file: Arc<File>,
        name: String,
        schema: Arc<Schema>,
        codec: Codec,
        threads: NonZeroUsize,
    ) -> Result<Writer> {
        let pool = ThreadPoolBuilder::new().num_threads(threads.get()).thread_name(|index| format!("parquet-{index}"));
        let pool = pool.build().context("cannot start the pool of the Parquet sink")?;
        Ok(Writer { target: Target { name, file, schema, codec }, open: None, group: None, pool })
    }

    /// How many rows the next slab may have.
    pub fn room(&self) -> usize {
        self.group.as_ref().map_or(GROUP_ROWS, Group::room)
    }

    pub fn write(&mut self, slab: Slab) -> Result<()> {
        if slab.rows == 0 {
            return Ok(());
        }
        self.encode(slab).map_err(|cause| failed(&self.target.name, cause))
    }

    fn encode(&mut self, slab: Slab) -> Result<()> {
        let open = match &mut self.open {
            Some(open) => open,
            none => none.insert(self.target.open(&slab)?),
        };
        let mut group = match self.group.take() {
            Some(group) => group,
            None => open.group(&self.target.schema)?,
        };
        group.write(slab, &self.pool)?;
        if group.room() > 0 {
            self.group = Some(group);
            return Ok(());
        }
        group.finish(&self.pool, &mut open.file)
    }

    /// Writes what is left, and the footer.
    pub fn finish(&mut self) -> Result<()> {
        self.end().map_err(|cause| failed(&self.target.name, cause))
    }

    fn end(&mut self) -> Result<()> {
        let open = match &mut self.open {
            Some(open) => open,
            none => none.insert(self.target.open(&Slab::default())?),
        };
        if let Some(group) = self.group.take() {
            group.finish(&self.pool, &mut open.file)?;
        }
        open.file.finish()?;
        Ok(())
    }

    pub fn written(&self) -> u64 {
        self.open.as_ref().map_or(0, |open| open.file.bytes_written() as u64)
    }
}

impl Target {
    fn open(&self, first: &Slab) -> Result<OpenFile> {
        let mut properties = WriterProperties::builder().set_compression(compression(self.codec));
        for (field, pieces) in self.schema.fields().iter().zip(&first.columns) {
            if is_mostly_distinct(&joined(pieces)?)? {
                let column = ColumnPath::new(vec![field.name().clone()]);
                properties = properties.set_column_dictionary_enabled(column, false);
            }
        }
        let schema = Arc::clone(&self.schema);
        let writer = ArrowWriter::try_new(Arc::clone(&self.file), schema, Some(properties.build()))?;
        let (file, factory) = writer.into_serialized_writer()?;
        Ok(OpenFile { file, factory })
    }
}

impl OpenFile {
    /// The next row group.
    fn group(&self, schema: &Schema) -> Result<Group> {
        let writers = self.factory.create_column_writers(self.file.flushed_row_groups().len())?;
        Ok(Group::new(writers, schema))
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

fn compression(codec: Codec) -> Compression {
    match codec {
        Codec::Zstd => Compression::ZSTD(ZstdLevel::default()),
        Codec::Snappy => Compression::SNAPPY,
        Codec::None => Compression::UNCOMPRESSED,
    }
}

/// A failed write in the system's words, anything else in those of the Parquet writer.
fn failed(name: &str, cause: Error) -> Error {
    let cause = match cause.downcast::<ParquetError>() {
        Ok(ParquetError::External(cause)) => match cause.downcast::<io::Error>() {
            Ok(cause) => return write_error(name, *cause),
            Err(cause) => Error::from_boxed(cause),
        },
        Ok(cause) => Error::new(cause),
        Err(cause) => cause,
    };
    cause.context(format!("cannot write {name}"))
}
