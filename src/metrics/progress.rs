//! The live progress: one line redrawn on a terminal, a line now and then elsewhere.

use std::io::{IsTerminal, stderr};
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, RecvTimeoutError};
use indicatif::{ProgressBar, ProgressStyle};

use crate::console::say;

use super::Metrics;
use super::figures::{bytes, duration, grouped};

/// How often the line is drawn: often enough to look alive, seldom enough to cost nothing.
const EVERY: Duration = Duration::from_millis(200);
/// How often a line is added to a log.
const EVERY_IN_A_LOG: Duration = Duration::from_secs(5);

/// Tells until `ended` closes. `total` is the size of the input in bytes, where it is known.
pub fn show_progress(metrics: &Metrics, total: Option<u64>, ended: Receiver<()>) {
    if stderr().is_terminal() { draw(metrics, total, &ended) } else { log(metrics, &ended) }
}

/// On a terminal, where the line leaves no trace.
fn draw(metrics: &Metrics, total: Option<u64>, ended: &Receiver<()>) {
    let bar = bar(total);
    while ended.recv_timeout(EVERY) == Err(RecvTimeoutError::Timeout) {
        bar.set_position(metrics.bytes_read.get());
        bar.set_message(message(metrics));
    }
    bar.finish_and_clear();
}

fn log(metrics: &Metrics, ended: &Receiver<()>) {
    let start = Instant::now();
    while ended.recv_timeout(EVERY_IN_A_LOG) == Err(RecvTimeoutError::Timeout) {
        let (read, time) = (bytes(metrics.bytes_read.get() as f64), duration(start.elapsed().as_secs_f64()));
        say(&format!("gristmill: {}  {read}  {time}", message(metrics)));
    }
}

/// Rows, and what waits between the stages.
fn message(metrics: &Metrics) -> String {
    let (read, out) = (grouped(metrics.rows.read.get()), grouped(metrics.rows.output.get()));
    let (chunks, batches) = (metrics.waiting.chunks.get(), metrics.waiting.batches.get());
    format!("{read} rows, {out} out  waiting: {chunks} to mill, {batches} to load")
}

fn bar(total: Option<u64>) -> ProgressBar {
    let (bar, template) = match total {
        Some(total) => {
            let template =
                "{msg}  {decimal_bytes}/{decimal_total_bytes}  {decimal_bytes_per_sec}  {eta} left  {wide_bar}";
            (ProgressBar::new(total), template)
        }
        None => (ProgressBar::no_length(), "{msg}  {decimal_bytes}  {decimal_bytes_per_sec}  {elapsed}"),
    };
    // A template that does not parse costs the look of the line, never the run.
    bar.with_style(ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar()))
}
