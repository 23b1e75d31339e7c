//! JSON itself: walked over without being taken apart, so that a value keeps the token that it was written as.

mod scan;
mod spelling;
mod string;
pub mod part;
pub mod token;

pub use scan::{Fault, Scan};
pub use spelling::{is_number, write_string};
