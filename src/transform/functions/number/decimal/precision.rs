//! Whether a result has room in its type.

use super::types::size;
use crate::transform::function::Arguments;
use crate::types::MAX_PRECISION;

/// The digits that a result may have.
pub struct Precision {
    digits: u8,
    /// The first number that has more.
    limit: u128,
}

impl Precision {
    pub fn of(arguments: &Arguments) -> Precision {
        let (digits, _) = size(Some(&arguments.result));
        Precision { digits, limit: 10u128.pow(u32::from(digits.min(MAX_PRECISION))) }
    }

    /// The units, if they have no more digits.
    #[inline]
    pub fn hold(&self, units: Option<i128>) -> Result<i128, String> {
        units.filter(|units| units.unsigned_abs() < self.limit).ok_or_else(|| self.exceeded())
    }

    #[cold]
    fn exceeded(&self) -> String {
        format!("decimal out of range: more than {} digits", self.digits)
    }
}
