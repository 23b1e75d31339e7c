//! The schema to decode by, where it is another than the file's own.

use std::sync::Arc;

use parquet::arrow::arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions};
use parquet::basic::{ConvertedType, LogicalType, Type as Physical};
use parquet::errors::ParquetError;
use parquet::file::metadata::PageIndexPolicy;
use parquet::schema::types::{ColumnDescPtr, SchemaDescriptor, Type, TypePtr};

use super::file::SharedFile;
use crate::arrow::datatypes::{
    DataType, EXTENSION_TYPE_NAME_KEY, ExtensionType, Field, FieldRef, Fields, Json, Schema, TimeUnit,
};
use crate::format::parquet::IN_96_BITS;

/// What a footer says.
pub struct Loaded {
    pub metadata: ArrowReaderMetadata,
    /// The same with the old timestamps of 96 bits in nanoseconds, where there are any.
    pub nanos: Option<ArrowReaderMetadata>,
    /// The columns as they are decoded; texts that are JSON are marked, and timestamps of 96 bits.
    pub fields: Fields,
}

/// Reads the footer. What the writer's own system thought of the columns is left aside: the file's types are enough.
pub fn load(shared: &SharedFile) -> Result<Loaded, ParquetError> {
    let own = ArrowReaderMetadata::load(shared, options())?;
    let own = own.metadata().file_metadata().schema_descr();
    let descriptor = Arc::new(SchemaDescriptor::new(bytes_for_texts(&own.root_schema_ptr())?));
    let metadata = ArrowReaderMetadata::load(shared, options().with_parquet_schema(Arc::clone(&descriptor)))?;
    // The old timestamps of 96 bits reach beyond what 64 bits of nanoseconds hold, and would wrap. In microseconds none does.
    let in_unit = |unit| {
        let fields = each_leaf(metadata.schema().fields(), own.columns(), &|field, column| match is_old(column) {
            true => field.with_data_type(DataType::Timestamp(unit, None)),
            false => field,
        });
        let schema = Arc::new(Schema::new(fields));
        ArrowReaderMetadata::try_new(Arc::clone(metadata.metadata()), options().with_schema(schema))
    };
    let has_old = own.columns().iter().any(is_old);
    let nanos = has_old.then(|| in_unit(TimeUnit::Nanosecond)).transpose()?;
    let micros = in_unit(TimeUnit::Microsecond)?;
    let fields = each_leaf(micros.schema().fields(), own.columns(), &marked);
    Ok(Loaded { metadata: micros, nanos, fields })
}

fn is_old(column: &ColumnDescPtr) -> bool {
    column.physical_type() == Physical::INT96
}

fn marked(field: Field, column: &ColumnDescPtr) -> Field {
    match () {
        // By hand, for Arrow allows it of texts alone, and these are bytes yet.
        () if is_json(column) => field.with_metadata([(EXTENSION_TYPE_NAME_KEY.to_owned(), Json::NAME.to_owned())]),
        () if is_old(column) => {
            let field = field.with_data_type(DataType::Timestamp(TimeUnit::Nanosecond, None));
            field.with_metadata([(IN_96_BITS.to_owned(), String::new())])
        }
        () => field,
    }
}

fn is_json(column: &ColumnDescPtr) -> bool {
    column.physical_type() == Physical::BYTE_ARRAY
        && (column.converted_type() == ConvertedType::JSON || column.logical_type_ref() == Some(&LogicalType::Json))
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

/// The fields with each leaf changed, which the file's columns are in their order.
fn each_leaf(fields: &Fields, columns: &[ColumnDescPtr], change: &impl Fn(Field, &ColumnDescPtr) -> Field) -> Fields {
    let mut columns = columns.iter();
    fields.iter().map(|field| changed(field, &mut columns, change)).collect()
}

fn changed<'c>(
    field: &FieldRef,
    columns: &mut impl Iterator<Item = &'c ColumnDescPtr>,
    change: &impl Fn(Field, &ColumnDescPtr) -> Field,
) -> FieldRef {
    let mut below = |field: &FieldRef| changed(field, columns, change);
    let data_type = match field.data_type() {
        DataType::List(item) => DataType::List(below(item)),
        DataType::Map(entries, sorted) => DataType::Map(below(entries), *sorted),
        DataType::Struct(fields) => DataType::Struct(fields.iter().map(below).collect()),
        _ => {
            let field = Field::clone(field);
            return Arc::new(columns.next().map_or(field.clone(), |column| change(field, column)));
        }
    };
    Arc::new(Field::clone(field).with_data_type(data_type))
}
