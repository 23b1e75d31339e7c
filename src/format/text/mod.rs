//! Text: lines that a pattern takes apart.

mod pattern;
pub mod ready;
mod read;
pub mod year;

pub use pattern::Pattern;
pub use read::{Layout, read};
