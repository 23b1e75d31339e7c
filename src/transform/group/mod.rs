//! Grouping: a pool job groups the rows of its own chunk; the chunks' groups are then merged, in the order of the input, by
//! jobs that each own a share of all possible keys.

mod packing;
mod key;
mod slots;
mod table;
mod codes;
mod rows;
mod state;
mod column;
mod extreme;
mod firsts;
mod unique;
mod groups;
mod share;
mod shares;

pub use groups::Groups;
pub use key::Key;
pub use packing::Packing;
pub use rows::Rows;
pub use shares::{Cursor, Shares};
pub use table::KeyTable;
