//! One file's rows, decoded a slice at a time.

use anyhow::Result;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder};
use parquet::basic::Type as Physical;
use parquet::errors::ParquetError;
use parquet::file::metadata::ColumnChunkMetaData;

use super::columns::Places;
use super::file::SharedFile;
use super::footer::{Footer, damaged, guard};
use super::twice;
use crate::arrow::ArrowError;
use crate::arrow::array::{Array, ArrayRef, RecordBatch};
use crate::arrow::compute::concat;
use crate::arrow::datatypes::Fields;
use crate::batch::{Begin, Values};
use crate::exit::{ExitCode, fatal};

/// Rows decoded at once, unless so many would be more than a chunk.
const SLICE_ROWS: usize = 1 << 10;
/// Rows of a chunk, however small they are.
const MOST_ROWS: usize = 1 << 14;

/// The file that is being read.
pub struct OpenFile {
    pub footer: Footer,
    /// Where it has the columns of the input.
    places: Places,
    /// The next row group.
    group: usize,
    /// Rows of it to leave out.
    passed: usize,
    rows: Option<Rows>,
    /// The number of the next row, from 1.
    pub line: u64,
}

/// The row group that is being read.
struct Rows {
    reader: ParquetRecordBatchReader,
    /// Of columns that are decoded in two ways the other one.
    twice: Option<ParquetRecordBatchReader>,
    left: usize,
}

/// How a row group is decoded.
#[derive(Clone, Copy)]
pub struct Slices {
    /// Place of the row group in the file, from 0.
    pub group: usize,
    /// Rows of it to leave out.
    pub passed: usize,
    /// Rows decoded at once.
    pub rows: usize,
}

impl Slices {
    /// The reader of these slices.
    pub fn of(
        self,
        builder: ParquetRecordBatchReaderBuilder<SharedFile>,
        columns: ProjectionMask,
    ) -> Result<ParquetRecordBatchReader, ParquetError> {
        let builder = builder.with_row_groups(vec![self.group]).with_projection(columns).with_batch_size(self.rows);
        // A selection of rows costs more than none.
        if self.passed > 0 { builder.with_offset(self.passed).build() } else { builder.build() }
    }
}

impl OpenFile {
    pub fn new(footer: Footer, places: Places) -> OpenFile {
        OpenFile { footer, places, group: 0, passed: 0, rows: None, line: 1 }
    }

    /// A file that is read from some row of a row group on; where that row does not stand there, it is exit 65.
    pub fn at(footer: Footer, places: Places, begin: Begin) -> Result<OpenFile> {
        let Begin { offset: group, line, .. } = begin;
        let groups = || footer.groups().iter().map(|group| group.num_rows() as u64);
        let before: u64 = groups().take(group as usize).sum();
        let rows = groups().nth(group as usize).unwrap_or(0);
        match line.checked_sub(before + 1).filter(|passed| *passed <= rows) {
            Some(passed) => {
                Ok(OpenFile { group: group as usize, passed: passed as usize, line, ..OpenFile::new(footer, places) })
            }
            None => {
                let (name, group) = (&footer.file.name, group + 1);
                let message =
                    format!("{name} is not what it was: row {line} to read on from is not in row group {group}");
                Err(fatal(ExitCode::Data, message))
            }
        }
    }

    /// Where the file can be opened again to go on with its next row.
    pub fn here(&self) -> Begin {
        let group = self.group - usize::from(self.rows.is_some());
        Begin { file: self.footer.file.index, offset: group as u64, line: self.line, line_ends: None }
    }

    /// The next rows, of one row group. `None` at the end.
    pub fn next(&mut self, chunk_size: usize) -> Result<Option<Values>> {
        while self.rows.is_none() {
            if !self.begin_group(chunk_size)? {
                return Ok(None);
            }
        }
        let values = self.decode(chunk_size)?;
        self.line += values.rows as u64;
        Ok(Some(values))
    }

    /// Turns to the next row group, unless there is none.
    fn begin_group(&mut self, chunk_size: usize) -> Result<bool> {
        let used = &self.places.used;
        let Some(group) = self.footer.groups().get(self.group) else { return Ok(false) };
        let rows = group.num_rows() as usize;
        let read = self.footer.columns(group).filter(|(column, _)| used.get(*column) == Some(&true));
        let bytes: usize = read.map(|(_, chunk)| decoded_size(chunk)).sum();
        let slice = (chunk_size / (bytes / rows.max(1)).max(1)).clamp(1, SLICE_ROWS);
        let slices = Slices { group: self.group, passed: std::mem::take(&mut self.passed), rows: slice };
        let left = rows.saturating_sub(slices.passed);
        self.rows = if left > 0 { Some(self.open_group(slices, left)?) } else { None };
        self.group += 1;
        Ok(true)
    }

    fn open_group(&self, slices: Slices, left: usize) -> Result<Rows> {
        let used = &self.places.used;
        let Footer { file, shared, metadata, nanos, .. } = &self.footer;
        let build = || {
            let schema = metadata.metadata().file_metadata().schema_descr();
            let columns = used.iter().enumerate().filter(|(_, used)| **used).map(|(column, _)| column);
            let columns = ProjectionMask::roots(schema, columns);
            let builder = ParquetRecordBatchReaderBuilder::new_with_metadata(shared.clone(), metadata.clone());
            let reader = slices.of(builder, columns)?;
            let twice = twice::reader(shared, nanos.as_ref(), self.footer.fields(), used, slices)?;
            Ok::<_, ParquetError>(Rows { reader, twice, left })
        };
        guard(file, shared, || format!("row group {}", slices.group + 1), build)
    }

    /// Slices until a chunk is full or the row group ends.
    fn decode(&mut self, chunk_size: usize) -> Result<Values> {
        let used = &self.places.used;
        let Footer { file, shared, .. } = &self.footer;
        let place = || format!("row group {}", self.group);
        let mut slices: Vec<RecordBatch> = Vec::new();
        let (mut rows, mut size) = (0, 0);
        while let Some(open) = &mut self.rows
            && rows < MOST_ROWS
            && size < chunk_size
        {
            match guard(file, shared, place, || open.next(self.footer.fields(), used))? {
                Some(slice) if slice.num_rows() <= open.left => {
                    open.left -= slice.num_rows();
                    rows += slice.num_rows();
                    size += slice.get_array_memory_size();
                    slices.push(slice);
                    if open.left == 0 {
                        self.rows = None;
                    }
                }
                _ => return Err(damaged(file, &place(), "it has not as many rows as the footer says")),
            }
        }
        let columns = guard(file, shared, place, || joined(&slices, used))?;
        Ok(self.places.arranged(rows, &columns))
    }
}

impl Rows {
    fn next(&mut self, fields: &Fields, used: &[bool]) -> Result<Option<RecordBatch>, ArrowError> {
        let Some(slice) = self.reader.next().transpose()? else { return Ok(None) };
        match &mut self.twice {
            None => Ok(Some(slice)),
            Some(twice) => {
                twice.next().transpose()?.map(|nanos| twice::joined(&slice, &nanos, fields, used)).transpose()
            }
        }
    }
}

/// About how many bytes the values take up. Only newer files tell how much texts are that stand in a dictionary; numbers
/// that do are as wide as others once they are decoded.
fn decoded_size(chunk: &ColumnChunkMetaData) -> usize {
    let width = match chunk.column_type() {
        Physical::BOOLEAN => 1,
        Physical::INT32 | Physical::FLOAT | Physical::BYTE_ARRAY => 4,
        Physical::INT64 | Physical::DOUBLE => 8,
        Physical::INT96 | Physical::FIXED_LEN_BYTE_ARRAY => 16,
    };
    let told = chunk.uncompressed_size().max(chunk.unencoded_byte_array_data_bytes().unwrap_or(0));
    told.max(chunk.num_values().saturating_mul(width)).max(0) as usize
}

/// The columns of the slices, each as one array.
fn joined(slices: &[RecordBatch], used: &[bool]) -> Result<Vec<Option<ArrayRef>>, ArrowError> {
    let mut decoded = 0..;
    let column = |used: &bool| {
        let Some(index) = used.then(|| decoded.next()).flatten() else { return Ok(None) };
        let parts: Vec<&dyn Array> =
            slices.iter().filter_map(|slice| Some(slice.columns().get(index)?.as_ref())).collect();
        concat(&parts).map(Some)
    };
    used.iter().map(column).collect()
}
