//! gristmill's own work on tokio: its library cuts, parses and evaluates; tasks, channels and the runtime's blocking threads
//! do what its threads, channels and pool do.

use std::collections::VecDeque;
use std::future::pending;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;

use anyhow::{Context, Result};
use async_baseline::options::Options;
use async_baseline::order::QUERY;
use async_baseline::report::{INTERRUPTED, Report};
use async_baseline::tasks::{beat, block_on, create, write};
use gristmill::exit::ExitCode as Code;
use gristmill::keep_flat;
use gristmill::parts::{Chunk, Input, Parts, Rows};
use gristmill::stop::Stop;
use tokio::sync::mpsc::{self, Receiver, Sender, UnboundedReceiver, UnboundedSender};
use tokio::task::{JoinError, JoinHandle, spawn_blocking};

/// Chunks, and batches of rows, that may wait in a channel: as many as gristmill lets wait.
const CHUNKS_WAITING: usize = 1;
const BATCHES_WAITING: usize = 2;

fn main() -> Result<ExitCode> {
    keep_flat();
    let options = Options::of_command_line();
    let parts = Parts::open(&options.source, QUERY, &[])?;
    block_on(options.workers, run(parts, options))
}

async fn run(parts: Parts, options: Options) -> Result<ExitCode> {
    let Options { target, in_flight, batch, period, trial, .. } = options;
    let Parts { input, mill, header } = parts;
    let (report, stop) = (Arc::new(Report::default()), Stop::default());
    let output = create(&target).await?;
    tokio::spawn(interrupted(stop.clone()));
    if trial.blocks() {
        tokio::spawn(beat(report.clone()));
    }
    let (chunks_in, chunks) = mpsc::channel(CHUNKS_WAITING);
    let (rows_in, rows) = mpsc::channel(BATCHES_WAITING);
    let (back, buffers) = mpsc::unbounded_channel();
    let asked = stop.clone();
    let job = Arc::new(move |chunk| {
        trial.pass();
        mill.mill(chunk)
    });
    let extract = spawn_blocking(move || extract(input, chunks_in, buffers, &asked));
    let transform = tokio::spawn(transform(chunks, Downstream { rows_in, back }, in_flight, job, report.clone()));
    let load = tokio::spawn(async move { write(rows, output, &header, batch, period).await });
    transform.await.context("transform")??;
    load.await.context("load")?.with_context(|| format!("cannot write {target}"))?;
    extract.await.context("extract")??;
    report.say();
    Ok(if stop.asked() { INTERRUPTED.into() } else { ExitCode::SUCCESS })
}

/// Reads and cuts, on a blocking thread of its own, until the end or an interrupt.
fn extract(input: Input, chunks_in: Sender<Chunk>, mut buffers: UnboundedReceiver<Vec<u8>>, stop: &Stop) -> Result<()> {
    input.each(stop, |chunk| {
        chunks_in.blocking_send(chunk).ok()?;
        Some(buffers.try_recv().unwrap_or_default())
    })
}

/// Where milled rows go, and where the chunks' buffers go back.
struct Downstream {
    rows_in: Sender<Vec<u8>>,
    back: UnboundedSender<Vec<u8>>,
}

/// Mills chunks on blocking threads, a few at once, and passes on in order what comes of them.
async fn transform(
    mut chunks: Receiver<Chunk>,
    downstream: Downstream,
    in_flight: usize,
    job: Arc<impl Fn(Chunk) -> Rows + Send + Sync + 'static>,
    report: Arc<Report>,
) -> Result<()> {
    let mut flight = VecDeque::new();
    let mut ended = false;
    while !ended || !flight.is_empty() {
        tokio::select! {
            rows = first(&mut flight) => {
                let rows = rows.context("the mill")?;
                count(&report, &rows);
                // Refused when extract has ended.
                drop(downstream.back.send(rows.buffer));
                if downstream.rows_in.send(rows.text).await.is_err() {
                    break;
                }
            }
            chunk = chunks.recv(), if !ended && flight.len() < in_flight => match chunk {
                Some(chunk) => {
                    let job = job.clone();
                    flight.push_back(spawn_blocking(move || job(chunk)));
                }
                None => ended = true,
            },
        }
    }
    Ok(())
}

/// The result that is next in order. It stays first in the queue until it is there.
async fn first(flight: &mut VecDeque<JoinHandle<Rows>>) -> Result<Rows, JoinError> {
    let Some(job) = flight.front_mut() else { return pending().await };
    let rows = job.await;
    flight.pop_front();
    rows
}

fn count(report: &Report, rows: &Rows) {
    report.read.fetch_add(rows.read as u64, Relaxed);
    report.written.fetch_add(rows.count as u64, Relaxed);
    rows.rejects.iter().for_each(|reject| report.reject(&reject.message));
}

async fn interrupted(stop: Stop) {
    if tokio::signal::ctrl_c().await.is_ok() {
        stop.ask(Code::Interrupt);
    }
}
