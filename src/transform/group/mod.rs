//! Grouping: a pool job groups the rows of its own chunk; the chunks' groups are then merged, in the order of the input, by
//! jobs that each own a partition of all possible keys.

mod packing;
mod key;
mod slots;
mod key_table;
mod codes;
mod rows;
mod state;
mod column;
mod extreme;
mod firsts;
mod unique;
mod part;
mod partition;
mod all;

pub use all::{AllGroups, Cursor};
pub use key::Key;
pub use key_table::KeyTable;
pub use packing::Packing;
pub use part::PartGroups;
pub use rows::Rows;
