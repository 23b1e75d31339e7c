//! Arguments of a call, columns and constants alike.

use crate::arrow::array::ArrayAccessor;
use crate::transform::function::{Arguments, Value};

/// An argument as an array of a known type, read by row.
pub struct Input<'a, A> {
    pub array: &'a A,
    pub constant: bool,
}

impl<'a, A> Input<'a, A>
where
    &'a A: ArrayAccessor,
{
    pub fn at(&self, row: usize) -> <&'a A as ArrayAccessor>::Item {
        self.array.value(if self.constant { 0 } else { row })
    }
}

/// The argument at `place`, which the binder has made an `A`.
pub fn input<'a, A: 'static>(arguments: &'a Arguments, place: usize) -> Result<Input<'a, A>, String> {
    optional(arguments, place)?.ok_or_else(|| format!("argument {} is missing", place + 1))
}

/// The argument at `place`, where there is one.
pub fn optional<'a, A: 'static>(arguments: &'a Arguments, place: usize) -> Result<Option<Input<'a, A>>, String> {
    let Some(value) = arguments.values.get(place) else { return Ok(None) };
    let array = value.array().as_any().downcast_ref::<A>();
    let array =
        array.ok_or_else(|| format!("argument {} has the wrong type {}", place + 1, value.array().data_type()))?;
    Ok(Some(Input { array, constant: matches!(value, Value::Constant(_)) }))
}
