//! What the programs on threads share.

use std::thread;
use std::time::Instant;

use crate::report::{BEAT, Report};

/// Work that has nothing to do with the rows, and wants its turn.
pub fn beat(report: &Report) {
    loop {
        let due = Instant::now() + BEAT;
        thread::sleep(BEAT);
        report.beat(due);
    }
}
