//! Lookups: small tables held in memory, and the joins of their rows to those of a select.

pub mod table;
pub mod index;
pub mod build;
pub mod builder;
pub mod join;
pub mod partners;

pub use join::Join;
pub use partners::Partners;
pub use table::{Column, Table};
