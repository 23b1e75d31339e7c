//! gristmill: batch ETL for large CSV files, driven from shell scripts.

#[doc(hidden)]
pub mod types;
pub mod exit;
#[doc(hidden)]
pub mod batch;
#[doc(hidden)]
pub mod job;
#[doc(hidden)]
pub mod format;
#[doc(hidden)]
pub mod extract;
#[doc(hidden)]
pub mod transform;
#[doc(hidden)]
pub mod load;
