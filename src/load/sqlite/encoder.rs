//! The pure half of the SQLite sink: a batch becomes one array of integers, doubles or texts per column.

use std::sync::Arc;

use crate::arrow::array::{ArrayRef, AsArray, Int64Array};
use crate::arrow::datatypes::{Int32Type, Int64Type};

use super::not_finite::NotFinite;
use crate::batch::{Batch, Encoded, Encoder, Payload, Records, Refused};
use crate::format::value::{Form, to_text_as};
use crate::load::cell::Cell;
use crate::load::typed::{Typed, ends};
use crate::types::Type;

pub struct SqliteEncoder {
    pub cells: Vec<Cell>,
    pub zone: chrono_tz::Tz,
    /// The table has constraints of its own, so that rows need their origins. A table that we create refuses nothing.
    pub can_refuse: bool,
    pub not_finite: NotFinite,
}

impl Encoder for SqliteEncoder {
    fn encode(&self, records: &dyn Records, batch: &Batch) -> (Encoded, Vec<Refused>) {
        let typed = Typed::new(&self.cells, records, batch, self.zone);
        let columns: Vec<ArrayRef> = self
            .cells
            .iter()
            .zip(&typed.arrays)
            .enumerate()
            .map(|(index, (cell, array))| self.stored(index, cell, array))
            .collect();
        let origins = if self.can_refuse { typed.origins(records, batch) } else { Vec::new() };
        let ends = ends(&columns, typed.rows, &origins);
        (Encoded { payload: Payload::Columns(columns), ends, origins }, typed.refused)
    }

    fn remark(&self) -> Option<String> {
        self.not_finite.remark()
    }
}

impl SqliteEncoder {
    /// In one of the forms that SQLite stores: integer, double or text.
    fn stored(&self, index: usize, cell: &Cell, array: &ArrayRef) -> ArrayRef {
        let ty = cell.target();
        // SQLite's functions know no zones, and sort texts.
        let text = || -> ArrayRef { Arc::new(to_text_as(array, ty, Form::Utc)) };
        match ty {
            Type::Text if cell.number => self.not_finite.in_texts(index, array),
            Type::Text => array.clone(),
            _ if cell.as_text => text(),
            Type::Double => self.not_finite.in_doubles(index, array),
            Type::BigInt => array.clone(),
            Type::Boolean => {
                let bits = array.as_boolean().iter().map(|bit| bit.map(i64::from));
                Arc::new(bits.collect::<Int64Array>())
            }
            Type::Integer => Arc::new(array.as_primitive::<Int32Type>().unary::<_, Int64Type>(i64::from)),
            _ => text(),
        }
    }
}

#[cfg(test)]
mod tests;
