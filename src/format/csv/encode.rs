//! Rows to CSV: neighbouring untouched fields as one slice of the chunk, everything else quoted only where needed.
//!
//! NULL is an empty field and an empty string is `""`, so what is written reads back as it was.

use std::ops::RangeInclusive;
use std::sync::Arc;

use crate::arrow::array::{Array, AsArray, StringArray};

use crate::batch::{Batch, Column, Encoded, Encoder, Payload, Records, Refused};
use crate::format::value::{Rendered, render};
use crate::types::{OutputColumn, Session, Type};

/// Encodes rows as lines of CSV.
pub struct CsvEncoder {
    columns: Arc<[OutputColumn]>,
    delimiter: u8,
    session: Session,
}

impl CsvEncoder {
    /// For these output columns.
    pub fn new(columns: Arc<[OutputColumn]>, delimiter: u8, session: Session) -> CsvEncoder {
        CsvEncoder { columns, delimiter, session }
    }

    /// The line that names the columns.
    pub fn header(&self) -> Vec<u8> {
        let mut line = Vec::new();
        for (index, column) in self.columns.iter().enumerate() {
            if index > 0 {
                line.push(self.delimiter);
            }
            self.push_text(Some(column.name.as_bytes()), &mut line);
        }
        line.push(b'\n');
        line
    }

    /// Appends one field.
    fn push_text(&self, text: Option<&[u8]>, out: &mut Vec<u8>) {
        push_text(text, self.delimiter, out);
    }

    /// The output columns, untouched neighbours joined.
    fn parts<'a>(&self, batch: &'a Batch) -> Vec<Part<'a>> {
        let mut parts: Vec<Part> = Vec::with_capacity(batch.columns.len());
        for (index, column) in batch.columns.iter().enumerate() {
            match (column, parts.last_mut()) {
                (Column::Field(field), Some(Part::Fields(fields))) if *field == fields.end() + 1 => {
                    *fields = *fields.start()..=*field;
                }
                (Column::Field(field), _) => parts.push(Part::Fields(*field..=*field)),
                (Column::Texts(texts), _) => parts.push(self.values(index, texts)),
                (Column::Values(array), _) => parts.push(self.values(index, array.as_ref())),
            }
        }
        parts
    }

    fn values<'a>(&self, index: usize, array: &'a dyn Array) -> Part<'a> {
        let ty = self.columns.get(index).map_or(Type::Text, |column| column.typing.ty);
        match array.as_string_opt::<i32>() {
            Some(texts) if ty != Type::Json => Part::Texts(texts),
            _ => Part::Rendered(render(array, ty, self.session.zone)),
        }
    }

    fn push_part(&self, part: &Part, records: &dyn Records, row: Row, out: &mut Vec<u8>) {
        match part {
            Part::Fields(fields) => match records.verbatim(row.record, fields.clone(), self.delimiter) {
                Some(bytes) => out.extend_from_slice(bytes),
                None => self.push_fields(fields.clone(), records, row.record, out),
            },
            Part::Texts(texts) => {
                self.push_text(texts.is_valid(row.index).then(|| texts.value(row.index).as_bytes()), out);
            }
            Part::Rendered(rendered) => {
                self.push_text(rendered.text(row.index), out);
            }
        }
    }

    /// Writes fields one by one, those anew that cannot stay as they are.
    fn push_fields(&self, fields: RangeInclusive<usize>, records: &dyn Records, record: usize, out: &mut Vec<u8>) {
        for field in fields.clone() {
            if field > *fields.start() {
                out.push(self.delimiter);
            }
            match records.verbatim(record, field..=field, self.delimiter) {
                Some(bytes) => out.extend_from_slice(bytes),
                None => self.push_text(records.text(record, field).as_deref().map(str::as_bytes), out),
            }
        }
    }
}

/// One record, divided by commas, without a line end.
pub fn record<'a>(cells: impl Iterator<Item = Option<&'a [u8]>>) -> Vec<u8> {
    let mut line = Vec::new();
    for (index, cell) in cells.enumerate() {
        if index > 0 {
            line.push(b',');
        }
        push_text(cell, b',', &mut line);
    }
    line
}

fn push_text(text: Option<&[u8]>, delimiter: u8, out: &mut Vec<u8>) {
    match text {
        None => {}
        Some(text) if needs_quotes(text, delimiter) => push_quoted(text, out),
        Some(text) => out.extend_from_slice(text),
    }
}

fn needs_quotes(text: &[u8], delimiter: u8) -> bool {
    text.is_empty() || text.iter().any(|&byte| byte == delimiter || matches!(byte, b'"' | b'\n' | b'\r'))
}

/// One or more neighbouring output columns.
enum Part<'a> {
    /// Untouched, and neighbours in the input too.
    Fields(RangeInclusive<usize>),
    Texts(&'a StringArray),
    Rendered(Rendered),
}

/// One row of the output.
#[derive(Clone, Copy)]
struct Row {
    /// In the batch's arrays.
    index: usize,
    /// In the chunk's records.
    record: usize,
}

impl Encoder for CsvEncoder {
    fn encode(&self, records: &dyn Records, batch: &Batch) -> (Encoded, Vec<Refused>) {
        let parts = self.parts(batch);
        let mut out = Vec::with_capacity(batch.kept.len() * 16 * self.columns.len());
        let mut ends = Vec::with_capacity(batch.kept.len());
        for (index, record) in batch.kept.iter().enumerate() {
            for (position, part) in parts.iter().enumerate() {
                if position > 0 {
                    out.push(self.delimiter);
                }
                self.push_part(part, records, Row { index, record }, &mut out);
            }
            out.push(b'\n');
            ends.push(out.len());
        }
        (Encoded { payload: Payload::Text(out), ends, origins: Vec::new() }, Vec::new())
    }
}

fn push_quoted(text: &[u8], out: &mut Vec<u8>) {
    out.push(b'"');
    let mut rest = text;
    while let Some(quote) = memchr::memchr(b'"', rest) {
        let (head, tail) = rest.split_at(quote + 1);
        out.extend_from_slice(head);
        out.push(b'"');
        rest = tail;
    }
    out.extend_from_slice(rest);
    out.push(b'"');
}
