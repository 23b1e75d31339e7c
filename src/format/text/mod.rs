//! Text: lines that a pattern takes apart.

mod client;
mod pattern;
mod ready;
mod read;
mod year;

pub use pattern::Pattern;
pub use read::{Layout, read};
pub use ready::ready_names;
pub use year::Latest;
