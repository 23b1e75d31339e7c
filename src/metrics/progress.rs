//! The live progress line, on a terminal only.

use std::time::Duration;

use crossbeam_channel::{Receiver, RecvTimeoutError};
use indicatif::{ProgressBar, ProgressStyle};

use super::Metrics;
use super::table::grouped;

/// How often the line is drawn: often enough to look alive, seldom enough to cost nothing.
const EVERY: Duration = Duration::from_millis(200);

/// Draws until `ended` closes, then leaves no trace. `total` is the size of the input in bytes, where it is known.
pub fn run(metrics: &Metrics, total: Option<u64>, ended: Receiver<()>) {
    let bar = bar(total);
    while ended.recv_timeout(EVERY) == Err(RecvTimeoutError::Timeout) {
        bar.set_position(metrics.bytes_read.get());
        bar.set_message(message(metrics));
    }
    bar.finish_and_clear();
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
            (ProgressBar::new(total), "{msg}  {bytes}/{total_bytes}  {bytes_per_sec}  {eta} left  {wide_bar}")
        }
        None => (ProgressBar::no_length(), "{msg}  {bytes}  {bytes_per_sec}  {elapsed}"),
    };
    // A template that does not parse costs the look of the line, never the run.
    bar.with_style(ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar()))
}
