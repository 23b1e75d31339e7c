//! What the command line says besides the job file: settings of its keys, and what has no key.

use crate::job::settings::Setting;

/// Everything that the command line changes in a job.
#[derive(Clone, Debug, Default)]
pub struct Changes {
    /// Flags first, then `--set`; a later one wins.
    pub settings: Vec<Setting>,
    /// `--where`
    pub filter: Option<String>,
    /// `--select`
    pub select: Option<String>,
    /// `--sql`: takes the place of the job's query.
    pub sql: Option<String>,
    /// `--limit`
    pub limit: Option<u64>,
    /// `--all-text`
    pub all_text: bool,
    /// `--dry-run`
    pub dry_run: bool,
}
