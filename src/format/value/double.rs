//! Doubles: read to the nearest one, written in the fewest digits that read back as the same.

use super::digits;
use super::fault::Fault;
use super::trim;

/// The powers of ten that a double holds exactly.
const POWERS: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
    1e21, 1e22,
];

/// Every integer up to here is a double.
const EXACT: u64 = 1 << 53;

/// Inlined always: it is the loop over a column that costs.
#[inline(always)]
pub fn read(text: &str) -> Result<f64, Fault> {
    let text = trim(text);
    match read_short(text.as_bytes()) {
        Some(value) => Ok(value),
        None => read_any(text),
    }
}

/// Digits with or without a point, few enough that one division of two exact doubles gives the nearest one (Clinger's
/// fast path).
#[inline]
fn read_short(bytes: &[u8]) -> Option<f64> {
    let (negative, bytes) = digits::sign(bytes);
    let (mantissa, places) = digits::read_pointed(bytes).filter(|(mantissa, _)| *mantissa <= EXACT)?;
    let magnitude = mantissa as f64 / POWERS.get(places)?;
    Some(if negative { -magnitude } else { magnitude })
}

/// Exponents, many digits, NaN and infinities.
#[inline(never)]
fn read_any(text: &str) -> Result<f64, Fault> {
    let value: f64 = text.parse().map_err(|_| Fault::Malformed)?;
    let overflowed = value.is_infinite() && text.bytes().any(|byte| byte.is_ascii_digit());
    let underflowed = value == 0.0 && !is_spelt_zero(text);
    if overflowed || underflowed {
        return Err(Fault::OutOfRange);
    }
    Ok(value)
}

fn is_spelt_zero(text: &str) -> bool {
    let mut mantissa = text.bytes().take_while(|byte| !matches!(byte, b'e' | b'E'));
    !mantissa.any(|byte| matches!(byte, b'1'..=b'9'))
}

/// Whether the nearest double, written in as many significant digits as the text has, is the text's number again.
pub fn spelt_exactly(text: &str) -> bool {
    /// More than any program prints.
    const MOST_DIGITS: usize = 60;
    let mantissa = text.bytes().take_while(|byte| !matches!(byte, b'e' | b'E'));
    let zeros_first = mantissa.filter(u8::is_ascii_digit).skip_while(|byte| *byte == b'0');
    let digits: Vec<u8> = zeros_first.collect();
    let Ok(value) = read(text) else { return false };
    if digits.is_empty() || digits.len() > MOST_DIGITS {
        return digits.is_empty();
    }
    let again = format!("{:.*e}", digits.len() - 1, value.abs());
    again.bytes().take_while(|byte| *byte != b'e').filter(u8::is_ascii_digit).eq(digits)
}

pub fn write(value: f64, out: &mut Vec<u8>) {
    if value.is_nan() {
        return out.extend_from_slice(b"NaN");
    }
    if value.is_sign_negative() {
        out.push(b'-');
    }
    let magnitude = value.abs();
    if magnitude == 0.0 {
        out.push(b'0');
    } else if magnitude.is_infinite() {
        out.extend_from_slice(b"Infinity");
    } else if !write_short(magnitude, out) {
        write_any(magnitude, out);
    }
}

/// Numbers of at most 15 digits, of which the last few stand after the point. Two different numbers of so few digits are
/// never the same double, so the one found here is the shortest.
#[inline]
fn write_short(magnitude: f64, out: &mut Vec<u8>) -> bool {
    const MOST: f64 = 1e15;
    if !(1e-4..MOST).contains(&magnitude) {
        return false;
    }
    let whole = magnitude as u64;
    if whole as f64 == magnitude {
        digits::write(whole, out);
        return true;
    }
    for (power, places) in [(1e3, 3), (1e6, 6)] {
        let scaled = (magnitude * power + 0.5) as u64;
        if scaled as f64 >= MOST {
            return false;
        }
        if scaled as f64 / power == magnitude {
            digits::write_scaled(scaled, places, out);
            return true;
        }
    }
    false
}

fn write_any(magnitude: f64, out: &mut Vec<u8>) {
    let mut buffer = zmij::Buffer::new();
    let shortest = Shortest::new(buffer.format_finite(magnitude));
    // PostgreSQL's bounds.
    match shortest.exponent {
        -4..0 => shortest.write_small(out),
        0..15 => shortest.write_plain(out),
        _ => shortest.write_scientific(out),
    }
}

/// The significant digits of a positive number and the power of ten of the first one.
struct Shortest {
    digits: [u8; 32],
    count: usize,
    exponent: i32,
}

impl Shortest {
    /// From `123.45`, `0.00012`, `1.2345e-30` or `1.2345e+30`.
    fn new(text: &str) -> Shortest {
        let (mantissa, exponent) = text.split_once('e').unwrap_or((text, "0"));
        let whole = mantissa.bytes().take_while(|byte| *byte != b'.').count();
        let mut all = Shortest { digits: [b'0'; 32], count: 0, exponent: 0 };
        let places = mantissa.bytes().filter(|byte| *byte != b'.');
        let zeros = places.clone().take_while(|byte| *byte == b'0').count();
        for (place, byte) in all.digits.iter_mut().zip(places.skip(zeros)) {
            *place = byte;
        }
        all.count = all.digits.iter().rposition(|byte| *byte != b'0').map_or(1, |last| last + 1);
        all.exponent = exponent.parse().unwrap_or(0) + whole as i32 - zeros as i32 - 1;
        all
    }

    fn digits(&self) -> &[u8] {
        &self.digits[..self.count]
    }

    /// `0.00123`
    fn write_small(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(b"0.");
        out.extend((self.exponent + 1..0).map(|_| b'0'));
        out.extend_from_slice(self.digits());
    }

    /// `123000` and `123.4`
    fn write_plain(&self, out: &mut Vec<u8>) {
        let whole = self.exponent as usize + 1;
        out.extend_from_slice(&self.digits[..whole]);
        if whole < self.count {
            out.push(b'.');
            out.extend_from_slice(&self.digits[whole..self.count]);
        }
    }

    /// `1.234e+20`
    fn write_scientific(&self, out: &mut Vec<u8>) {
        let (first, others) = self.digits().split_at(1);
        out.extend_from_slice(first);
        if !others.is_empty() {
            out.push(b'.');
            out.extend_from_slice(others);
        }
        out.extend_from_slice(if self.exponent < 0 { b"e-" } else { b"e+" });
        digits::write_padded(u64::from(self.exponent.unsigned_abs()), 2, out);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(value: f64) -> String {
        let mut out = Vec::new();
        write(value, &mut out);
        String::from_utf8(out).unwrap()
    }

    /// Bits of every kind in equal parts: any, small ones, and whole numbers with few places.
    fn samples(count: u64) -> impl Iterator<Item = f64> {
        let mut state = 88_172_645_463_325_252_u64;
        (0..count).map(move |index| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            match index % 4 {
                0 => f64::from_bits(state),
                1 => f64::from_bits(state >> (1 + state % 20)),
                2 => (state >> (state % 64)) as f64,
                _ => (state % 10_000_000_000_000_000) as f64 / 10_f64.powi((state % 17) as i32),
            }
        })
    }

    #[test]
    fn edges_keep_their_spelling() {
        let edges = [
            (0x0000_0000_0000_0001, "5e-324"),
            (0x0000_0000_0000_0002, "1e-323"),
            (0x0000_0000_0000_0065, "5e-322"),
            (0x000f_ffff_ffff_ffff, "2.225073858507201e-308"),
            (0x0010_0000_0000_0000, "2.2250738585072014e-308"),
            (0x0010_0000_0000_0001, "2.225073858507202e-308"),
            (0x2b2b_ff2e_e48e_0530, "1e-100"),
            (0x3cb0_0000_0000_0000, "2.220446049250313e-16"),
            (0x3d30_0000_0000_0000, "5.684341886080802e-14"),
            (0x3ee4_f8b5_88e3_68f1, "1e-05"),
            (0x3f1a_36e2_eb1c_432c, "9.999999999999999e-05"),
            (0x3f1a_36e2_eb1c_432d, "0.0001"),
            (0x3fef_ffff_ffff_ffff, "0.9999999999999999"),
            (0x3ff0_0000_0000_0001, "1.0000000000000002"),
            (0x40fe_240c_9fcb_5c8a, "123456.7890123"),
            (0x430c_6bf5_2633_ffff, "999999999999999.9"),
            (0x430c_6bf5_2634_0000, "1e+15"),
            (0x433f_ffff_ffff_ffff, "9.007199254740991e+15"),
            (0x4340_0000_0000_0001, "9.007199254740994e+15"),
            (0x4350_0000_0000_0000, "1.8014398509481984e+16"),
            (0x444b_1ae4_d6e2_ef50, "1e+21"),
            (0x44b5_2d02_c7e1_4af6, "1e+23"),
            (0x44b5_2d02_c7e1_4af7, "1.0000000000000001e+23"),
            (0x4580_0000_0000_0000, "6.189700196426902e+26"),
            (0x54b2_49ad_2594_c37d, "1e+100"),
            (0x7fef_ffff_ffff_fffe, "1.7976931348623155e+308"),
            (0x7fef_ffff_ffff_ffff, "1.7976931348623157e+308"),
            (0xc2d3_fd65_6d50_bd88, "-87916197266166.12"),
        ];
        for (bits, expected) in edges {
            assert_eq!(text(f64::from_bits(bits)), expected, "{bits:#x}");
        }
    }

    #[test]
    fn a_hundred_thousand_doubles_keep_their_spelling() {
        let fnv = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        let hash = samples(100_000)
            .fold(0xcbf2_9ce4_8422_2325, |hash, value| text(value).bytes().chain([b'\n']).fold(hash, fnv));
        assert_eq!(hash, 0xf533_f4d4_d077_783a);
    }
}
