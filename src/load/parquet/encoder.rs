//! The pure half of the Parquet sink: a batch becomes one array of its type per column.

use crate::batch::{Batch, Encoded, Encoder, Payload, Records, Refused};
use crate::load::cell::Cell;
use crate::load::typed::{Typed, ends};

pub struct ParquetEncoder {
    pub cells: Vec<Cell>,
    pub zone: chrono_tz::Tz,
}

impl Encoder for ParquetEncoder {
    fn encode(&self, records: &dyn Records, batch: &Batch) -> (Encoded, Vec<Refused>) {
        let Typed { arrays, rows, refused, .. } = Typed::new(&self.cells, records, batch, self.zone);
        let ends = ends(&arrays, rows, &[]);
        (Encoded { payload: Payload::Columns(arrays), ends, origins: Vec::new() }, refused)
    }
}
