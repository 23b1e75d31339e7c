//! The schema to decode by, where it is another than the file's own.

use std::sync::Arc;

use parquet::arrow::arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions};
use parquet::basic::{ConvertedType, LogicalType, Type as Physical};
use parquet::errors::ParquetError;
use parquet::file::metadata::PageIndexPolicy;
use parquet::schema::types::{SchemaDescriptor, Type, TypePtr};

use super::file::Places;
use crate::arrow::datatypes::{DataType, Field, FieldRef, Schema, TimeUnit};

/// Reads the footer. What the writer's own system thought of the columns is left aside: the file's types are enough.
pub fn load(places: &Places) -> Result<ArrowReaderMetadata, ParquetError> {
    let own = ArrowReaderMetadata::load(places, options())?;
    let descriptor = own.metadata().file_metadata().schema_descr();
    let root = bytes_for_texts(&descriptor.root_schema_ptr())?;
    let descriptor = Arc::new(SchemaDescriptor::new(root));
    let metadata = ArrowReaderMetadata::load(places, options().with_parquet_schema(Arc::clone(&descriptor)))?;
    let mut leaves = descriptor.columns().iter().map(|column| column.physical_type());
    let fields: Vec<FieldRef> = metadata.schema().fields().iter().map(|field| in_micros(field, &mut leaves)).collect();
    let schema = Arc::new(Schema::new(fields));
    ArrowReaderMetadata::try_new(Arc::clone(metadata.metadata()), options().with_schema(schema))
}

fn options() -> ArrowReaderOptions {
    ArrowReaderOptions::new().with_skip_arrow_metadata(true).with_page_index_policy(PageIndexPolicy::Skip)
}

/// Texts as bytes: the decoder would end at the first one that is not UTF-8, which should cost its row and no more.
fn bytes_for_texts(ty: &TypePtr) -> Result<TypePtr, ParquetError> {
    let info = ty.get_basic_info();
    let id = info.has_id().then(|| info.id());
    if ty.is_primitive() {
        let is_decimal = info.converted_type() == ConvertedType::DECIMAL
            || matches!(info.logical_type_ref(), Some(LogicalType::Decimal(_) | LogicalType::Unknown));
        if ty.get_physical_type() != Physical::BYTE_ARRAY || is_decimal {
            return Ok(Arc::clone(ty));
        }
        let bytes = Type::primitive_type_builder(info.name(), Physical::BYTE_ARRAY).with_id(id);
        return Ok(Arc::new(bytes.with_repetition(info.repetition()).build()?));
    }
    let fields = ty.get_fields().iter().map(bytes_for_texts).collect::<Result<Vec<_>, _>>()?;
    let group = Type::group_type_builder(info.name()).with_fields(fields).with_id(id);
    let group = group.with_converted_type(info.converted_type()).with_logical_type(info.logical_type_ref().cloned());
    let group = if info.has_repetition() { group.with_repetition(info.repetition()) } else { group };
    Ok(Arc::new(group.build()?))
}

/// The old timestamps of 96 bits reach beyond what 64 bits of nanoseconds hold, and would wrap. In microseconds none does;
/// digits below are cut off.
fn in_micros(field: &FieldRef, leaves: &mut impl Iterator<Item = Physical>) -> FieldRef {
    let of = |data_type| Arc::new(Field::clone(field).with_data_type(data_type));
    match field.data_type() {
        DataType::List(item) => of(DataType::List(in_micros(item, leaves))),
        DataType::Map(entries, sorted) => of(DataType::Map(in_micros(entries, leaves), *sorted)),
        DataType::Struct(fields) => of(DataType::Struct(fields.iter().map(|field| in_micros(field, leaves)).collect())),
        _ if leaves.next() == Some(Physical::INT96) => of(DataType::Timestamp(TimeUnit::Microsecond, None)),
        _ => Arc::clone(field),
    }
}
