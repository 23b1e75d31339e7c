//! What a program tells of its run, on standard error: one line of JSON.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};

use crate::order::paid;

/// How often work that has nothing to do with the rows wants its turn.
pub const BEAT: Duration = Duration::from_millis(5);

/// The exit code after SIGINT.
pub const INTERRUPTED: u8 = 130;

#[derive(Default)]
pub struct Report {
    pub read: AtomicU64,
    pub written: AtomicU64,
    rejected: AtomicU64,
    /// The worst delay of a heartbeat.
    late: AtomicU64,
}

impl Report {
    /// A heartbeat that was due at `due` comes now.
    pub fn beat(&self, due: Instant) {
        let late = Instant::now().saturating_duration_since(due).as_micros();
        self.late.fetch_max(late as u64, Relaxed);
    }

    /// The row that a line of input becomes, if it becomes one; counted whatever becomes of it.
    pub fn mill(&self, line: &str) -> Option<String> {
        self.read.fetch_add(1, Relaxed);
        match paid(line) {
            Ok(row) => {
                self.written.fetch_add(u64::from(row.is_some()), Relaxed);
                row
            }
            Err(why) => {
                self.reject(&why);
                None
            }
        }
    }

    pub fn reject(&self, why: &str) {
        self.rejected.fetch_add(1, Relaxed);
        eprintln!("rejected: {why}");
    }

    pub fn say(&self) {
        let [read, written, rejected] = [&self.read, &self.written, &self.rejected].map(|count| count.load(Relaxed));
        let late = self.late.load(Relaxed) as f64 / 1e3;
        eprintln!("{{\"read\":{read},\"written\":{written},\"rejected\":{rejected},\"late_ms\":{late:.3}}}");
    }
}
