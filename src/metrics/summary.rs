//! What a run tells at its end, as data; `--summary` writes it as JSON.

use std::collections::BTreeMap;

use serde::Serialize;

/// The end of a run. Field names are those of the JSON.
#[derive(Debug, Serialize)]
pub struct Summary {
    /// The job's name.
    pub job: String,
    /// The process's exit code.
    pub exit_code: u8,
    /// Nothing was written: what is said to be loaded would have been.
    #[serde(skip_serializing_if = "is_false")]
    pub dry_run: bool,
    /// Why the run ended early, where it did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// Wall time in seconds.
    pub duration_s: f64,
    /// Bytes of input read.
    pub bytes_read: u64,
    /// Highest resident memory.
    pub peak_rss_bytes: u64,
    /// Whether every row is accounted for; `None` where it was not judged, because the run ended early.
    pub balanced: Option<bool>,
    /// The accounts.
    pub rows: RowAccounts,
    /// One for each `[[load]]`.
    pub sinks: Vec<SinkSummary>,
    /// Extract, transform, and each sink.
    pub stages: Vec<StageSummary>,
    /// Name of the stage that was busiest.
    pub bottleneck: String,
    /// Rejects by kind, and where they are.
    pub rejects: RejectSummary,
    /// What was said of the input and the target.
    pub warnings: Vec<String>,
}

fn is_false(value: &bool) -> bool {
    !value
}

/// read + groups = filtered + aggregated + rejected before load + output.
#[derive(Debug, Serialize)]
pub struct RowAccounts {
    /// Records read, broken ones included.
    pub read: u64,
    /// Dropped on purpose.
    pub filtered: u64,
    /// Entered groups.
    pub aggregated: u64,
    /// Came of groups, as rows of their own.
    pub groups: u64,
    /// Lines of the rejects file.
    pub rejected: u64,
}

/// output = loaded + rejected + dropped.
#[derive(Debug, Default, Serialize)]
pub struct SinkSummary {
    /// The target's short name.
    pub name: String,
    /// Rows written.
    pub rows_loaded: u64,
    /// Rows that this sink refused.
    pub rows_rejected: u64,
    /// Rows that an optional sink had no room for.
    pub rows_dropped: u64,
    /// Bytes written to a file.
    pub bytes_written: u64,
    /// The load did not succeed, or not with every row.
    pub failed: bool,
    /// Why an optional sink failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// Flushes by what triggered them.
    pub flushes: Flushes,
    /// Attempts after the first.
    pub retries: u64,
    /// How often the circuit breaker opened.
    pub breaker_opened: u64,
}

/// Flushes by trigger.
#[derive(Debug, Default, Serialize)]
pub struct Flushes {
    /// Enough rows.
    pub count: u64,
    /// Enough bytes.
    pub bytes: u64,
    /// The oldest row waited long enough.
    pub period: u64,
    /// The end of the run.
    pub end: u64,
}

/// Where a stage's time went, as shares of the run, and how long its units of work took.
#[derive(Debug, Serialize)]
pub struct StageSummary {
    /// extract, transform, or the sink's name.
    pub name: String,
    /// Rows taken in.
    pub rows_in: u64,
    /// Rows handed on.
    pub rows_out: u64,
    /// Rows dropped on purpose; `None` for a stage that drops none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub filtered: Option<u64>,
    /// Rows refused.
    pub rejected: u64,
    /// Share of the time at work.
    pub busy: f64,
    /// Share of the time waiting for downstream.
    pub blocked: f64,
    /// Share of the time waiting for upstream.
    pub starved: f64,
    /// Median time of a unit of work, in milliseconds.
    pub p50_ms: f64,
    /// 99th percentile.
    pub p99_ms: f64,
}

/// Rejects by kind.
#[derive(Debug, Serialize)]
pub struct RejectSummary {
    /// The rejects file; `None` when there were none.
    pub file: Option<String>,
    /// What the file of an earlier run is called now.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub moved: Vec<String>,
    /// Files of earlier runs that were removed, because `errors.keep` others stay.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub removed: Vec<String>,
    /// Rejects of each kind that occurred.
    #[serde(flatten)]
    pub counts: BTreeMap<&'static str, u64>,
}
