//! Decimal digits, eight at a time in and two at a time out.

/// The most digits whose value always fits 64 bits.
pub const MOST: usize = 19;

/// Reads the digits that `bytes` begins with behind those already in `value`: the new value and how many were read.
/// The value means nothing after more than [`MOST`] digits in all.
#[inline]
pub fn read(mut value: u64, bytes: &[u8]) -> (u64, usize) {
    let mut rest = bytes;
    while let Some((block, after)) = rest.split_first_chunk::<8>() {
        let Some(eight) = read_eight(u64::from_le_bytes(*block)) else { break };
        value = value.wrapping_mul(100_000_000).wrapping_add(eight);
        rest = after;
    }
    while let Some((byte, after)) = rest.split_first() {
        let Some(digit) = digit(*byte) else { break };
        value = value.wrapping_mul(10).wrapping_add(u64::from(digit));
        rest = after;
    }
    (value, bytes.len() - rest.len())
}

/// A run of at least `least` and at most `most` digits.
pub fn read_number(bytes: &[u8], least: usize, most: usize) -> Option<(u32, &[u8])> {
    let (value, count) = read(0, bytes);
    let fits = (least..=most).contains(&count);
    fits.then(|| (value as u32, bytes.get(count..).unwrap_or_default()))
}

/// Reads all of `bytes` as digits with or without a point, up to [`MOST`] of them: their value without the point, and how
/// many stand behind it.
#[inline]
pub fn read_pointed(bytes: &[u8]) -> Option<(u64, usize)> {
    let (whole, count) = read(0, bytes);
    let (value, places, end) = match bytes.get(count) {
        Some(b'.') => {
            let (value, places) = read(whole, bytes.get(count + 1..)?);
            (value, places, count + 1 + places)
        }
        _ => (whole, 0, count),
    };
    let digits = count + places;
    (end == bytes.len() && digits > 0 && digits <= MOST).then_some((value, places))
}

/// The value of one digit.
#[inline]
pub fn digit(byte: u8) -> Option<u8> {
    let digit = byte.wrapping_sub(b'0');
    (digit < 10).then_some(digit)
}

/// The value of two digits.
#[inline]
pub fn pair(tens: u8, units: u8) -> Option<u32> {
    Some(u32::from(digit(tens)?) * 10 + u32::from(digit(units)?))
}

/// Eight digits in one word, the first in the lowest byte: neighbours are joined to pairs, fours and eights.
#[inline]
fn read_eight(word: u64) -> Option<u64> {
    let above = word.wrapping_add(0x4646_4646_4646_4646);
    let below = word.wrapping_sub(0x3030_3030_3030_3030);
    if (above | below) & 0x8080_8080_8080_8080 != 0 {
        return None;
    }
    let pairs = below.wrapping_mul(10).wrapping_add(below >> 8) & 0x00ff_00ff_00ff_00ff;
    let fours = pairs.wrapping_mul(100).wrapping_add(pairs >> 16) & 0x0000_ffff_0000_ffff;
    Some(fours.wrapping_mul(10_000).wrapping_add(fours >> 32) & 0xffff_ffff)
}

/// Whether the text begins with a minus, and the text behind its sign.
#[inline]
pub fn sign(bytes: &[u8]) -> (bool, &[u8]) {
    match bytes {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, bytes),
    }
}

const PAIRS: &[u8; 200] = b"0001020304050607080910111213141516171819\
2021222324252627282930313233343536373839\
4041424344454647484950515253545556575859\
6061626364656667686970717273747576777879\
8081828384858687888990919293949596979899";

/// Appends a number in as many digits as it needs.
#[inline]
pub fn write(value: u64, out: &mut Vec<u8>) {
    write_padded(value, 1, out);
}

/// Appends a number in at least `width` digits, at most 20.
#[inline]
pub fn write_padded(value: u64, width: usize, out: &mut Vec<u8>) {
    let mut buffer = [b'0'; 20];
    let start = fill(&mut buffer, 20, value);
    out.extend_from_slice(&buffer[start.min(20 - width.min(20))..]);
}

/// Appends a number below 100 in two digits.
#[inline]
pub fn write_pair(value: u64, out: &mut Vec<u8>) {
    out.extend_from_slice(two(value % 100));
}

/// Appends `value` divided by ten to the power of `places`, at most 19, without zeros at the end behind the point.
#[inline]
pub fn write_scaled(mut value: u64, mut places: usize, out: &mut Vec<u8>) {
    let mut buffer = [b'0'; 24];
    let mut start = buffer.len();
    while places > 0 && value.is_multiple_of(10) {
        value /= 10;
        places -= 1;
    }
    if places > 0 {
        for _ in 0..places {
            start -= 1;
            buffer[start] = b'0' + (value % 10) as u8;
            value /= 10;
        }
        start -= 1;
        buffer[start] = b'.';
    }
    start = fill(&mut buffer, start, value);
    out.extend_from_slice(&buffer[start..]);
}

/// Appends a point and `value` in `width` digits, without the zeros at the end; nothing at all for 0.
#[inline]
pub fn write_fraction(value: u64, width: usize, out: &mut Vec<u8>) {
    if value == 0 {
        return;
    }
    out.push(b'.');
    write_padded(value, width, out);
    while out.last() == Some(&b'0') {
        out.pop();
    }
}

/// Writes a number in front of `end`; the new start.
#[inline]
fn fill(buffer: &mut [u8], end: usize, mut value: u64) -> usize {
    let mut start = end;
    while value >= 100 {
        start -= 2;
        buffer[start..start + 2].copy_from_slice(two(value % 100));
        value /= 100;
    }
    if value >= 10 {
        start -= 2;
        buffer[start..start + 2].copy_from_slice(two(value));
    } else {
        start -= 1;
        buffer[start] = b'0' + value as u8;
    }
    start
}

/// Writes the last two digits of a number over those at `place`.
#[inline]
pub fn put_pair(text: &mut [u8], place: usize, value: u64) {
    text[place..place + 2].copy_from_slice(two(value % 100));
}

/// The two digits of a number below 100.
#[inline]
fn two(value: u64) -> &'static [u8] {
    let start = value as usize * 2;
    &PAIRS[start..start + 2]
}
