//! Cancellation of work that may take long: a thread heeds a flag, and what it does passes points, every few milliseconds, at
//! which it is given up some time after the flag was raised. So no kernel, encoder or merge has to hand the flag on.

use std::any::Any;
use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::{Duration, Instant};

/// What ends so soon after the flag was raised is finished: rows that have been read go on.
const GRACE: Duration = Duration::from_millis(200);
/// Rows of a loop between two points: each may be the work of some microseconds.
const ROWS: usize = 256;

/// A flag, and when it was first seen raised.
pub struct Patience {
    flag: Arc<AtomicBool>,
    raised: Option<Instant>,
}

impl Patience {
    /// With work that is to end soon after the flag is raised.
    pub fn new(flag: Arc<AtomicBool>) -> Patience {
        Patience { flag, raised: None }
    }

    /// Whether the work is to be given up.
    pub fn is_over(&mut self) -> bool {
        self.is_raised() && self.raised.get_or_insert_with(Instant::now).elapsed() >= GRACE
    }

    fn is_raised(&self) -> bool {
        self.flag.load(Relaxed)
    }
}

thread_local! {
    static HEEDED: RefCell<Option<Patience>> = const { RefCell::new(None) };
}

/// What work unwinds with that was given up; whoever catches panics tells it from one.
#[derive(Debug)]
pub struct Cancelled;

/// Whether this is how work was given up, and no panic.
pub fn is_cancelled(payload: &(dyn Any + Send)) -> bool {
    payload.is::<Cancelled>()
}

/// From now on the work of this thread is given up when the flag is raised.
pub fn heed(flag: Arc<AtomicBool>) {
    HEEDED.set(Some(Patience::new(flag)));
}

/// The flag that this thread heeds, for another that works in its stead.
pub fn heeded() -> Option<Arc<AtomicBool>> {
    HEEDED.with_borrow(|patience| patience.as_ref().map(|patience| patience.flag.clone()))
}

/// Does work that is given up when the flag is raised.
pub fn until<T>(flag: Arc<AtomicBool>, work: impl FnOnce() -> T) -> Result<T, Cancelled> {
    let before = HEEDED.replace(Some(Patience::new(flag)));
    let done = catch_unwind(AssertUnwindSafe(work));
    HEEDED.set(before);
    done.or_else(|payload| if is_cancelled(payload.as_ref()) { Err(Cancelled) } else { resume_unwind(payload) })
}

/// Gives up the work at hand if the flag that this thread heeds has been raised for a while. It must have nothing half done
/// that others would see, behind a lock neither.
#[inline]
pub fn point() {
    if HEEDED.with_borrow(|patience| patience.as_ref().is_some_and(Patience::is_raised)) {
        give_up();
    }
}

/// A point every so many rows of a loop.
#[inline]
pub fn point_at(row: usize) {
    if row.is_multiple_of(ROWS) {
        point();
    }
}

#[cold]
fn give_up() {
    if HEEDED.with_borrow_mut(|patience| patience.as_mut().is_some_and(Patience::is_over)) {
        // No panic: no hook is called, and nothing is printed.
        resume_unwind(Box::new(Cancelled));
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::Ordering::SeqCst;

    use super::*;

    #[test]
    fn work_is_given_up_soon_after_the_flag_is_raised() {
        let flag = Arc::<AtomicBool>::default();
        let raised = flag.clone();
        let endless = || {
            point();
            raised.store(true, SeqCst);
            (0..usize::MAX).for_each(point_at);
        };
        let start = Instant::now();
        assert!(until(flag, endless).is_err());
        assert!((GRACE..10 * GRACE).contains(&start.elapsed()), "{:?}", start.elapsed());
        // Nothing is heeded any more.
        point();
    }

    #[test]
    fn what_ends_soon_is_finished() {
        let flag = Arc::new(AtomicBool::new(true));
        assert!(until(flag, || (0..10_000).for_each(point_at)).is_ok());
    }

    #[test]
    fn a_panic_stays_one() {
        let payload =
            catch_unwind(|| until(Arc::default(), || resume_unwind(Box::new("wrong")))).map(|_: Result<(), _>| ());
        assert!(!is_cancelled(payload.expect_err("it panics").as_ref()));
    }
}
