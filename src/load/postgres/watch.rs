//! A server that says nothing for long: it may be at work, or wait for a lock of somebody else's, or the link may have died
//! in silence. It is asked over a second connection. The kernel's own time limits cannot tell: they count a server that is
//! there and takes nothing in for the moment as gone, and one behind a dead proxy as there.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use super::connection::Connection;
use super::fault::Fault;
use super::talk::first;
use crate::job::Secret;

/// How long nothing may move before we ask.
pub const SILENCE: Duration = Duration::from_secs(15);

/// What tells a session from all others of a server, as an expression over `pg_stat_activity`.
pub const IDENTITY: &str = "pid || '/' || extract(epoch from backend_start)";

/// When something last moved on a link.
pub struct Watch {
    moved: Instant,
    /// Bytes that the other side had not taken by then.
    unsent: usize,
}

impl Watch {
    pub fn new(now: Instant) -> Watch {
        Watch { moved: now, unsent: 0 }
    }

    pub fn moved(&mut self, now: Instant) {
        self.moved = now;
    }

    /// Nothing has come, and `unsent` bytes are not taken; whether it has been so for too long.
    pub fn is_silent(&mut self, unsent: usize, now: Instant) -> bool {
        if unsent != self.unsent {
            (self.unsent, self.moved) = (unsent, now);
        }
        let silent = now.saturating_duration_since(self.moved) >= SILENCE;
        if silent {
            // Where it is found to be well, it has all that time again.
            self.moved = now;
        }
        silent
    }
}

/// What the server says of a silent session of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finding {
    /// It is at work, or waits for somebody else.
    Busy,
    /// It waits for us, who wait for it.
    Idle,
    /// There is none any more.
    Gone,
    /// The server cannot be asked.
    Away,
}

/// Asks the server how the session is.
pub fn inquire(url: &Secret, session: &str, stop: &Arc<AtomicBool>) -> Result<Finding, Fault> {
    let sql = format!("select coalesce(wait_event_type, '') <> 'Client' from pg_stat_activity where {IDENTITY} = $1");
    match Connection::open_unwatched(url, stop).and_then(|mut second| second.ask(&sql, &[session])) {
        Ok(rows) => {
            Ok(first(rows).map_or(Finding::Gone, |busy| if busy == "t" { Finding::Busy } else { Finding::Idle }))
        }
        Err(Fault::Stopped) => Err(Fault::Stopped),
        // It answers, and has no room for a second one.
        Err(fault) if fault.is_full() => Ok(Finding::Busy),
        Err(_) => Ok(Finding::Away),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn silence_is_when_nothing_moves() {
        let start = Instant::now();
        let mut watch = Watch::new(start);
        let mut check = |seconds, unsent, silent| {
            let now = start + Duration::from_secs(seconds);
            assert_eq!(watch.is_silent(unsent, now), silent, "after {seconds} s");
        };
        check(14, 0, false);
        check(15, 0, true);
        // It was asked for, and begins anew.
        check(16, 0, false);
        // A slow link takes a few bytes now and then.
        check(29, 900, false);
        check(43, 800, false);
        check(57, 800, false);
        check(58, 800, true);
    }
}
