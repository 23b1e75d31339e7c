//! Numbers as an input writes them, `1.299,99`, to the spelling in which all numbers are read: `1299.99`.

use std::borrow::Cow;

use super::trim;
use crate::types::Notation;

/// The same number with a point and without marks between its thousands; `None` where it is not written in that way. What has
/// no digits, such as NaN, stays what it is.
pub fn standard(text: &str, notation: Notation) -> Option<Cow<'_, str>> {
    if notation.is_plain() || !text.bytes().any(|byte| byte.is_ascii_digit()) {
        return Some(Cow::Borrowed(text));
    }
    let text = trim(text);
    let mut standard = String::with_capacity(text.len());
    let (mantissa, exponent) = text.split_at(text.find(['e', 'E']).unwrap_or(text.len()));
    let digits = without_sign(mantissa);
    standard.push_str(mantissa.get(..mantissa.len() - digits.len())?);
    let (whole, places) = match digits.split_once(notation.decimal) {
        Some((whole, places)) => (whole, Some(places)),
        None => (digits, None),
    };
    push_whole(whole, notation.thousands, &mut standard)?;
    if let Some(places) = places {
        standard.push('.');
        standard.push_str(Some(places).filter(|places| are_digits(places))?);
    }
    match exponent.get(1..) {
        Some(power) if !are_digits(without_sign(power)) => return None,
        _ => standard.push_str(exponent),
    }
    Some(Cow::Owned(standard))
}

fn without_sign(text: &str) -> &str {
    text.strip_prefix(['-', '+']).unwrap_or(text)
}

/// Digits in groups of three behind a first one of one to three, or in no groups. Before groups stands no zero: `0.299` among
/// such numbers has a point.
fn push_whole(whole: &str, thousands: Option<char>, out: &mut String) -> Option<()> {
    let mut groups = whole.split(|c| Some(c) == thousands);
    let first = groups.next().filter(|first| are_digits(first))?;
    out.push_str(first);
    let is_sound = matches!(first.as_bytes(), [b'1'..=b'9'] | [b'1'..=b'9', _] | [b'1'..=b'9', _, _]);
    for group in groups {
        if !is_sound || group.len() != 3 || !are_digits(group) {
            return None;
        }
        out.push_str(group);
    }
    Some(())
}

fn are_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The ways of writing numbers that people have, the most usual first.
const USUAL: [(char, Option<char>); 10] = [
    (',', None),
    ('.', Some(',')),
    (',', Some('.')),
    (',', Some(' ')),
    (',', Some('\u{A0}')),
    (',', Some('\u{202F}')),
    ('.', Some('\'')),
    ('.', Some('’')),
    ('.', Some(' ')),
    (',', Some('\'')),
];

/// The ways in which a text is a number that it is not with a point alone, each mark of which stands in it: at most two.
pub fn usual(text: &str) -> impl Iterator<Item = Notation> {
    let has_digits = text.bytes().any(|byte| byte.is_ascii_digit());
    let ways = USUAL.into_iter().map(|(decimal, thousands)| Notation { decimal, thousands });
    let fits = move |way: &Notation| {
        let has = |mark: char| trim(text).contains(mark);
        has_digits
            && (way.decimal == '.' || has(way.decimal))
            && way.thousands.is_none_or(has)
            && standard(text, *way).is_some()
    };
    ways.filter(fits).take(2)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn way(decimal: char, thousands: impl Into<Option<char>>) -> Notation {
        Notation { decimal, thousands: thousands.into() }
    }

    #[track_caller]
    fn check(notation: Notation, text: &str, expected: impl Into<Option<&'static str>>) {
        assert_eq!(standard(text, notation).as_deref(), expected.into(), "{text:?} with {notation}");
    }

    #[test]
    fn numbers_are_written_anew() {
        let german = way(',', '.');
        check(german, "1.299,99", "1299.99");
        check(german, "-1.234.567,5", "-1234567.5");
        check(german, "1299,99", "1299.99");
        check(german, " +12,50 ", "+12.50");
        check(german, "1.299", "1299");
        check(german, ",5", ".5");
        check(german, "1,5e3", "1.5e3");
        check(german, "NaN", "NaN");
        check(way(',', None), "12,5", "12.5");
        check(way('.', ','), "1,299.99", "1299.99");
        check(way(',', '\u{A0}'), "1\u{A0}299,99", "1299.99");
        check(way(',', '\u{202F}'), "1\u{202F}299,99", "1299.99");
        check(way('.', '\''), "1'299.99", "1299.99");
        check(way(',', ' '), " 1 299,99 ", "1299.99");
        check(way('.', None), " 1.5 ", " 1.5 ");
    }

    #[test]
    fn what_is_written_in_another_way_is_no_number() {
        for text in ["1.29,99", "12.99", "1.2999", "1299.999", "0.299", "01.299", ".299", "1..299", "1.299.", "1,2,3"] {
            check(way(',', '.'), text, None);
        }
        for text in ["1,299.5", "1 299", "1,5.0", "--5", "12,5,", "1_0", "1.299x", "1e5,5", "1x", "12,50 €"] {
            check(way(',', '.'), text, None);
        }
        check(way(',', '.'), " x ", " x ");
        check(way(',', None), "12.5", None);
        check(way(',', None), "1.299", None);
        check(way('.', ','), "1.299,99", None);
        check(way(',', ' '), "1\u{A0}299", None);
    }

    #[test]
    fn the_usual_ways() {
        let check = |text: &str, expected: &[Notation]| assert_eq!(usual(text).collect::<Vec<_>>(), expected, "{text}");
        check("1.299,99", &[way(',', '.')]);
        check("12,5", &[way(',', None)]);
        check("1,299", &[way(',', None), way('.', ',')]);
        check("1,299.50", &[way('.', ',')]);
        check("1 299,99", &[way(',', ' ')]);
        check("1'299.99", &[way('.', '\'')]);
        check("1 299", &[way('.', ' ')]);
        for text in ["abc", "1,2,3", "2024-01-31", "", ",", "12.5", "1.2.3", "12,50 EUR"] {
            check(text, &[]);
        }
    }
}
