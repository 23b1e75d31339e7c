//! The one table of functions and operators, which binding, evaluation and the reference all read.

mod signature;
mod input;
mod failing;
mod rows;
mod compiled;
mod number;
mod text;
mod pattern;
mod hash;
mod json;
mod time;
mod reference;
mod usage;

#[cfg(test)]
mod check;
#[cfg(test)]
mod answers;

use crate::transform::function::Function;

pub use reference::reference;
pub use time::parse_interval;
#[cfg(test)]
pub use usage::signature;
pub use usage::signatures;

/// In the order of the reference.
static TABLE: [&[Function]; 24] = [
    number::ARITHMETIC,
    number::DECIMALS,
    text::FUNCTIONS,
    text::TRANSLATE,
    text::FORMAT,
    text::QUOTE,
    text::SIZES,
    pattern::FUNCTIONS,
    number::FUNCTIONS,
    number::ROUNDING,
    number::TRIGONOMETRY,
    number::INTEGERS,
    number::TO_CHAR,
    time::OPERATORS,
    time::FUNCTIONS,
    time::TO_CHAR,
    time::AGE,
    time::TIMEZONE,
    time::DATE_BIN,
    time::ISFINITE,
    time::MAKE,
    time::JUSTIFY,
    hash::FUNCTIONS,
    json::FUNCTIONS,
];

/// Every row.
pub fn all() -> impl Iterator<Item = &'static Function> {
    TABLE.iter().copied().flatten()
}

/// The overloads of a name, in any case.
pub fn find(name: &str) -> impl Iterator<Item = &'static Function> {
    all().filter(move |function| function.names().any(|known| known.eq_ignore_ascii_case(name)))
}
