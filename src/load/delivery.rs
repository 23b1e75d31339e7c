//! What comes to a load thread: rows through its channel, and beside it how far the input has been dealt with where no rows say
//! so.

use std::sync::{Mutex, PoisonError};

use super::Part;
use crate::batch::{Place, Reach};

/// Rows on their way to a sink.
#[derive(Debug)]
pub struct Delivery {
    pub part: Part,
    /// How far they reach; `None` where the job tells of no place.
    pub reach: Option<Box<Reach>>,
}

/// The last place that lies behind everything on its way to a sink. Of many stretches of the input without rows only the end of
/// the last one is kept, so that they fill no channel.
#[derive(Default)]
pub struct Reached(Mutex<Option<Mark>>);

struct Mark {
    place: Place,
    /// So many deliveries come before it.
    sent: u64,
}

impl Reached {
    /// `place` lies behind the `sent` deliveries that there have been, and no further one comes before it.
    pub fn set(&self, place: Place, sent: u64) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Mark { place, sent });
    }

    /// The place, if it lies behind exactly those deliveries that were `taken`. One before them has become of no use; one behind
    /// others is kept until they have come.
    pub fn take(&self, taken: u64) -> Option<Place> {
        let mut mark = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        mark.take_if(|mark| mark.sent <= taken).filter(|mark| mark.sent == taken).map(|mark| mark.place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::batch::Begin;

    fn place(offset: u64) -> Place {
        Place::first(Begin { file: 0, offset, line: 1, line_ends: None })
    }

    #[test]
    fn a_place_is_reached_when_all_before_it_has_come() {
        let reached = Reached::default();
        assert_eq!(reached.take(0), None);
        reached.set(place(1), 2);
        assert_eq!((reached.take(1), reached.take(2), reached.take(2)), (None, Some(place(1)), None));
    }

    #[test]
    fn a_later_place_stands_for_the_ones_before_it() {
        let reached = Reached::default();
        reached.set(place(1), 2);
        reached.set(place(2), 2);
        assert_eq!(reached.take(2), Some(place(2)));
    }

    #[test]
    fn a_place_that_rows_have_passed_is_forgotten() {
        let reached = Reached::default();
        reached.set(place(1), 2);
        assert_eq!((reached.take(3), reached.take(2)), (None, None));
    }
}
