//! One value: its text to a typed value and back. The spellings taken and the forms written are PostgreSQL's.
//!
//! Whole columns pass through `parse`, `cast_text` and `render`; each type has a file with its `read` and `write`. [`calendar`] and
//! [`zone`] are the only ones, also for what is computed.

mod parse;
mod render;
mod canonical;
mod fault;
mod digits;
mod notation;
mod boolean;
mod integer;
mod double;
mod decimal;
pub mod calendar;
mod day;
pub mod zone;
mod clock;
mod date;
mod time;
mod timestamp;
mod pattern;
mod check;
mod interval;
pub mod nanos;

#[cfg(test)]
mod tests;
#[cfg(test)]
mod properties;

pub use canonical::canonical;
pub use check::check_format;
pub use decimal::{capped_power_of_ten, is_number, power_of_ten};
pub use double::spelt_exactly;
pub use integer::{read_canonical as whole_number, write as write_whole_number};
pub use notation::standard;
pub use parse::{cast_text, parse, whole_numbers};
pub use render::{Form, Rendered, render, render_as, to_text, to_text_as};

/// What becomes of digits that a type has no room for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Excess {
    /// Non-zero ones are a failure: nothing is lost without being asked.
    Refuse,
    /// They are rounded, as an explicit cast asks.
    Round,
}

/// Without the blanks around it that PostgreSQL ignores.
#[inline]
pub fn trim(text: &str) -> &str {
    match text.as_bytes() {
        [first, .., last] if *first > b' ' && *last > b' ' => text,
        _ => text.trim_matches([' ', '\t', '\n', '\x0b', '\x0c', '\r']),
    }
}
