//! How far the input has been passed on to the sinks, in input order.

use crate::batch::{Accounts, Begin, Place, Span};

/// The place behind what has been passed on: the last begin at which the input can be opened again, and the output rows since.
pub struct Tracker(Place);

impl Tracker {
    /// Nothing has been passed on behind `begin`.
    pub fn new(begin: Place) -> Tracker {
        Tracker(begin.at_begin())
    }

    /// Goes on behind `rows` output rows, where the input can be opened at `upto`, if it can. `accounts`: of all up to there.
    pub fn pass(&mut self, rows: usize, upto: Option<Begin>, accounts: Accounts) -> Span {
        let from = self.0;
        self.0 = match upto {
            Some(begin) => Place { begin, rows: 0, accounts },
            None => from.on(rows as u64),
        };
        Span { from, upto: self.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn begin(offset: u64) -> Begin {
        Begin { file: 0, offset, line: 1, line_ends: None }
    }

    #[test]
    fn rows_count_from_the_last_begin_that_can_be_opened() {
        let accounts = |output| Accounts { read: output, output, ..Accounts::default() };
        let mut tracker = Tracker::new(Place::first(begin(9)));
        let mut pass = |rows, upto: Option<u64>, output| {
            let Span { upto, .. } = tracker.pass(rows, upto.map(begin), accounts(output));
            (upto.begin.offset, upto.rows, upto.accounts.output)
        };
        assert_eq!(pass(3, Some(20), 3), (20, 0, 3));
        assert_eq!(pass(4, None, 7), (20, 4, 3));
        assert_eq!(pass(0, None, 7), (20, 4, 3));
        assert_eq!(pass(1, None, 8), (20, 5, 3));
        assert_eq!(pass(0, Some(90), 8), (90, 0, 8));
    }
}
