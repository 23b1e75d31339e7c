//! Floats of 32 and 16 bits as doubles of their own shortest digits: 19.99 is 19.99, not the double next to the float.

use crate::arrow::datatypes::{ArrowPrimitiveType, Float16Type};

type Half = <Float16Type as ArrowPrimitiveType>::Native;

/// The double of the digits that a float is written in.
pub fn of_single(value: f32) -> f64 {
    /// Every whole number up to here is a float, and has no other digits as a double.
    const WHOLE: f32 = 16_777_216.0;
    if !value.is_finite() || value.trunc() == value && value.abs() <= WHOLE {
        return f64::from(value);
    }
    let mut buffer = zmij::Buffer::new();
    buffer.format_finite(value).parse().unwrap_or(f64::from(value))
}

/// The same of 16 bits, any two of which five digits tell apart.
pub fn of_half(value: Half) -> f64 {
    const MOST_DIGITS: usize = 5;
    let single = value.to_f32();
    if !single.is_finite() || single.trunc() == single {
        return f64::from(single);
    }
    let mut written = (0..MOST_DIGITS).map(|places| format!("{single:.places$e}"));
    let shortest = written.find(|text| text.parse().is_ok_and(|read| Half::from_f32(read) == value));
    shortest.and_then(|text| text.parse().ok()).unwrap_or(f64::from(single))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats_keep_their_digits() {
        for (single, double) in [(19.99_f32, 19.99), (0.1, 0.1), (-1e-45, -1e-45), (f32::MAX, 3.402_823_5e38)] {
            assert_eq!(of_single(single), double);
        }
        assert_eq!((of_single(16_777_216.0), of_single(0.5)), (16_777_216.0, 0.5));
        assert!(of_single(f32::NAN).is_nan() && of_single(-0.0).is_sign_negative());
        assert_eq!(of_single(f32::NEG_INFINITY), f64::NEG_INFINITY);
    }

    #[test]
    fn halves_keep_theirs() {
        for (half, double) in [(19.99_f32, 19.98), (0.1, 0.1), (5.960_464_5e-8, 6e-8), (65_504.0, 65_504.0)] {
            assert_eq!(of_half(Half::from_f32(half)), double);
        }
    }
}
