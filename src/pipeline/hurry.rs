//! A sink that may drop rows may hold nobody up either: when all others have ended it gets a little time, and one that has
//! hung for as long already gets none.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::thread;
use std::time::{Duration, Instant};

use crossbeam_channel::{RecvTimeoutError, bounded};

use crate::load::{LoadCounters, Loaded};

/// How long such a sink may take to end when all others have ended.
pub const TIME_TO_FINISH: Duration = Duration::from_secs(5);

/// Does what one sink has still to do; where it may hold nobody up, it has to give up after a while.
pub fn in_time<T>(flag: Option<Arc<AtomicBool>>, work: impl FnOnce() -> T) -> T {
    let Some(flag) = flag else { return work() };
    thread::scope(|scope| {
        let (working, ended) = bounded::<()>(0);
        scope.spawn(move || {
            if ended.recv_timeout(TIME_TO_FINISH) == Err(RecvTimeoutError::Timeout) {
                flag.store(true, SeqCst);
            }
        });
        let done = work();
        drop(working);
        done
    })
}

/// Watches one sink.
pub struct Hurry {
    /// Makes it give up.
    flag: Arc<AtomicBool>,
    counters: Arc<LoadCounters>,
    /// What it had done when it last did something.
    done: Loaded,
    moved: Option<Instant>,
}

impl Hurry {
    pub fn new(flag: Arc<AtomicBool>, counters: Arc<LoadCounters>) -> Hurry {
        Hurry { flag, counters, done: Loaded::default(), moved: None }
    }

    /// Makes the sink give up where its time is over. `others_ended`: since when all others have.
    pub fn look(&mut self, others_ended: Option<Instant>, now: Instant) {
        let loaded = self.counters.read();
        let done = Loaded { dropped: 0, ..loaded };
        if done != self.done || self.moved.is_none() {
            (self.done, self.moved) = (done, Some(now));
        }
        let is_over = |since: Option<Instant>| since.is_some_and(|since| now - since >= TIME_TO_FINISH);
        let hangs = loaded.dropped > 0 && is_over(self.moved);
        if others_ended.is_some() && (hangs || is_over(others_ended)) {
            self.flag.store(true, SeqCst);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `dropped` rows at second 0, a flush at each second of `flushed`, all others ended at second 10; when it must give up.
    fn check(dropped: usize, flushed: &[u64], gives_up: u64) {
        let (flag, counters) = (Arc::<AtomicBool>::default(), Arc::<LoadCounters>::default());
        let (mut hurry, start) = (Hurry::new(flag.clone(), counters.clone()), Instant::now());
        counters.dropped(dropped);
        for second in 0..30 {
            let now = start + Duration::from_secs(second);
            if flushed.contains(&second) {
                counters.refused(1);
            }
            hurry.look((second >= 10).then(|| start + Duration::from_secs(10)), now);
            assert_eq!(flag.load(SeqCst), second >= gives_up, "at second {second}");
        }
    }

    #[test]
    fn one_that_hangs_is_given_up_at_once_and_one_at_work_gets_time() {
        check(7, &[], 10);
        check(7, &[8], 13);
        check(7, &[8, 12], 15);
        // It has had room for all rows so far.
        check(0, &[], 15);
    }
}
