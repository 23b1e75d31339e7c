//! The parts of Arrow that we use, in the order of the arrow crate. That crate itself would bring kernels for casts,
//! strings and rows that nothing here needs, and minutes of building.

pub mod array {
    pub use arrow_array::builder::*;
    pub use arrow_array::cast::AsArray;
    pub use arrow_array::*;
}

pub mod buffer {
    pub use arrow_buffer::{BooleanBuffer, Buffer, NullBuffer, OffsetBuffer};
}

pub mod compute {
    pub use arrow_ord::cmp;
    pub use arrow_select::{concat::concat, filter::filter, interleave::interleave, nullif::nullif, take::take};
}

pub mod row {
    pub use arrow_row::{RowConverter, Rows, SortField};
    pub use arrow_schema::SortOptions;
}

pub mod datatypes {
    pub use arrow_array::types::*;
    pub use arrow_buffer::{IntervalMonthDayNano, i256};
    pub use arrow_schema::extension::{EXTENSION_TYPE_NAME_KEY, ExtensionType, Json};
    pub use arrow_schema::{DataType, Field, FieldRef, Fields, IntervalUnit, Schema, TimeUnit};
}

pub use arrow_schema::ArrowError;
