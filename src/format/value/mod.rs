//! One value: its text to a typed value and back.

use arrow::array::{Array, ArrayRef, StringArray};
use chrono_tz::Tz;

use crate::types::Type;

/// The text form of each value; NULL stays NULL.
pub fn to_text(array: &ArrayRef, _ty: Type, _zone: Tz) -> StringArray {
    let options = arrow::util::display::FormatOptions::default();
    let Ok(formatter) = arrow::util::display::ArrayFormatter::try_new(array, &options) else {
        return StringArray::new_null(array.len());
    };
    (0..array.len()).map(|row| array.is_valid(row).then(|| formatter.value(row).to_string())).collect()
}
