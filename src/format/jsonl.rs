//! JSONL: one object a line. Written with its keys in column order; `read` takes them in any.

mod keys;
mod read;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod properties;

use std::borrow::Cow;
use std::sync::Arc;

pub use keys::{Keys, keys};
pub use read::{Layout, read};

use super::json::{is_number, token, write_string};
use super::lost::Lost;
use super::value::{self, Form, Rendered};
use crate::arrow::array::{Array, StringArray};
use crate::batch::{Batch, Column, Encoded, Encoder, Payload, Records, Refused};
use crate::types::{Known, OutputColumn, Type};

/// Encodes batches as JSON objects. Every value has a place in JSON, so no row is refused.
pub struct JsonlEncoder {
    columns: Arc<[OutputColumn]>,
    /// What stands before each value: `{"id":` for the first column, `,"name":` for the others.
    keys: Vec<Vec<u8>>,
    /// Which columns have lost a NaN or an infinity.
    lost: Arc<Lost>,
}

impl JsonlEncoder {
    pub fn new(columns: Arc<[OutputColumn]>) -> JsonlEncoder {
        let keys = columns.iter().enumerate().map(|(index, column)| key(index, &column.name)).collect();
        let lost = Lost::new(columns.iter().map(|column| column.name.as_str()));
        JsonlEncoder { columns, keys, lost }
    }
}

fn key(index: usize, name: &str) -> Vec<u8> {
    let mut key = vec![if index == 0 { b'{' } else { b',' }];
    write_string(name.as_bytes(), &mut key);
    key.push(b':');
    key
}

impl Encoder for JsonlEncoder {
    fn encode(&self, records: &dyn Records, batch: &Batch) -> (Encoded, Vec<Refused>) {
        let columns = self.columns.iter().zip(&batch.columns);
        let cells: Vec<Cells> = columns.map(|(column, values)| Cells::new(records, column, values)).collect();
        let mut out = Vec::with_capacity(batch.kept.len() * self.bytes_per_row());
        let mut ends = Vec::with_capacity(batch.kept.len());
        for (index, row) in batch.kept.iter().enumerate() {
            if cells.is_empty() {
                out.push(b'{');
            }
            for (column, (key, cells)) in self.keys.iter().zip(&cells).enumerate() {
                out.extend_from_slice(key);
                if !cells.write(records, row, index, &mut out) {
                    self.lost.note(column);
                }
            }
            out.extend_from_slice(b"}\n");
            ends.push(out.len());
        }
        (Encoded { payload: Payload::Text(out), ends, origins: Vec::new() }, Vec::new())
    }

    fn remark(&self) -> Option<String> {
        self.lost.remark("NaN and infinities are", "JSON has no such numbers")
    }
}

impl JsonlEncoder {
    /// A guess, to grow seldom.
    fn bytes_per_row(&self) -> usize {
        const BYTES_PER_VALUE: usize = 12;
        self.keys.iter().map(|key| key.len() + BYTES_PER_VALUE).sum()
    }
}

/// One output column of one batch.
enum Cells<'a> {
    /// Text as it was read.
    Field {
        input: usize,
        column: &'a OutputColumn,
    },
    /// The same of an input that is JSON itself.
    Token {
        input: usize,
        column: &'a OutputColumn,
    },
    Texts {
        texts: &'a StringArray,
        column: &'a OutputColumn,
    },
    /// Values, one for each kept row.
    Values {
        rendered: Rendered,
        ty: Type,
    },
}

impl<'a> Cells<'a> {
    fn new(records: &dyn Records, column: &'a OutputColumn, values: &'a Column) -> Cells<'a> {
        let ty = column.typing.ty;
        match values {
            Column::Field(input) if records.is_json(*input) => Cells::Token { input: *input, column },
            Column::Field(input) => Cells::Field { input: *input, column },
            Column::Texts(texts) => Cells::Texts { texts, column },
            Column::Values(array) => Cells::Values { rendered: value::render_as(array, ty, Form::Iso), ty },
        }
    }

    /// `row` counts in the chunk, `index` among the kept rows. Says no of a number that JSON has no form for.
    fn write(&self, records: &dyn Records, row: usize, index: usize, out: &mut Vec<u8>) -> bool {
        match self {
            Cells::Field { input, column } => match records.text(row, *input) {
                Some(text) => write_field(&text, column, out),
                None => write_null(out),
            },
            Cells::Token { input, column } => match records.token(row, *input) {
                Some(token) if stands(token, column) => {
                    token::write(token, out);
                    true
                }
                Some(token) => write_field(&token::text(token), column, out),
                None => write_null(out),
            },
            Cells::Texts { texts, column } => match texts.is_valid(index) {
                true => write_field(texts.value(index), column, out),
                false => write_null(out),
            },
            Cells::Values { rendered, ty } => match rendered.text(index) {
                Some(text) => write_value(text, *ty, out),
                None => write_null(out),
            },
        }
    }
}

/// Whether a token is what its column says: always, unless the job declares another kind of value.
fn stands(token: &str, column: &OutputColumn) -> bool {
    let ty = column.typing.ty;
    match token.as_bytes().first() {
        _ if column.known != Known::Declared || ty == Type::Json => true,
        Some(b'"') => !is_bare(ty),
        Some(b't' | b'f') => ty == Type::Boolean,
        Some(b'-' | b'0'..=b'9') => ty.is_number(),
        _ => false,
    }
}

fn write_null(out: &mut Vec<u8>) -> bool {
    out.extend_from_slice(b"null");
    true
}

/// A value in its canonical form. Says no of one that is null, for it is a number that JSON has no form for.
pub(super) fn write_value(text: &[u8], ty: Type, out: &mut Vec<u8>) -> bool {
    match ty {
        Type::Text => write_string(text, out),
        Type::Json => token::write(std::str::from_utf8(text).unwrap_or("null"), out),
        Type::Double if !text.last().is_some_and(u8::is_ascii_digit) => {
            out.extend_from_slice(b"null");
            return false;
        }
        _ if is_bare(ty) => out.extend_from_slice(text),
        _ => {
            out.push(b'"');
            out.extend_from_slice(text);
            out.push(b'"');
        }
    }
    true
}

/// A text as it was read. What JSON takes as a number stays as it is written; what only the type takes is made canonical;
/// what neither does, in a column whose type was guessed, stays text. Says no of a number that JSON has no form for.
fn write_field(text: &str, column: &OutputColumn, out: &mut Vec<u8>) -> bool {
    let ty = column.typing.ty;
    if ty == Type::Json
        && let Ok(token) = token::checked(text)
    {
        token::write(token, out);
        return true;
    }
    if !is_bare(ty) {
        let iso = column.known.is_finer().then(|| value::nanos::iso(text, ty)).flatten();
        write_string(iso.as_deref().unwrap_or(text).as_bytes(), out);
        return true;
    }
    let number = if ty.is_number() { value::standard(text, column.typing.notation) } else { Some(Cow::Borrowed(text)) };
    let written = number.and_then(|number| write_bare(&number, column, out));
    written.unwrap_or_else(|| {
        write_string(text.as_bytes(), out);
        true
    })
}

/// A number or boolean, in the spelling that all numbers are read in; `None` of what is none, and is not written.
fn write_bare(text: &str, column: &OutputColumn, out: &mut Vec<u8>) -> Option<bool> {
    let ty = column.typing.ty;
    let stands = if ty == Type::Boolean { matches!(text, "true" | "false") } else { is_number(text.as_bytes()) };
    if stands {
        out.extend_from_slice(text.as_bytes());
        return Some(true);
    }
    let mut canonical = Vec::new();
    let is_canonical = keeps_its_meaning(text, column) && value::canonical(text, ty, &mut canonical);
    is_canonical.then(|| write_value(&canonical, ty, out))
}

/// Past the sample of a guessed column a value may show that the guess was wrong: a leading zero, a plus, a `yes`.
fn keeps_its_meaning(text: &str, column: &OutputColumn) -> bool {
    let text = text.trim_ascii();
    match (column.known, column.typing.ty) {
        (Known::Declared | Known::Computed | Known::Stored | Known::Finer { .. }, _) => true,
        (_, Type::Boolean) => ["true", "false"].into_iter().any(|word| text.eq_ignore_ascii_case(word)),
        _ => !matches!(text.strip_prefix('-').unwrap_or(text).as_bytes(), [b'0' | b'+', b'0'..=b'9', ..]),
    }
}

/// Written without quotes.
fn is_bare(ty: Type) -> bool {
    ty.is_number() || ty == Type::Boolean
}
