//! Two operands brought to one scale.

use crate::arrow::array::ArrowNativeTypeOp;
use crate::arrow::datatypes::i256;

use crate::format::value::power_of_ten;
use crate::transform::units::product;

/// What brings the units of both operands to one scale, found once for a column.
pub struct Factors {
    pub left: Factor,
    pub right: Factor,
}

impl Factors {
    /// To a scale that is at least as large as both.
    pub fn to(scale: u8, (left, right): (u8, u8)) -> Factors {
        Factors { left: Factor::new(scale - left), right: Factor::new(scale - right) }
    }

    /// What the operation gives in 128 bits where they suffice, else in 256; none where the result has more than 128.
    #[inline]
    pub fn apply(
        &self,
        left: i128,
        right: i128,
        narrow: impl Fn(i128, i128) -> Option<i128>,
        wide: impl Fn(i256, i256) -> Option<i256>,
    ) -> Option<i128> {
        let in_128_bits = || narrow(self.left.narrow(left)?, self.right.narrow(right)?);
        let in_256_bits = || wide(self.left.wide(left)?, self.right.wide(right)?)?.to_i128();
        in_128_bits().or_else(in_256_bits)
    }
}

/// A power of ten, in as many bits as hold it.
pub struct Factor {
    narrow: Option<i128>,
    wide: Option<i256>,
}

impl Factor {
    pub fn new(exponent: u8) -> Factor {
        let wide = i256::from_i128(10).pow_checked(u32::from(exponent)).ok();
        Factor { narrow: power_of_ten(exponent.into()), wide }
    }

    #[inline]
    fn narrow(&self, units: i128) -> Option<i128> {
        product(units, self.narrow?)
    }

    fn wide(&self, units: i128) -> Option<i256> {
        i256::from_i128(units).checked_mul(self.wide?)
    }
}
