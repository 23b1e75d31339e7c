//! The open file: slabs go into the row group that grows, full groups into the file, and at the end its footer.

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
use rayon::{ThreadPool, ThreadPoolBuilder};

use super::group::{GROUP_ROWS, Group};
use super::slab::Slab;
use crate::arrow::datatypes::Schema;
use crate::job::Codec;
use crate::load::text::write_error;

pub struct Writer {
    /// As messages name it.
    name: String,
    file: SerializedFileWriter<Arc<File>>,
    factory: ArrowRowGroupWriterFactory,
    schema: Arc<Schema>,
    /// The group that grows, and how many there are before it.
    group: Option<Group>,
    groups: usize,
    pool: ThreadPool,
}

impl Writer {
    pub fn new(
        file: Arc<File>,
        name: String,
        schema: Arc<Schema>,
        codec: Codec,
        threads: NonZeroUsize,
    ) -> Result<Writer> {
        let properties = WriterProperties::builder().set_compression(compression(codec)).build();
        let writer = ArrowWriter::try_new(file, Arc::clone(&schema), Some(properties));
        let (file, factory) =
            writer.and_then(ArrowWriter::into_serialized_writer).map_err(|cause| failed(&name, cause.into()))?;
        let pool = ThreadPoolBuilder::new().num_threads(threads.get()).thread_name(|index| format!("parquet-{index}"));
        let pool = pool.build().context("cannot start the pool of the Parquet sink")?;
        Ok(Writer { name, file, factory, schema, group: None, groups: 0, pool })
    }

    /// How many rows the next slab may have.
    pub fn room(&self) -> usize {
        self.group.as_ref().map_or(GROUP_ROWS, Group::room)
    }

    pub fn write(&mut self, slab: Slab) -> Result<()> {
        if slab.rows == 0 {
            return Ok(());
        }
        self.encode(slab).map_err(|cause| failed(&self.name, cause))
    }

    fn encode(&mut self, slab: Slab) -> Result<()> {
        let mut group = match self.group.take() {
            Some(group) => group,
            None => Group::new(self.factory.create_column_writers(self.groups)?, &self.schema),
        };
        group.write(slab, &self.pool)?;
        if group.room() > 0 {
            self.group = Some(group);
            return Ok(());
        }
        self.groups += 1;
        group.finish(&self.pool, &mut self.file)
    }

    /// Writes what is left, and the footer.
    pub fn finish(&mut self) -> Result<()> {
        let left = self.group.take().map_or(Ok(()), |group| group.finish(&self.pool, &mut self.file));
        let finished = left.and_then(|()| Ok(self.file.finish().map(drop)?));
        finished.map_err(|cause| failed(&self.name, cause))
    }

    pub fn written(&self) -> u64 {
        self.file.bytes_written() as u64
    }
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
