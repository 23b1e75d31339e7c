//! What the programs on tokio share: their runtime, the batch writer, a heartbeat.

use std::future::Future;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use tokio::fs::File;
use tokio::io::{AsyncWrite, AsyncWriteExt};
use tokio::runtime::Builder;
use tokio::sync::mpsc::Receiver;
use tokio::time::{MissedTickBehavior, interval, sleep};

use crate::report::{BEAT, Report};

pub type Output = Box<dyn AsyncWrite + Send + Unpin>;

/// Runs the program on so many worker threads; 0 is on this one alone.
pub fn block_on(workers: usize, program: impl Future<Output = Result<ExitCode>>) -> Result<ExitCode> {
    let mut runtime = match workers {
        0 => Builder::new_current_thread(),
        _ => Builder::new_multi_thread(),
    };
    let runtime = runtime.worker_threads(workers.max(1)).enable_all().build()?;
    let ended = runtime.block_on(program);
    // Standard input is read by a thread of the runtime's that cannot be interrupted.
    runtime.shutdown_background();
    ended
}

/// The batch writer: writes what has come when it is large enough, or when its first row has waited for an interval.
pub async fn write(
    mut rows: Receiver<impl AsRef<[u8]>>,
    mut output: Output,
    header: &[u8],
    size: usize,
    period: Duration,
) -> Result<()> {
    let mut batch = header.to_vec();
    let mut due = interval(period);
    due.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        let full = tokio::select! {
            row = rows.recv() => {
                let Some(row) = row else { break };
                if batch.is_empty() {
                    due.reset();
                }
                batch.extend_from_slice(row.as_ref());
                batch.len() >= size
            }
            _ = due.tick() => !batch.is_empty(),
        };
        if full {
            output.write_all(&batch).await?;
            output.flush().await?;
            batch.clear();
        }
    }
    output.write_all(&batch).await?;
    Ok(output.flush().await?)
}

/// Work that has nothing to do with the rows, and wants its turn.
pub async fn beat(report: Arc<Report>) {
    loop {
        let due = Instant::now() + BEAT;
        sleep(BEAT).await;
        report.beat(due);
    }
}

pub async fn create(path: &str) -> Result<Output> {
    match path {
        "-" => Ok(Box::new(tokio::io::stdout())),
        _ => Ok(Box::new(File::create(path).await.with_context(|| format!("cannot create {path}"))?)),
    }
}
