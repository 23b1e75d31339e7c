//! The tutorial's pipeline: tasks joined by channels, one line per message, a batch writer that waits for rows and for an
//! interval.

use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, Result};
use async_baseline::options::Options;
use async_baseline::order::HEADER;
use async_baseline::report::{INTERRUPTED, Report};
use async_baseline::tasks::{beat, block_on, create, write};
use async_baseline::trial::Trial;
use tokio::fs::File;
use tokio::io::{AsyncBufRead, AsyncBufReadExt, AsyncRead, BufReader};
use tokio::sync::mpsc::{self, Receiver, Sender};

/// Messages that may wait in a channel.
const WAITING: usize = 100;

fn main() -> Result<ExitCode> {
    let options = Options::of_command_line();
    block_on(options.workers, run(options))
}

async fn run(options: Options) -> Result<ExitCode> {
    let Options { source, target, buffer, batch, period, trial, .. } = options;
    let report = Arc::new(Report::default());
    let input = BufReader::with_capacity(buffer, open(&source).await?);
    let output = create(&target).await?;
    if trial.blocks() {
        tokio::spawn(beat(report.clone()));
    }
    let (lines_in, lines) = mpsc::channel(WAITING);
    let (rows_in, rows) = mpsc::channel(WAITING);
    let mut extract = tokio::spawn(extract(input, lines_in));
    let transform = tokio::spawn(transform(lines, rows_in, report.clone(), trial));
    let load = tokio::spawn(write(rows, output, HEADER.as_bytes(), batch, period));
    // An interrupted task is dropped at its next wait, and with it the way into the channel; the rest drains.
    let code = tokio::select! {
        ended = &mut extract => ended.context("extract")?.map(|()| ExitCode::SUCCESS)?,
        _ = tokio::signal::ctrl_c() => {
            extract.abort();
            INTERRUPTED.into()
        }
    };
    transform.await.context("transform")?;
    load.await.context("load")?.with_context(|| format!("cannot write {target}"))?;
    report.say();
    Ok(code)
}

async fn extract(input: impl AsyncBufRead + Unpin, lines_in: Sender<String>) -> Result<()> {
    let mut lines = input.lines();
    lines.next_line().await?; // The header.
    while let Some(line) = lines.next_line().await? {
        if lines_in.send(line).await.is_err() {
            break;
        }
    }
    Ok(())
}

async fn transform(mut lines: Receiver<String>, rows_in: Sender<String>, report: Arc<Report>, trial: Trial) {
    while let Some(line) = lines.recv().await {
        trial.pass();
        if let Some(row) = report.mill(&line)
            && rows_in.send(row).await.is_err()
        {
            break;
        }
    }
}

async fn open(path: &str) -> Result<Box<dyn AsyncRead + Send + Unpin>> {
    match path {
        "-" => Ok(Box::new(tokio::io::stdin())),
        _ => Ok(Box::new(File::open(path).await.with_context(|| format!("cannot open {path}"))?)),
    }
}
