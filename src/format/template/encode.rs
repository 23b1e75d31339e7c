//! Rows to lines of a template.

use std::sync::Arc;

use super::Template;
use crate::arrow::array::{Array, StringArray};
use crate::batch::{Batch, Column, Encoded, Encoder, Payload, Records, Refused};
use crate::format::value::{Rendered, render};
use crate::types::{OutputColumn, Session, Type};

/// Encodes rows as a text with their values in it: as in CSV, but never quoted. NULL is nothing at all.
pub struct TemplateEncoder {
    columns: Arc<[OutputColumn]>,
    /// Its values are numbers of columns.
    row: Template<usize>,
    session: Session,
}

impl TemplateEncoder {
    /// For these output columns.
    pub fn new(columns: Arc<[OutputColumn]>, row: Template<usize>, session: Session) -> TemplateEncoder {
        TemplateEncoder { columns, row, session }
    }

    /// The columns of a batch that the row mentions; `None` for the others.
    fn cells(&self, batch: &Batch) -> Vec<Option<Cells>> {
        let mut cells: Vec<Option<Cells>> = batch.columns.iter().map(|_| None).collect();
        for &index in self.row.values() {
            if let (Some(cells @ None), Some(column)) = (cells.get_mut(index), batch.columns.get(index)) {
                *cells = Some(self.cells_of(index, column));
            }
        }
        cells
    }

    fn cells_of(&self, index: usize, column: &Column) -> Cells {
        let ty = self.columns.get(index).map_or(Type::Text, |column| column.typing.ty);
        match column {
            Column::Field(field) => Cells::Field(*field),
            Column::Texts(texts) if ty != Type::Json => Cells::Texts(texts.clone()),
            Column::Texts(tokens) => Cells::Values(render(tokens, ty, self.session.zone)),
            Column::Values(array) => Cells::Values(render(array, ty, self.session.zone)),
        }
    }

    /// A guess, to grow seldom.
    fn bytes_per_row(&self) -> usize {
        const BYTES_PER_VALUE: usize = 12;
        self.row.plain_bytes() + self.row.values().count() * BYTES_PER_VALUE
    }
}

/// One output column of one batch.
enum Cells {
    /// Text as it was read.
    Field(usize),
    Texts(StringArray),
    /// Values, one for each kept row.
    Values(Rendered),
}

impl Cells {
    /// `record` counts in the chunk, `index` among the kept rows.
    fn write(&self, records: &dyn Records, record: usize, index: usize, out: &mut Vec<u8>) {
        match self {
            Cells::Field(field) => out.extend_from_slice(records.text(record, *field).unwrap_or_default().as_bytes()),
            Cells::Texts(texts) if texts.is_null(index) => {}
            Cells::Texts(texts) => out.extend_from_slice(texts.value(index).as_bytes()),
            Cells::Values(rendered) => out.extend_from_slice(rendered.text(index).unwrap_or_default()),
        }
    }
}

impl Encoder for TemplateEncoder {
    fn encode(&self, records: &dyn Records, batch: &Batch) -> (Encoded, Vec<Refused>) {
        let cells = self.cells(batch);
        let mut out = Vec::with_capacity(batch.kept.len() * self.bytes_per_row());
        let mut ends = Vec::with_capacity(batch.kept.len());
        for (index, record) in batch.kept.iter().enumerate() {
            self.row.write_line(&mut out, |column, out| {
                if let Some(Some(cells)) = cells.get(*column) {
                    cells.write(records, record, index, out);
                }
            });
            ends.push(out.len());
        }
        (Encoded { payload: Payload::Text(out), ends, origins: Vec::new() }, Vec::new())
    }
}
