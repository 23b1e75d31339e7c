//! The pure half of the SQLite sink: a batch becomes one array of integers, doubles or texts per column.

use std::sync::Arc;

use crate::arrow::array::{ArrayRef, AsArray, Int64Array};
use crate::arrow::datatypes::{Int32Type, Int64Type};

use crate::batch::{Batch, Encoded, Encoder, Origin, Payload, Records, Refused};
use crate::format::value::to_text;
use crate::load::cell::Cell;
use crate::load::typed::{Typed, typed};
use crate::types::Type;

pub struct SqliteEncoder {
    pub cells: Vec<Cell>,
    pub zone: chrono_tz::Tz,
    /// The table has constraints of its own, so that rows need their origins. A table that we create refuses nothing.
    pub can_refuse: bool,
}

impl Encoder for SqliteEncoder {
    fn encode(&self, records: &dyn Records, batch: &Batch) -> (Encoded, Vec<Refused>) {
        let Typed { columns, rows, refused } = typed(&self.cells, self.zone, records, batch);
        let columns: Vec<ArrayRef> =
            self.cells.iter().zip(&columns).map(|(cell, array)| self.stored(cell, array)).collect();
        let origins = if self.can_refuse { rows.iter().map(|row| records.origin(*row)).collect() } else { Vec::new() };
        let ends = ends(&columns, rows.len(), &origins);
        (Encoded { payload: Payload::Columns(columns), ends, origins }, refused)
    }
}

impl SqliteEncoder {
    /// In one of the forms that SQLite stores: integer, double or text.
    fn stored(&self, cell: &Cell, array: &ArrayRef) -> ArrayRef {
        let ty = cell.typing.ty;
        let text = || -> ArrayRef { Arc::new(to_text(array, ty, self.zone)) };
        match ty {
            Type::Text => array.clone(),
            _ if cell.as_text => text(),
            Type::Double | Type::BigInt => array.clone(),
            Type::Boolean => {
                let bits = array.as_boolean().iter().map(|bit| bit.map(i64::from));
                Arc::new(bits.collect::<Int64Array>())
            }
            Type::Integer => Arc::new(array.as_primitive::<Int32Type>().unary::<_, Int64Type>(i64::from)),
            _ => text(),
        }
    }
}

/// The running total of encoded bytes: a number counts eight, a text its length, and the raw copy comes on top.
fn ends(columns: &[ArrayRef], rows: usize, origins: &[Origin]) -> Vec<usize> {
    let mut sizes = vec![0; rows];
    for column in columns {
        match column.as_string_opt::<i32>() {
            Some(texts) => {
                let lengths = texts.offsets().lengths();
                sizes.iter_mut().zip(lengths).for_each(|(size, length)| *size += length);
            }
            None => sizes.iter_mut().for_each(|size| *size += 8),
        }
    }
    sizes.iter_mut().zip(origins).for_each(|(size, origin)| *size += origin.raw.len());
    let mut end = 0;
    for size in &mut sizes {
        end += *size;
        *size = end;
    }
    sizes
}

#[cfg(test)]
mod tests;
