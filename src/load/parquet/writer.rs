//! The open file: slabs go into the row group that grows, full groups into the file, and at the end its footer.

use std::fs::File;
use std::io;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use anyhow::{Context, Error, Result};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use rayon::{ThreadPool, ThreadPoolBuilder};

use super::column::Column;
use super::group::Group;
use super::slab::Slab;
use crate::arrow::array::new_empty_array;
use crate::arrow::datatypes::{FieldRef, Schema};
use crate::cancel;
use crate::job::Codec;
use crate::load::text::write_error;

pub struct Writer {
    target: Target,
    /// Open from the first group on, which tells how columns are best encoded.
    open: Option<OpenFile>,
    /// The group that grows.
    group: Group,
    /// Bytes of the largest group of the file.
    largest: u64,
    /// Not the mill's: that one ends with the transform thread, before the last groups are written. The mill goes on beside
    /// it until its channels are full. Neither sharing one pool nor encoding a group while the next is gathered has been
    /// measured; one run over 10 million orders, before groups were gathered, kept two cores 87 % busy (8.3 s in 4.8 s).
    pool: ThreadPool,
}

/// What is written where.
struct Target {
    /// As messages name it.
    name: String,
    file: Arc<File>,
    format: Format,
}

/// What all parts have in common.
pub struct Format {
    pub schema: Arc<Schema>,
    pub codec: Codec,
}

struct OpenFile {
    file: SerializedFileWriter<Arc<File>>,
    columns: Vec<Column>,
}

/// The threads that columns are encoded by, until the flag is raised.
pub fn pool(threads: NonZeroUsize, stop: Arc<AtomicBool>) -> Result<ThreadPool> {
    let pool = ThreadPoolBuilder::new().num_threads(threads.get()).thread_name(|index| format!("parquet-{index}"));
    let pool = pool.start_handler(move |_| cancel::heed(stop.clone()));
    pool.build().context("cannot start the pool of the Parquet sink")
}

impl Writer {
    pub fn new(file: Arc<File>, name: String, format: Format, pool: ThreadPool) -> Writer {
        Writer { target: Target { name, file, format }, open: None, largest: 0, group: Group::default(), pool }
    }

    /// Goes on with another file; this one is finished.
    pub fn restart(&mut self, file: Arc<File>, name: String) {
        self.target.file = file;
        self.target.name = name;
        self.open = None;
        self.largest = 0;
    }

    /// How many rows the next slab may have.
    pub fn room(&self) -> usize {
        self.group.room()
    }

    pub fn write(&mut self, slab: Slab) -> Result<()> {
        if slab.rows > 0 {
            self.group.push(&slab).map_err(|cause| failed(&self.target.name, cause))?;
        }
        if self.group.room() > 0 {
            Ok(())
        } else {
            self.write_group().map_err(|cause| failed(&self.target.name, cause))
        }
    }

    fn write_group(&mut self) -> Result<()> {
        let group = std::mem::take(&mut self.group);
        let open = match &mut self.open {
            Some(open) => open,
            none => none.insert(self.target.open(&group)?),
        };
        let before = open.file.bytes_written();
        group.write(&open.columns, &self.pool, &mut open.file)?;
        self.largest = self.largest.max((open.file.bytes_written() - before) as u64);
        Ok(())
    }

    /// Writes what is left, and the footer.
    pub fn finish(&mut self) -> Result<()> {
        self.end().map_err(|cause| failed(&self.target.name, cause))
    }

    fn end(&mut self) -> Result<()> {
        if !self.group.is_empty() {
            self.write_group()?;
        }
        let open = match &mut self.open {
            Some(open) => open,
            none => none.insert(self.target.open(&self.group)?),
        };
        open.file.finish()?;
        Ok(())
    }

    /// How long the file would be with one more group, as far as can be told: groups are of about one size.
    pub fn expected(&self) -> u64 {
        if self.group.is_empty() && self.largest > 0 { self.written() + self.largest } else { 0 }
    }

    pub fn written(&self) -> u64 {
        self.open.as_ref().map_or(0, |open| open.file.bytes_written() as u64)
    }
}

impl Target {
    fn open(&self, first: &Group) -> Result<OpenFile> {
        let properties = WriterProperties::builder().set_compression(compression(self.format.codec)).build();
        let column = |(index, field): (usize, &FieldRef)| {
            let first = first.first(index).cloned().unwrap_or_else(|| new_empty_array(field.data_type()));
            Column::new(field, &first, &properties)
        };
        let columns = self.format.schema.fields().iter().enumerate().map(column).collect::<Result<_>>()?;
        let schema = Arc::clone(&self.format.schema);
        let writer = ArrowWriter::try_new(Arc::clone(&self.file), schema, Some(properties))?;
        let (file, _) = writer.into_serialized_writer()?;
        Ok(OpenFile { file, columns })
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
