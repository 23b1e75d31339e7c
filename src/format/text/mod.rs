//! Text: lines that a pattern takes apart.

pub mod pattern;
pub mod ready;
pub mod read;
pub mod year;

pub use pattern::Pattern;
pub use read::{Layout, read};
