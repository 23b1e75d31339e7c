//! Times and timestamps to the nanosecond, of which our types keep microseconds.

use std::sync::Arc;

use chrono_tz::Tz;

use super::kind::{is_finer, type_of};
use super::values::{Fault, Made, fault};
use crate::arrow::array::{
    Array, ArrayRef, AsArray, Int64Array, PrimitiveArray, StringArray, UInt16Array, UInt32Array,
};
use crate::arrow::compute::take;
use crate::arrow::datatypes::{
    Field, Int64Type, Time64MicrosecondType, Time64NanosecondType, TimestampMicrosecondType, TimestampNanosecondType,
    UInt16Type,
};
use crate::batch::ErrorType;
use crate::format::value::calendar::{DAY, checked_moment};
use crate::format::value::{Form, nanos};
use crate::types::Type;

/// Nanoseconds in a microsecond.
const NANOS: i64 = 1_000;

/// The values of a column, each in two parts.
pub struct Finer {
    micros: Int64Array,
    /// Nanoseconds below, up to 999.
    below: UInt16Array,
    ty: Type,
}

impl Finer {
    /// `None` of any other column.
    pub fn of(array: &ArrayRef, field: &Field) -> Option<Finer> {
        let ty = type_of(field).ok().filter(|_| is_finer(field))?;
        if let Some(old) = array.as_struct_opt() {
            return Finer::of_96_bits(old.columns(), ty);
        }
        let nanos: Int64Array = match ty {
            Type::Time => array.as_primitive_opt::<Time64NanosecondType>()?.reinterpret_cast(),
            _ => array.as_primitive_opt::<TimestampNanosecondType>()?.reinterpret_cast(),
        };
        let micros = nanos.unary::<_, Int64Type>(|nanos| nanos.div_euclid(NANOS));
        let below = nanos.unary::<_, UInt16Type>(|nanos| nanos.rem_euclid(NANOS) as u16);
        Some(Finer { micros, below, ty })
    }

    /// Of a column that has them in another file: microseconds, in our type.
    pub fn of_micros(array: &ArrayRef, ty: Type) -> Option<Finer> {
        let micros: Int64Array = match ty {
            Type::Time => array.as_primitive_opt::<Time64MicrosecondType>()?.reinterpret_cast(),
            _ => array.as_primitive_opt::<TimestampMicrosecondType>()?.reinterpret_cast(),
        };
        let below = UInt16Array::new(vec![0; micros.len()].into(), micros.nulls().cloned());
        Some(Finer { micros, below, ty })
    }

    /// The old timestamps of 96 bits reach beyond 64 bits of nanoseconds, where the decoder lets them wrap around: but three
    /// digits of them are enough beside the microseconds, which it cuts off and never wraps.
    fn of_96_bits(twice: &[ArrayRef], ty: Type) -> Option<Finer> {
        let [micros, nanos] = twice else { return None };
        let micros: Int64Array = micros.as_primitive_opt::<TimestampMicrosecondType>()?.reinterpret_cast();
        let nanos = nanos.as_primitive_opt::<TimestampNanosecondType>()?;
        let below =
            |(micros, nanos): (&i64, &i64)| nanos.wrapping_sub(micros.wrapping_mul(NANOS)).rem_euclid(NANOS) as u16;
        let below: Vec<u16> = micros.values().iter().zip(nanos.values()).map(below).collect();
        let below = UInt16Array::new(below.into(), micros.nulls().cloned());
        Some(Finer { micros, below, ty })
    }

    /// The values that have no digits below, in our type.
    pub fn typed(&self) -> Made {
        let mut faults: Vec<Fault> = Vec::new();
        let mut value = |index: usize| {
            let (micros, below) = self.at(index)?;
            let fits = below == 0 && self.is_in_range(micros);
            if !fits {
                faults.push(self.lost(index, micros, below));
            }
            fits.then_some(micros)
        };
        let values: Int64Array = (0..self.micros.len()).map(&mut value).collect();
        let array: ArrayRef = match self.ty {
            Type::Time => Arc::new(values.reinterpret_cast::<Time64MicrosecondType>()),
            ty => {
                let values: PrimitiveArray<TimestampMicrosecondType> = values.reinterpret_cast();
                Arc::new(values.with_data_type(ty.arrow()))
            }
        };
        Made { array, faults }
    }

    fn at(&self, index: usize) -> Option<(i64, u16)> {
        self.micros.is_valid(index).then(|| (self.micros.value(index), self.below.value(index)))
    }

    fn is_in_range(&self, micros: i64) -> bool {
        match self.ty {
            Type::Time => (0..DAY).contains(&micros),
            _ => checked_moment(micros).is_some(),
        }
    }

    fn lost(&self, index: usize, micros: i64, below: u16) -> Fault {
        let message = match below {
            0 => format!("{micros} microseconds are out of range for {}", self.ty),
            _ => {
                let mut text = Vec::new();
                nanos::write(micros, below, self.ty, Form::Sql(Tz::UTC), &mut text);
                format!("{} has digits below a microsecond", String::from_utf8_lossy(&text))
            }
        };
        fault(index, ErrorType::Cast, message)
    }

    /// All digits of each value.
    pub fn texts(&self, form: Form) -> StringArray {
        let mut text = Vec::new();
        let mut written = |index| {
            let (micros, below) = self.at(index)?;
            text.clear();
            nanos::write(micros, below, self.ty, form, &mut text);
            Some(String::from_utf8_lossy(&text).into_owned())
        };
        (0..self.micros.len()).map(&mut written).collect()
    }

    /// Those in some rows.
    pub fn taken(&self, rows: &UInt32Array) -> Finer {
        let micros = take(&self.micros, rows, None).map(|array| array.as_primitive::<Int64Type>().clone());
        let below = take(&self.below, rows, None).map(|array| array.as_primitive::<UInt16Type>().clone());
        // The rows are the chunk's.
        let micros = micros.unwrap_or_else(|_| Int64Array::new_null(rows.len()));
        let below = below.unwrap_or_else(|_| UInt16Array::new_null(rows.len()));
        Finer { micros, below, ty: self.ty }
    }
}
