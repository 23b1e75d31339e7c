//! Timestamps of 96 bits, which are decoded twice: in microseconds, which reach every year, and in nanoseconds, of which the
//! last digits are right.

use std::sync::Arc;

use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{ArrowReaderMetadata, ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder};
use parquet::errors::ParquetError;

use super::file::SharedFile;
use super::rows::Slices;
use crate::arrow::ArrowError;
use crate::arrow::array::{Array, ArrayRef, AsArray, ListArray, MapArray, RecordBatch, StructArray};
use crate::arrow::datatypes::{DataType, Field, FieldRef, Fields, Schema};
use crate::format::parquet::is_in_96_bits;

/// The reader of a row group's columns that have such timestamps, in nanoseconds; `None` where none is used.
pub fn reader(
    shared: &SharedFile,
    nanos: Option<&ArrowReaderMetadata>,
    fields: &Fields,
    used: &[bool],
    slices: Slices,
) -> Result<Option<ParquetRecordBatchReader>, ParquetError> {
    let both = fields.iter().zip(used).enumerate().filter(|(_, (field, used))| **used && has_any(field));
    let roots: Vec<usize> = both.map(|(root, _)| root).collect();
    let Some(metadata) = nanos.filter(|_| !roots.is_empty()) else { return Ok(None) };
    let columns = ProjectionMask::roots(metadata.metadata().file_metadata().schema_descr(), roots);
    let builder = ParquetRecordBatchReaderBuilder::new_with_metadata(shared.clone(), metadata.clone());
    slices.of(builder, columns).map(Some)
}

/// Whether a column, or a part of it, is such timestamps.
fn has_any(field: &Field) -> bool {
    match field.data_type() {
        DataType::List(item) => has_any(item),
        DataType::Map(entries, _) => has_any(entries),
        DataType::Struct(fields) => fields.iter().any(|field| has_any(field)),
        _ => is_in_96_bits(field),
    }
}

/// A slice with the columns decoded twice as both.
pub fn joined(
    slice: &RecordBatch,
    nanos: &RecordBatch,
    fields: &Fields,
    used: &[bool],
) -> Result<RecordBatch, ArrowError> {
    let mut twice = nanos.columns().iter();
    let used = fields.iter().zip(used).filter(|(_, used)| **used).map(|(field, _)| field);
    let column = |(array, field): (&ArrayRef, &FieldRef)| match has_any(field) {
        true => twice.next().map_or(Ok(array.clone()), |nanos| both(array, nanos, field)),
        false => Ok(array.clone()),
    };
    let columns = slice.columns().iter().zip(used).map(column).collect::<Result<Vec<_>, _>>()?;
    let named = slice.schema_ref().fields().iter().zip(&columns);
    let named = named.map(|(field, array)| Field::clone(field).with_data_type(array.data_type().clone()));
    RecordBatch::try_new(Arc::new(Schema::new(named.collect::<Vec<_>>())), columns)
}

/// The array with its timestamps of 96 bits as pairs.
fn both(micros: &ArrayRef, nanos: &ArrayRef, field: &Field) -> Result<ArrayRef, ArrowError> {
    match field.data_type() {
        DataType::List(item) => {
            let (list, other) = (micros.as_list::<i32>(), nanos.as_list::<i32>());
            let values = both(list.values(), other.values(), item)?;
            let item = Arc::new(Field::clone(item).with_data_type(values.data_type().clone()));
            Ok(Arc::new(ListArray::try_new(item, list.offsets().clone(), values, list.nulls().cloned())?))
        }
        DataType::Map(entries, sorted) => {
            let (map, other) = (micros.as_map(), nanos.as_map());
            let parts: [ArrayRef; 2] = [Arc::new(map.entries().clone()), Arc::new(other.entries().clone())];
            let values = both(&parts[0], &parts[1], entries)?;
            let entries = Arc::new(Field::clone(entries).with_data_type(values.data_type().clone()));
            let (offsets, nulls) = (map.offsets().clone(), map.nulls().cloned());
            Ok(Arc::new(MapArray::try_new(entries, offsets, values.as_struct().clone(), nulls, *sorted)?))
        }
        DataType::Struct(fields) => {
            let (one, other) = (micros.as_struct(), nanos.as_struct());
            let parts = one.columns().iter().zip(other.columns()).zip(fields);
            let arrays =
                parts.map(|((micros, nanos), field)| both(micros, nanos, field)).collect::<Result<Vec<_>, _>>()?;
            let fields = fields.iter().zip(&arrays);
            let fields = fields.map(|(field, array)| Field::clone(field).with_data_type(array.data_type().clone()));
            Ok(Arc::new(StructArray::try_new(fields.collect(), arrays, one.nulls().cloned())?))
        }
        _ if is_in_96_bits(field) => {
            let part = |name, array: &ArrayRef| Field::new(name, array.data_type().clone(), true);
            let fields = vec![part("micros", micros), part("nanos", nanos)].into();
            let nulls = micros.nulls().cloned();
            Ok(Arc::new(StructArray::try_new(fields, vec![micros.clone(), nanos.clone()], nulls)?))
        }
        _ => Ok(micros.clone()),
    }
}
