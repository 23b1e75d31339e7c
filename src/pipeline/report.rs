//! The summary of a run, put together from its counters.

use std::path::PathBuf;
use std::time::Duration;

use crate::job::Job;
use crate::load::Trigger;
use crate::metrics::{
    Flushes, Metrics, RejectSummary, RowAccounts, SinkSummary, StageMeter, StageSummary, Summary, peak_rss,
};

use super::Outcome;
use super::publish::Fate;

/// Everything a run tells at its end.
pub struct Report<'a> {
    pub job: &'a Job,
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
            sinks: self.outcome.sinks.iter().map(|fate| self.sink(fate)).collect(),
            bottleneck: bottleneck(&stages),
            stages,
            rejects: RejectSummary {
                file: self.outcome.placed.file.as_ref().map(|file| file.display().to_string()),
                moved: shown(&self.outcome.placed.moved),
                removed: shown(&self.outcome.placed.removed),
                counts: self.outcome.rejects.clone(),
            },
            warnings: self.warnings.to_vec(),
        }
    }

    fn sink(&self, fate: &Fate) -> SinkSummary {
        let loaded = fate.loaded();
        // A stream whose reader had enough has nothing to publish.
        let is_loaded = fate.published || self.outcome.code.is_published() && fate.failed.is_none();
        SinkSummary {
            name: fate.role.name.to_string(),
            // What was written and never published is not loaded.
            rows_loaded: if is_loaded { loaded.rows } else { loaded.committed },
            rows_rejected: loaded.rejected,
            rows_dropped: loaded.dropped,
            bytes_written: loaded.bytes,
            failed: !is_loaded || fate.is_short(),
            error: fate.failed.clone(),
            flushes: Flushes {
                count: loaded.flushes(Trigger::Count),
                bytes: loaded.flushes(Trigger::Bytes),
                period: loaded.flushes(Trigger::Period),
                end: loaded.flushes(Trigger::End),
            },
            retries: loaded.tried.retries,
            breaker_opened: loaded.tried.opened,
        }
    }

    fn stages(&self) -> Vec<StageSummary> {
        let rows = &self.metrics.rows;
        let sound = rows.read.get() - rows.broken.get();
        let extract = self.stage("extract", &self.metrics.extract, 1);
        let transform = self.stage("transform", &self.metrics.transform, self.job.run.threads.get());
        let mut stages = vec![
            StageSummary { rows_in: rows.read.get(), rows_out: sound, rejected: rows.broken.get(), ..extract },
            StageSummary {
                rows_in: sound,
                rows_out: rows.output.get(),
                filtered: Some(rows.filtered.get()),
                rejected: rows.refused.get(),
                ..transform
            },
        ];
        stages.extend(self.outcome.sinks.iter().map(|fate| self.load(fate)));
        stages
    }

    fn load(&self, fate: &Fate) -> StageSummary {
        let (counters, loaded) = (&fate.role.counters, fate.loaded());
        StageSummary {
            rows_in: self.metrics.rows.output.get() - loaded.dropped,
            rows_out: loaded.rows,
            rejected: loaded.rejected,
            ..self.stage(&fate.role.name, &counters.meter, 1)
        }
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

fn shown(paths: &[PathBuf]) -> Vec<String> {
    paths.iter().map(|path| path.display().to_string()).collect()
}

/// The busiest stage.
fn bottleneck(stages: &[StageSummary]) -> String {
    let busiest = stages.iter().max_by(|a, b| a.busy.total_cmp(&b.busy));
    busiest.map(|stage| stage.name.clone()).unwrap_or_default()
}
