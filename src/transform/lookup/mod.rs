//! Lookups: small tables held in memory, and the joins of their rows to those of a select.

mod lookup_table;
mod index;
mod build;
mod builder;
mod join;
mod partners;

pub use build::{Equality, join};
pub use builder::{Builder, Cell, Declared, declaration, undeclarable};
pub use join::Join;
pub use lookup_table::{Column, LookupTable};
pub use partners::Partners;
