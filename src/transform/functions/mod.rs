//! The one table of functions and operators, which binding, evaluation and the reference all read.

pub mod signature;
mod input;
mod failing;
mod rows;
mod compiled;
pub mod arithmetic;
pub mod decimal;
pub mod number;
pub mod rounding;
pub mod trigonometry;
pub mod whole;
pub mod figures;
pub mod text;
pub mod pattern;
pub mod hash;
pub mod json;
pub mod time;
pub mod reference;
pub mod written;

#[cfg(test)]
pub mod check;
#[cfg(test)]
mod answers;
#[cfg(test)]
mod tests;

use crate::transform::function::Function;

/// In the order of the reference.
static TABLE: [&[Function]; 15] = [
    arithmetic::FUNCTIONS,
    decimal::FUNCTIONS,
    text::FUNCTIONS,
    text::more::FUNCTIONS,
    pattern::FUNCTIONS,
    number::FUNCTIONS,
    rounding::FUNCTIONS,
    trigonometry::FUNCTIONS,
    whole::FUNCTIONS,
    figures::FUNCTIONS,
    time::OPERATORS,
    time::FUNCTIONS,
    time::made::FUNCTIONS,
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
