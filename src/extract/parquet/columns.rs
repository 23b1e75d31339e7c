//! The columns of all files together, and where each file has them.

use std::collections::HashMap;
use std::sync::Arc;

use anyhow::Result;
use parquet::basic::Compression;
use parquet::file::metadata::ColumnChunkMetaData;

use super::footer::Footer;
use crate::arrow::array::{ArrayRef, NullArray};
use crate::arrow::datatypes::{DataType, Field, FieldRef, Fields};
use crate::batch::{InputFile, Values};
use crate::exit::{ExitCode, fatal};
use crate::format::csv::header;
use crate::format::parquet::type_of;

/// One column of the input.
pub struct Column {
    /// What the files call it, where no other column of the file before it is called so.
    pub name: String,
    /// What it is in the files, each told once. `Null` where one lacks it.
    pub kinds: Vec<Kind>,
    /// Compressed bytes in all files.
    pub size: u64,
    /// Why it cannot be read, where it cannot.
    pub refusal: Option<Refusal>,
    /// The query uses it.
    pub used: bool,
}

/// What a column is in some of the files.
pub struct Kind {
    pub field: FieldRef,
    /// The first in which it is that.
    pub file: Arc<InputFile>,
}

impl Kind {
    /// Whether it is nothing but NULL, or not there.
    pub fn is_missing(&self) -> bool {
        *self.field.data_type() == DataType::Null
    }
}

/// Why a column cannot be read.
#[derive(Clone)]
pub struct Refusal {
    pub code: ExitCode,
    /// The file in which it cannot.
    pub file: Arc<InputFile>,
    /// Goes on after the column's name, and before a comma and the way without it.
    pub why: String,
}

impl Column {
    pub fn new(name: String, field: FieldRef, file: &Arc<InputFile>) -> Column {
        let mut column = Column { name, kinds: Vec::new(), size: 0, refusal: None, used: true };
        column.note(&field, file);
        column
    }

    /// Notes what it is in one more file.
    pub fn note(&mut self, field: &FieldRef, file: &Arc<InputFile>) {
        if self.is_known_as(field) {
            return;
        }
        self.kinds.push(Kind { field: Arc::clone(field), file: Arc::clone(file) });
        if let Err(ty) = type_of(field) {
            self.refuse(file, format!("has the type {ty}, which is not supported; write it with another"));
        }
    }

    /// Adds up its sizes, and notes where it is compressed in a way that cannot be read.
    pub fn weigh(&mut self, chunk: &ColumnChunkMetaData, file: &Arc<InputFile>) {
        self.size += chunk.compressed_size().max(0) as u64;
        let codec = match chunk.compression() {
            Compression::BROTLI(_) => "brotli",
            Compression::LZO => "lzo",
            _ => return,
        };
        self.refuse(file, format!("is compressed with {codec}, which is not supported; write it with zstd or snappy"));
    }

    fn refuse(&mut self, file: &Arc<InputFile>, why: String) {
        self.refusal.get_or_insert(Refusal { code: ExitCode::Config, file: Arc::clone(file), why });
    }

    /// Whether it has been that in some file.
    fn is_known_as(&self, field: &Field) -> bool {
        let is = |known: &Field| known.data_type() == field.data_type() && known.metadata() == field.metadata();
        self.kinds.iter().any(|kind| is(&kind.field))
    }
}

/// What a column is in a file that lacks it.
pub fn missing(name: &str) -> FieldRef {
    Arc::new(Field::new(name, DataType::Null, true))
}

/// The names and types of a file must be those of the first.
pub fn compare(footer: &Footer, columns: &[Column]) -> Result<()> {
    let expected = columns.iter().filter_map(|column| column.kinds.first()).map(|kind| &kind.field);
    let tell = |field: &FieldRef| format!("{:?} ({})", field.name(), field.data_type());
    let pairs = footer.fields().iter().zip(expected).enumerate();
    let mut told = pairs.map(|(index, (own, expected))| (index + 1, tell(own), tell(expected)));
    let difference = match told.find(|(_, own, expected)| own != expected) {
        Some((column, own, expected)) => format!("column {column} is {own}, in the first file {expected}"),
        None if footer.fields().len() == columns.len() => return Ok(()),
        None => format!("it has {} columns, the first file {}", footer.fields().len(), columns.len()),
    };
    let path = &footer.file.name;
    let remedy = "extract.union_by_name = true (--union-by-name) matches columns by name and widens their types";
    let message = format!("the columns of {path} are not those of the first file: {difference}; {remedy}");
    Err(fatal(ExitCode::Data, message))
}

/// The names of a file's columns, no two of which are the same.
pub fn names(footer: &Footer) -> Vec<String> {
    header::names(footer.fields().iter().map(|field| field.name())).0
}

/// Where a file has the columns of the input.
pub struct Places {
    /// Which of the file's own columns are read.
    pub used: Vec<bool>,
    /// For each column of the input where the file has it, if it does.
    places: Vec<Option<usize>>,
    /// Those of the input that are read.
    wanted: Vec<bool>,
    /// What the values of each are.
    fields: Fields,
}

impl Places {
    /// Of a file that has just the input's columns, all of them as the first file has them.
    pub fn alike(columns: &[Column]) -> Places {
        let fields = columns.iter().filter_map(|column| column.kinds.first()).map(|kind| Arc::clone(&kind.field));
        let wanted: Vec<bool> = columns.iter().map(|column| column.used).collect();
        Places {
            used: wanted.clone(),
            places: (0..columns.len()).map(Some).collect(),
            wanted,
            fields: fields.collect(),
        }
    }

    /// Of a file whose columns go to those of their names. They must be what they were at the start.
    pub fn by_name(footer: &Footer, columns: &[Column]) -> Result<Places> {
        let own = names(footer);
        let of_names: HashMap<&String, usize> = own.iter().zip(0..).collect();
        let places: Vec<Option<usize>> = columns.iter().map(|column| of_names.get(&column.name).copied()).collect();
        let field = |(column, place): (&Column, &Option<usize>)| match place.and_then(|at| footer.fields().get(at)) {
            Some(field) => Arc::clone(field),
            None => missing(&column.name),
        };
        let fields: Fields = columns.iter().zip(&places).map(field).collect();
        let are_known = columns.iter().zip(&fields).all(|(column, field)| column.is_known_as(field));
        if !are_known || places.iter().flatten().count() != own.len() {
            let path = &footer.file.name;
            let message = format!("the columns of {path} are others than at the start of the run");
            return Err(fatal(ExitCode::Data, message));
        }
        let mut used = vec![false; own.len()];
        let read = columns.iter().zip(&places).filter(|(column, _)| column.used).filter_map(|(_, place)| *place);
        read.for_each(|place| used.iter_mut().skip(place).take(1).for_each(|used| *used = true));
        Ok(Places { used, places, wanted: columns.iter().map(|column| column.used).collect(), fields })
    }

    /// The file's own columns as those of the input.
    pub fn arranged(&self, rows: usize, own: &[Option<ArrayRef>]) -> Values {
        let column = |(place, wanted): (&Option<usize>, &bool)| match place {
            _ if !wanted => None,
            Some(place) => own.get(*place)?.clone(),
            None => Some(Arc::new(NullArray::new(rows)) as ArrayRef),
        };
        let columns = self.places.iter().zip(&self.wanted).map(column).collect();
        Values { rows, columns, fields: self.fields.clone() }
    }
}
