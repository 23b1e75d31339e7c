//! What is known of the table to load before its sink is made.

use std::sync::Arc;

use super::database::Database;
use super::existing_table::Table;
use super::plan::Plan;
use crate::lock::LockFile;

pub struct Target {
    /// As the rejects file names the sink.
    pub sink: Arc<str>,
    /// The table's name, in the schema's own writing where it exists.
    pub name: String,
    pub existing: Option<Table>,
    pub plan: Plan,
    pub database: Database,
    /// `None` in a dry run.
    pub lock: Option<LockFile>,
}
