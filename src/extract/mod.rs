//! Extract: from files to chunks of whole records.

pub mod cut;
