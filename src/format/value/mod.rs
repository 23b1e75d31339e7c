//! One value: its text to a typed value and back.

use arrow::array::{Array, StringArray};
use arrow::compute::cast;
use arrow::datatypes::DataType;

use crate::types::Type;

/// Stand-in until the text forms are merged.
pub fn to_text(array: &dyn Array, _ty: Type, _zone: chrono_tz::Tz) -> StringArray {
    let text = cast(array, &DataType::Utf8).expect("castable");
    text.as_any().downcast_ref::<StringArray>().expect("text").clone()
}
