//! The summary of a run, put together from its counters.

use std::time::Duration;

use crate::job::Job;
use crate::load::Trigger;
use crate::metrics::summary::{Flushes, RejectSummary, RowAccounts, SinkSummary, StageSummary, Summary};
use crate::metrics::{Metrics, StageMeter, peak_rss};

use super::Outcome;

/// Everything a run tells at its end.
pub struct Report<'a> {
    pub job: &'a Job,
    pub sink: &'a str,
    pub metrics: &'a Metrics,
    pub outcome: &'a Outcome,
    pub warnings: &'a [String],
    pub wall: Duration,
}

impl Report<'_> {
    pub fn summary(&self) -> Summary {
        let stages = self.stages();
        let rejected = self.outcome.rejects.values().sum();
        Summary {
            job: self.job.name.clone(),
            exit_code: self.outcome.code as u8,
            dry_run: self.job.run.dry_run,
            error: self.outcome.error.clone(),
            duration_s: self.wall.as_secs_f64(),
            bytes_read: self.metrics.bytes_read.get(),
            peak_rss_bytes: peak_rss(),
            balanced: self.outcome.balanced,
            rows: RowAccounts {
                read: self.metrics.rows.read.get(),
                filtered: self.metrics.rows.filtered.get(),
                aggregated: self.metrics.rows.aggregated.get(),
                groups: self.metrics.rows.groups.get(),
                rejected,
            },
            sinks: vec![self.sink()],
            bottleneck: bottleneck(&stages),
            stages,
            rejects: RejectSummary {
                file: (rejected > 0 && !self.job.run.dry_run).then(|| self.job.errors.rejects.display().to_string()),
                counts: self.outcome.rejects.clone(),
            },
            warnings: self.warnings.to_vec(),
        }
    }

    fn sink(&self) -> SinkSummary {
        let loaded = &self.outcome.loaded;
        SinkSummary {
            name: self.sink.to_owned(),
            // What was written and never published is not loaded.
            rows_loaded: if self.outcome.code.is_published() { loaded.rows } else { loaded.committed },
            rows_rejected: self.sink_rejected(),
            rows_dropped: 0,
            bytes_written: loaded.bytes,
            failed: self.outcome.error.is_some(),
            flushes: Flushes {
                count: loaded.flushes(Trigger::Count),
                bytes: loaded.flushes(Trigger::Bytes),
                period: loaded.flushes(Trigger::Period),
                end: loaded.flushes(Trigger::End),
            },
            retries: 0,
            breaker_opened: 0,
        }
    }

    fn sink_rejected(&self) -> u64 {
        self.outcome.loaded.rejected + self.metrics.rows.sink_refused.get()
    }

    fn stages(&self) -> Vec<StageSummary> {
        let rows = &self.metrics.rows;
        let sound = rows.read.get() - rows.broken.get();
        let extract = self.stage("extract", &self.metrics.extract, 1);
        let transform = self.stage("transform", &self.metrics.transform, self.job.run.threads.get());
        let load = self.stage(self.sink, &self.metrics.load, 1);
        vec![
            StageSummary { rows_in: rows.read.get(), rows_out: sound, rejected: rows.broken.get(), ..extract },
            StageSummary {
                rows_in: sound,
                rows_out: rows.output.get(),
                filtered: Some(rows.filtered.get()),
                rejected: rows.refused.get(),
                ..transform
            },
            StageSummary {
                rows_in: rows.output.get(),
                rows_out: self.outcome.loaded.rows,
                rejected: self.sink_rejected(),
                ..load
            },
        ]
    }

    /// The times of a stage of so many threads; its rows are for the caller to fill in.
    fn stage(&self, name: &str, meter: &StageMeter, threads: usize) -> StageSummary {
        let [busy, blocked, starved] = meter.shares(self.wall, threads);
        let [p50_ms, p99_ms] = meter.latencies_ms();
        let name = name.to_owned();
        StageSummary {
            name,
            rows_in: 0,
            rows_out: 0,
            filtered: None,
            rejected: 0,
            busy,
            blocked,
            starved,
            p50_ms,
            p99_ms,
        }
    }
}

/// The busiest stage.
fn bottleneck(stages: &[StageSummary]) -> String {
    let busiest = stages.iter().max_by(|a, b| a.busy.total_cmp(&b.busy));
    busiest.map(|stage| stage.name.clone()).unwrap_or_default()
}
