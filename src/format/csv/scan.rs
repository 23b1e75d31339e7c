//! Bitmasks of the bytes that give a chunk its structure, 64 bytes at a time.
//!
//! `unsafe` for AVX2 where the processor has it; plain Rust elsewhere.
#![allow(unsafe_code)]

use super::Dialect;
use crate::batch::LineEnds;

/// Bytes in a block; one bit of a mask for each.
pub const BLOCK: usize = 64;

/// What stands where in one block, outside quotes. The lowest bit is the first byte.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Mask {
    /// Delimiters and what may end lines.
    pub structural: u64,
    /// LF, and CR where it ends lines by itself.
    pub line_ends: u64,
}

/// Scans the bytes of sound records with plain quotes.
#[derive(Clone, Debug)]
pub struct Scanner {
    delimiter: u8,
    quote: Option<u8>,
    ends: LineEnds,
    /// All ones when the block before ended within quotes.
    quoted: u64,
    avx2: bool,
}

/// The bytes of one kind each, of one block.
#[derive(Clone, Copy)]
struct Found {
    delimiters: u64,
    line_ends: u64,
    quotes: u64,
}

impl Scanner {
    /// At the begin of a record.
    pub fn new(dialect: &Dialect, ends: LineEnds) -> Scanner {
        Scanner { delimiter: dialect.delimiter.first(), quote: dialect.quote, ends, quoted: 0, avx2: has_avx2() }
    }

    /// Fills `masks` with the masks of `bytes`, as far as both reach. Only the last of a series of calls may bring bytes
    /// that do not fill their last block.
    pub fn scan(&mut self, bytes: &[u8], masks: &mut [Mask]) {
        let (blocks, rest) = bytes.as_chunks::<BLOCK>();
        self.blocks(blocks, masks);
        let Some(mask) = masks.get_mut(blocks.len()).filter(|_| !rest.is_empty()) else { return };
        let mut block = [0; BLOCK];
        for (to, from) in block.iter_mut().zip(rest) {
            *to = *from;
        }
        self.blocks(&[block], std::slice::from_mut(mask));
        let within = (1 << rest.len()) - 1;
        mask.structural &= within;
        mask.line_ends &= within;
    }

    fn blocks(&mut self, blocks: &[[u8; BLOCK]], masks: &mut [Mask]) {
        #[cfg(target_arch = "x86_64")]
        if self.avx2 {
            // SAFETY: `avx2` is true only where `has_avx2` found the features that the function is compiled for.
            unsafe { self.blocks_avx2(blocks, masks) };
            return;
        }
        for (block, mask) in blocks.iter().zip(masks) {
            *mask = self.mask(find_portable(block, self.delimiter, self.quote, self.ends), prefix_xor_portable);
        }
    }

    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2,pclmulqdq")]
    fn blocks_avx2(&mut self, blocks: &[[u8; BLOCK]], masks: &mut [Mask]) {
        for (block, mask) in blocks.iter().zip(masks) {
            let found = avx2::find(block, self.delimiter, self.quote, self.ends);
            *mask = self.mask(found, |bits| avx2::prefix_xor(bits));
        }
    }

    /// Leaves out what is quoted.
    #[inline(always)]
    fn mask(&mut self, found: Found, prefix_xor: impl Fn(u64) -> u64) -> Mask {
        let quoted = prefix_xor(found.quotes) ^ self.quoted;
        self.quoted = ((quoted as i64) >> 63) as u64;
        let line_ends = found.line_ends & !quoted;
        Mask { structural: found.delimiters & !quoted | line_ends, line_ends }
    }
}

/// Runs `work`, as far as it is inlined, compiled for the processor at hand: its loops over bits need that.
#[inline(always)]
pub fn accelerated<T>(work: impl FnOnce() -> T) -> T {
    #[cfg(target_arch = "x86_64")]
    if has_avx2() {
        // SAFETY: `has_avx2` found the features that the function is compiled for.
        return unsafe { run_avx2(work) };
    }
    work()
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,bmi1,bmi2,popcnt")]
fn run_avx2<T>(work: impl FnOnce() -> T) -> T {
    work()
}

/// Whether the processor is one of the last ten years: AVX2 and what came with it.
fn has_avx2() -> bool {
    #[cfg(target_arch = "x86_64")]
    return is_x86_feature_detected!("avx2")
        && is_x86_feature_detected!("pclmulqdq")
        && is_x86_feature_detected!("bmi1")
        && is_x86_feature_detected!("bmi2")
        && is_x86_feature_detected!("popcnt");
    #[cfg(not(target_arch = "x86_64"))]
    return false;
}

fn find_portable(block: &[u8; BLOCK], delimiter: u8, quote: Option<u8>, ends: LineEnds) -> Found {
    let equal = |byte: u8| -> u64 {
        let (words, _) = block.as_chunks::<8>();
        words.iter().enumerate().fold(0, |mask, (index, word)| mask | equal_bytes(*word, byte) << (8 * index))
    };
    let returns = match ends {
        LineEnds::Feed => 0,
        LineEnds::Return => equal(b'\r'),
    };
    Found { delimiters: equal(delimiter), line_ends: equal(b'\n') | returns, quotes: quote.map_or(0, equal) }
}

/// One bit for each of eight bytes that equals `byte`.
fn equal_bytes(word: [u8; 8], byte: u8) -> u64 {
    const LOW_SEVEN: u64 = 0x7F7F_7F7F_7F7F_7F7F;
    let differences = u64::from_le_bytes(word) ^ u64::from_le_bytes([byte; 8]);
    let zeros = !(((differences & LOW_SEVEN) + LOW_SEVEN) | differences | LOW_SEVEN); // The high bit of each equal byte.
    (zeros >> 7).wrapping_mul(0x0102_0408_1020_4080) >> 56
}

/// Each bit becomes the parity of the bits up to and including it.
fn prefix_xor_portable(mut bits: u64) -> u64 {
    for shift in [1, 2, 4, 8, 16, 32] {
        bits ^= bits << shift;
    }
    bits
}

#[cfg(target_arch = "x86_64")]
mod avx2 {
    use std::arch::x86_64::*;

    use super::{BLOCK, Found, LineEnds};

    #[inline]
    #[target_feature(enable = "avx2")]
    pub fn find(block: &[u8; BLOCK], delimiter: u8, quote: Option<u8>, ends: LineEnds) -> Found {
        // SAFETY: both unaligned loads of 32 bytes lie within the 64 bytes of the block.
        let halves = unsafe {
            let start = block.as_ptr().cast::<__m256i>();
            [_mm256_loadu_si256(start), _mm256_loadu_si256(start.add(1))]
        };
        let equal = |byte: u8| bits(halves.map(|half| _mm256_cmpeq_epi8(half, _mm256_set1_epi8(byte as i8))));
        let returns = match ends {
            LineEnds::Feed => 0,
            LineEnds::Return => equal(b'\r'),
        };
        Found { delimiters: equal(delimiter), line_ends: equal(b'\n') | returns, quotes: quote.map_or(0, equal) }
    }

    /// One bit for each byte.
    #[inline]
    #[target_feature(enable = "avx2")]
    fn bits(halves: [__m256i; 2]) -> u64 {
        let [low, high] = halves.map(|half| _mm256_movemask_epi8(half) as u32);
        u64::from(low) | u64::from(high) << 32
    }

    /// Multiplying by all ones without carries is the running parity.
    #[inline]
    #[target_feature(enable = "pclmulqdq")]
    pub fn prefix_xor(bits: u64) -> u64 {
        let product = _mm_clmulepi64_si128::<0>(_mm_set_epi64x(0, bits as i64), _mm_set1_epi8(-1));
        _mm_cvtsi128_si64(product) as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn masks(mut scanner: Scanner, bytes: &[u8]) -> Vec<Mask> {
        let mut masks = vec![Mask::default(); bytes.len().div_ceil(BLOCK)];
        scanner.scan(bytes, &mut masks);
        masks
    }

    #[test]
    fn quotes_hide_structure_across_blocks() {
        let mut bytes = vec![b'x'; 130];
        bytes[3] = b',';
        bytes[60] = b'"';
        bytes[62] = b',';
        bytes[70] = b'\n';
        bytes[128] = b'"';
        bytes[129] = b'\n';
        let masks = masks(Scanner::new(&Dialect::default(), LineEnds::Feed), &bytes);
        assert_eq!(masks[0], Mask { structural: 1 << 3, line_ends: 0 });
        assert_eq!(masks[1], Mask::default());
        assert_eq!(masks[2], Mask { structural: 2, line_ends: 2 });
    }

    proptest! {
        #[test]
        fn every_processor_finds_the_same(
            bytes in prop::collection::vec(prop::sample::select(b"ab,\"\n\r\0\xAC\xFF".to_vec()), 0..400),
            ends in prop::sample::select(vec![LineEnds::Feed, LineEnds::Return]),
        ) {
            let best = Scanner::new(&Dialect::default(), ends);
            let portable = Scanner { avx2: false, ..best.clone() };
            prop_assert_eq!(masks(best, &bytes), masks(portable, &bytes));
        }
    }
}
