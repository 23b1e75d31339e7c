//! The pure half of the PostgreSQL sink: a batch becomes the bytes of a COPY, row by row.

use crate::arrow::array::{Array, ArrayRef, AsArray, StringArray};
use chrono_tz::Tz;

use super::binary;
use crate::batch::{Batch, Encoded, Encoder, Payload, Records, Refused, RowOrigin};
use crate::format::value::{Rendered, render};
use crate::load::cell::Cell;
use crate::load::typed::Typed;

/// How rows are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Every column has a binary form.
    Binary,
    Text,
}

pub struct PostgresEncoder {
    pub cells: Vec<Cell>,
    pub zone: Tz,
    pub form: Form,
    /// The table has constraints of its own, so that rows need their origins. A table that we create refuses nothing.
    pub can_refuse: bool,
}

impl Form {
    /// The options of a COPY.
    pub fn options(self) -> &'static str {
        match self {
            Form::Binary => " (format binary)",
            Form::Text => "",
        }
    }
}

impl Encoder for PostgresEncoder {
    fn encode(&self, records: &dyn Records, batch: &Batch) -> (Encoded, Vec<Refused>) {
        let typed = Typed::new(&self.cells, records, batch, self.zone);
        let (bytes, places) = match self.form {
            Form::Binary => written(typed.rows, |row, out| binary::write_row(&typed.arrays, row, out)),
            Form::Text => self.texts(&typed.arrays, typed.rows),
        };
        let origins = if self.can_refuse { typed.origins(records, batch) } else { Vec::new() };
        let ends = ends(&places, &origins);
        (Encoded { payload: Payload::Rows { bytes, ends: places }, ends, origins }, typed.refused)
    }
}

impl PostgresEncoder {
    fn texts(&self, columns: &[ArrayRef], rows: usize) -> (Vec<u8>, Vec<usize>) {
        let rendered = self.cells.iter().zip(columns).map(|(cell, array)| match array.as_string_opt() {
            Some(texts) => Texts::Read(texts),
            None => Texts::Made(render(array, cell.target(), self.zone)),
        });
        let rendered: Vec<Texts> = rendered.collect();
        written(rows, |row, out| {
            for (index, column) in rendered.iter().enumerate() {
                if index > 0 {
                    out.push(b'\t');
                }
                match column.at(row) {
                    Some(text) => push_escaped(text, out),
                    None => out.extend_from_slice(b"\\N"),
                }
            }
            out.push(b'\n');
        })
    }
}

enum Texts<'a> {
    Read(&'a StringArray),
    Made(Rendered),
}

impl Texts<'_> {
    fn at(&self, row: usize) -> Option<&[u8]> {
        match self {
            Texts::Read(texts) => texts.is_valid(row).then(|| texts.value(row).as_bytes()),
            Texts::Made(rendered) => rendered.text(row),
        }
    }
}

/// A text as COPY takes it.
fn push_escaped(text: &[u8], out: &mut Vec<u8>) {
    let mut rest = text;
    let is_special = |byte: &u8| matches!(byte, b'\\' | b'\t' | b'\n' | b'\r');
    while let Some(at) = rest.iter().position(is_special) {
        let (plain, special) = rest.split_at(at);
        out.extend_from_slice(plain);
        let code = match special.first() {
            Some(b'\t') => b't',
            Some(b'\n') => b'n',
            Some(b'\r') => b'r',
            _ => b'\\',
        };
        out.extend_from_slice(&[b'\\', code]);
        rest = special.get(1..).unwrap_or_default();
    }
    out.extend_from_slice(rest);
}

/// The rows, and where each ends.
fn written(rows: usize, mut write: impl FnMut(usize, &mut Vec<u8>)) -> (Vec<u8>, Vec<usize>) {
    let (mut bytes, mut ends) = (Vec::new(), Vec::with_capacity(rows));
    for row in 0..rows {
        write(row, &mut bytes);
        ends.push(bytes.len());
    }
    (bytes, ends)
}

/// The running total of what is held: the raw copies come on top.
fn ends(places: &[usize], origins: &[RowOrigin]) -> Vec<usize> {
    if origins.is_empty() {
        return places.to_vec();
    }
    let mut raw = 0;
    let total = places.iter().zip(origins).map(|(end, origin)| {
        raw += origin.raw.len();
        end + raw
    });
    total.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_escaped() {
        let mut out = Vec::new();
        push_escaped(b"a\\b\tc\nd\re\\", &mut out);
        assert_eq!(out, b"a\\\\b\\tc\\nd\\re\\\\");
    }
}
