//! Grouping: a pool job groups the rows of its own chunk; the chunks' groups are then merged, in the order of the input, by
//! jobs that each own a share of all possible keys.

pub mod packing;
pub mod key;
pub mod slots;
pub mod table;
pub mod codes;
pub mod rows;
pub mod state;
pub mod column;
pub mod extreme;
pub mod firsts;
pub mod unique;
pub mod groups;
pub mod share;
pub mod shares;

pub use groups::Groups;
pub use rows::Rows;
pub use shares::{Cursor, Shares};
