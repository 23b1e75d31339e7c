//! Whether a number gives its text back: a column of numbers keeps no `1.10`, which is then `1.1`.

use super::value::{canonical, trim};
use crate::types::{Spelling, Type};

/// Sees how the numbers of a column's sample are written.
#[derive(Debug, Default)]
pub struct Spellings {
    /// A number that is not the shortest text of its value.
    longer: bool,
    /// Of the first number.
    places: Option<usize>,
    /// Another one has other places, or zeros at its end are not all that it would lose.
    differ: bool,
}

impl Spellings {
    /// Text by text.
    pub fn push(&mut self, number: &str) {
        self.longer |= !is_shortest(number, Type::Double);
        let places = places(number);
        let first = *self.places.get_or_insert(places.unwrap_or(0));
        self.differ |= places != Some(first);
    }

    pub fn finish(&self) -> Spelling {
        Spelling { shortest: !self.longer, places: self.places.filter(|places| !self.differ && *places > 0) }
    }
}

/// Whether a text of a number comes back from a column of type `ty` that we make for numbers written so, but for zeros at
/// its end where all have so many places. What is no number is none that would not.
pub fn comes_back(text: &str, ty: Type, spelling: Spelling) -> bool {
    is_plain(text.as_bytes(), ty, spelling.places) || comes_back_as_read(trim(text), ty, spelling)
}

/// The same by way of the number.
fn comes_back_as_read(text: &str, ty: Type, spelling: Spelling) -> bool {
    is_shortest(text, ty)
        || spelling.places.is_some() && places(text) == spelling.places
        // NaN and infinities have several names.
        || !text.bytes().any(|byte| byte.is_ascii_digit())
        || !canonical(text, ty, &mut Vec::new())
}

/// Whether it is what its value is written as.
fn is_shortest(text: &str, ty: Type) -> bool {
    let mut written = Vec::new();
    canonical(text, ty, &mut written) && written == text.as_bytes()
}

/// How many places a number has that would lose zeros at its end at most.
fn places(text: &str) -> Option<usize> {
    let (_, places) = text.split_once('.')?;
    let shorter = text.trim_end_matches('0');
    is_shortest(shorter.strip_suffix('.').unwrap_or(shorter), Type::Double).then_some(places.len())
}

/// The same for most texts, by their ends and without reading a number: what begins and ends so is its number's own text, or
/// no number at all.
#[inline]
fn is_plain(text: &[u8], ty: Type, zeros_at: Option<usize>) -> bool {
    let digits = text.strip_prefix(b"-").unwrap_or(text);
    match ty {
        Type::BigInt => matches!(digits, [b'1'..=b'9'] | [b'1'..=b'9', .., b'0'..=b'9']),
        _ => is_plain_double(digits, zeros_at) && text != b"-0",
    }
}

/// Up to 15 digits come back from a double as they are, unless they are written with an exponent.
#[inline]
fn is_plain_double(digits: &[u8], zeros_at: Option<usize>) -> bool {
    const DIGITS: usize = 15;
    let begins = match digits {
        [b'0'] => true,
        [b'0', b'.', places @ ..] => !places.starts_with(b"0000"),
        [b'1'..=b'9', ..] => true,
        _ => false,
    };
    let ends = || match digits.last() {
        Some(b'1'..=b'9') => true,
        // Behind a point a zero would go.
        Some(b'0') => {
            let point = digits.iter().position(|byte| *byte == b'.');
            point.is_none_or(|point| zeros_at == Some(digits.len() - point - 1))
        }
        _ => false,
    };
    begins && digits.len() <= DIGITS && ends() && !digits.iter().any(|byte| byte | 0x20 == b'e')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn spelt(texts: &[&str], shortest: bool, places: Option<usize>) {
        let mut spellings = Spellings::default();
        texts.iter().for_each(|text| spellings.push(text));
        assert_eq!(spellings.finish(), Spelling { shortest, places }, "{texts:?}");
    }

    #[test]
    fn of_a_sample() {
        spelt(&["1.9", "12", "0.5", "-3"], true, None);
        spelt(&["1.9", "1.1"], true, Some(1));
        spelt(&["29.90", "5.50", "0.00", "-7.25"], false, Some(2));
        spelt(&["1.9", "1.10"], false, None);
        spelt(&["29.90", "5"], false, None);
        spelt(&[".50", ".25"], false, None);
        spelt(&["1e5", "2.5"], false, None);
        spelt(&["1e+20", "2.5"], true, None);
        spelt(&["0.10000000000000001", "0.5"], false, None);
    }

    #[test]
    fn texts_that_come_back() {
        let kept = |text: &str, places: Option<usize>| {
            let (shortest, ty) = (places.is_none(), Type::Double);
            comes_back(text, ty, Spelling { shortest, places })
        };
        for text in
            ["1.9", "0", "-0", "0.0001", "1e-05", " 5 ", "123456789012345", "1e+20", "x", "-inf", "nan", "-2.5", "0.1"]
        {
            assert!(kept(text, None) && kept(text, Some(2)), "{text}");
        }
        for text in ["1.10", "5.0", "+5", "00.5", "1e5", ".5", "0.00001", "1.", "0.10000000000000001"] {
            assert!(!kept(text, None), "{text}");
        }
        for text in ["1.10", "5.00", "0.00", "-0.00", "123456789012.50"] {
            assert!(kept(text, Some(2)), "{text}");
        }
        for text in ["1.100", "5.0", "+1.10", "00.50", ".50", "0.10000000000000001"] {
            assert!(!kept(text, Some(2)), "{text}");
        }
        let whole = |text: &str| comes_back(text, Type::BigInt, Spelling::default());
        assert!(whole("9007199254740993") && whole("0") && whole("-7") && whole("1.5"));
        assert!(!whole("+7") && !whole("-0") && !whole("007"));
    }

    /// What is taken without reading a number is what its number is written as.
    #[test]
    fn plain_ones_are_their_own_shortest() {
        let mut state = 7_u64;
        let mut next = |below: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % below
        };
        let mut plain = 0;
        for _ in 0..200_000 {
            let length = 1 + next(18) as usize;
            let text: String = (0..length).map(|_| char::from(b"0123456789000.-e"[next(16) as usize])).collect();
            let is_number = canonical(&text, Type::Double, &mut Vec::new());
            if is_number && is_plain(text.as_bytes(), Type::Double, None) {
                plain += 1;
                assert!(is_shortest(&text, Type::Double), "{text}");
            }
        }
        assert!(plain > 1_000, "only {plain} were plain");
    }
}
