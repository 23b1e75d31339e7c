//! The tutorial's pipeline on threads: one line per message, and a batch writer that waits for rows no longer than until its
//! batch is due. Beside `lines` it shows what the runtime does, beside `loop-lines`, which has the same code for a row, what a
//! message per row does.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use async_baseline::options::Options;
use async_baseline::order::HEADER;
use async_baseline::report::{INTERRUPTED, Report};
use async_baseline::source::{create, open};
use async_baseline::threads::beat;
use async_baseline::trial::Trial;
use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, bounded};

/// Messages that may wait in a channel.
const WAITING: usize = 100;

fn main() -> Result<ExitCode> {
    let Options { source, target, buffer, batch, period, trial, .. } = Options::of_command_line();
    let (input, output) = (open(&source)?, create(&target)?);
    let stop = Arc::new(AtomicBool::new(false));
    let asked = stop.clone();
    ctrlc::set_handler(move || asked.store(true, Relaxed))?;
    let report = Arc::new(Report::default());
    if trial.blocks() {
        let report = report.clone();
        thread::spawn(move || beat(&report));
    }
    let (lines_in, lines) = bounded(WAITING);
    let (rows_in, rows) = bounded(WAITING);
    thread::scope(|scope| -> Result<()> {
        let extract = scope.spawn(|| extract(BufReader::with_capacity(buffer, input), lines_in, &stop));
        let transform = scope.spawn(|| transform(lines, rows_in, &report, &trial));
        let load = scope.spawn(|| write(rows, output, batch, period));
        let [extract, load] = [extract.join(), load.join()];
        transform.join().map_err(|_| anyhow::anyhow!("transform panicked"))?;
        extract.map_err(|_| anyhow::anyhow!("extract panicked"))??;
        load.map_err(|_| anyhow::anyhow!("load panicked"))?.with_context(|| format!("cannot write {target}"))
    })?;
    report.say();
    Ok(if stop.load(Relaxed) { INTERRUPTED.into() } else { ExitCode::SUCCESS })
}

fn extract(input: BufReader<impl Read>, lines_in: Sender<String>, stop: &AtomicBool) -> Result<()> {
    for line in input.lines().skip(1) {
        if stop.load(Relaxed) || lines_in.send(line?).is_err() {
            break;
        }
    }
    Ok(())
}

fn transform(lines: Receiver<String>, rows_in: Sender<String>, report: &Report, trial: &Trial) {
    for line in lines {
        trial.pass();
        if let Some(row) = report.mill(&line)
            && rows_in.send(row).is_err()
        {
            break;
        }
    }
}

/// The batch writer: writes what has come when it is large enough, or when its first row has waited for so long.
fn write(rows: Receiver<String>, mut output: impl Write, size: usize, period: Duration) -> Result<()> {
    let mut batch = HEADER.as_bytes().to_vec();
    let mut due = Instant::now() + period;
    loop {
        let full = match rows.recv_deadline(due) {
            Ok(row) => {
                if batch.is_empty() {
                    due = Instant::now() + period;
                }
                batch.extend_from_slice(row.as_bytes());
                batch.len() >= size
            }
            Err(RecvTimeoutError::Timeout) => {
                due = Instant::now() + period;
                !batch.is_empty()
            }
            Err(RecvTimeoutError::Disconnected) => break,
        };
        if full {
            output.write_all(&batch)?;
            batch.clear();
        }
    }
    Ok(output.write_all(&batch)?)
}
