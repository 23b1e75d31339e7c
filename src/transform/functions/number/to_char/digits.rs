//! The digits of a number as a template wants them: so many behind the point, in roman letters, or with an exponent.

use super::fill::Figure;
use super::template::Template;

/// Doubles have so many digits for certain.
const DOUBLE_DIGITS: usize = 15;
const ROMAN: [(i64, &str); 13] = [
    (1000, "M"),
    (900, "CM"),
    (500, "D"),
    (400, "CD"),
    (100, "C"),
    (90, "XC"),
    (50, "L"),
    (40, "XL"),
    (10, "X"),
    (9, "IX"),
    (5, "V"),
    (4, "IV"),
    (1, "I"),
];

/// A number written plainly, and the digits behind its point.
fn figure(template: &Template, number: &str, after: usize) -> Figure {
    let (negative, digits) = number.strip_prefix('-').map_or((false, number), |digits| (true, digits));
    let before = template.before + template.shift;
    let length = digits.find('.').unwrap_or(digits.len());
    let digits = match length > before {
        true => format!("{}.{}", "#".repeat(before), "#".repeat(after)),
        false => digits.to_string(),
    };
    Figure { negative, digits, missing: before.saturating_sub(length), before, after }
}

/// Of a decimal in units of its last digit.
pub fn decimal(template: &Template, units: i128, scale: usize) -> Figure {
    let shift = template.shift;
    let moved = if units == 0 { 0 } else { shift.saturating_sub(scale) };
    let digits = units.unsigned_abs().to_string() + &"0".repeat(moved);
    let rounded = rounded(&digits, scale.saturating_sub(shift), template.after);
    let zero = rounded.bytes().all(|byte| matches!(byte, b'0' | b'.'));
    let sign = if units < 0 && !zero { "-" } else { "" };
    figure(template, &format!("{sign}{rounded}"), template.after)
}

/// Digits with `scale` of them behind the point, rounded to `after`, halves away from zero.
fn rounded(digits: &str, scale: usize, after: usize) -> String {
    let padded = format!("{digits:0>width$}", width = scale + 1);
    let (whole, fraction) = padded.split_at(padded.len() - scale);
    let kept = fraction.get(..after.min(scale)).unwrap_or(fraction);
    let up = fraction.as_bytes().get(after).is_some_and(|digit| *digit >= b'5');
    let mut all = format!("{whole}{kept}");
    if up {
        all = increased(&all);
    }
    let (whole, kept) = all.split_at(all.len() - kept.len());
    let point = if after > 0 { "." } else { "" };
    format!("{whole}{point}{kept:0<after$}")
}

/// The digits of the next number.
fn increased(digits: &str) -> String {
    let head = digits.trim_end_matches('9');
    let zeros = "0".repeat(digits.len() - head.len());
    let (rest, last) = head.split_at(head.len().saturating_sub(1));
    let last = last.parse::<u8>().map_or(1, |digit| digit + 1);
    format!("{rest}{last}{zeros}")
}

pub fn double(template: &Template, value: f64) -> Figure {
    let value = value * 10f64.powi(template.shift as i32);
    let length = plain(value.abs(), 0).len();
    let after = template.after.min(DOUBLE_DIGITS.saturating_sub(length));
    figure(template, &plain(value, after), after)
}

fn plain(value: f64, after: usize) -> String {
    match value {
        value if value.is_nan() => "NaN".to_string(),
        f64::INFINITY => "Infinity".to_string(),
        f64::NEG_INFINITY => "-Infinity".to_string(),
        value => format!("{value:.after$}"),
    }
}

/// With roman letters; `#` where there are none.
pub fn roman(mut number: i64) -> Figure {
    let mut digits = String::new();
    if !(1..4000).contains(&number) {
        digits = "#".repeat(15);
        number = 0;
    }
    for (value, letters) in ROMAN {
        while number >= value {
            digits.push_str(letters);
            number -= value;
        }
    }
    Figure { negative: false, digits, missing: 0, before: 0, after: 0 }
}

/// A double with an exponent: ` 1.50e+02`.
pub fn double_exponent(template: &Template, value: f64) -> String {
    let (before, after) = (template.before, template.after);
    if !value.is_finite() {
        // The blank and the point stand where those of a number would.
        let places = before + after + 6;
        let place = |place: usize| {
            if place == 0 {
                ' '
            } else if place == before + 1 {
                '.'
            } else {
                '#'
            }
        };
        return (0..places.max(before + 2)).map(place).collect();
    }
    let written = format!("{value:.after$e}");
    let (digits, exponent) = written.split_once('e').unwrap_or((&written, "0"));
    exponent_text(digits, exponent.parse().unwrap_or_default())
}

/// A decimal with an exponent, rounded as decimals are.
pub fn decimal_exponent(template: &Template, units: i128, scale: i64) -> String {
    let digits = units.unsigned_abs().to_string();
    let exponent = if units == 0 { 0 } else { digits.len() as i64 - 1 - scale };
    let mantissa = rounded(&digits, digits.len() - 1, template.after);
    exponent_text(&format!("{}{mantissa}", if units < 0 { "-" } else { "" }), exponent)
}

fn exponent_text(digits: &str, exponent: i64) -> String {
    let blank = if digits.starts_with('-') { "" } else { " " };
    format!("{blank}{digits}e{}{:02}", if exponent < 0 { '-' } else { '+' }, exponent.abs())
}
