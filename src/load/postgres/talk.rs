//! What is said on a connection: statements, COPY, and that a statement be given up.

use std::ffi::CString;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};

use super::connection::Connection;
use super::fault::Fault;
use super::libpq::{Answer, Cancel, Link, Put, Status, Wants};

/// Rows of an answer, their values as text.
pub type Rows = Vec<Vec<Option<String>>>;

/// The first value that is not NULL.
pub fn first(rows: Rows) -> Option<String> {
    rows.into_iter().flatten().flatten().next()
}

const READS_NOTHING: &str = "a COPY to stdout has nobody who reads it; name a file of the server's, or leave it out";

/// Between two looks at the time.
const SOON: Timespec = Timespec { tv_sec: 0, tv_nsec: 50_000_000 };

impl Connection {
    /// Runs statements; the rows of the last one.
    pub fn run(&mut self, sql: &str) -> Result<Rows, Fault> {
        let sql = statement(sql)?;
        let sent = self.link.send(&sql);
        self.answers(sent)
    }

    /// Runs one statement with texts for `$1`, `$2`, ….
    pub fn ask(&mut self, sql: &str, parameters: &[&str]) -> Result<Rows, Fault> {
        let sql = statement(sql)?;
        let parameters = parameters.iter().map(|text| statement(text)).collect::<Result<Vec<_>, _>>()?;
        let sent = self.link.send_with(&sql, &parameters);
        self.answers(sent)
    }

    fn answers(&mut self, sent: bool) -> Result<Rows, Fault> {
        if !sent {
            return Err(self.lost());
        }
        self.flush()?;
        let (mut rows, mut complaint) = (Vec::new(), None);
        while let Some(answer) = self.next()? {
            match answer.status() {
                Status::Rows => rows = answer.rows(),
                Status::Failed => complaint = complaint.or_else(|| Some(answer.complaint())),
                Status::Done => self.count = answer.count().unwrap_or(0),
                // Nobody asked for a COPY, so there is nothing to send.
                Status::CopyIn => self.end_copy()?,
                Status::CopyOut => return Err(Fault::Unfit(READS_NOTHING.into())),
            }
        }
        match complaint {
            _ if self.link.is_broken() => Err(self.lost()),
            Some(complaint) => Err(Fault::Refused(Box::new(complaint))),
            None => Ok(rows),
        }
    }

    /// The next answer, waited for.
    fn next(&mut self) -> Result<Option<Answer>, Fault> {
        while self.link.is_busy() {
            if self.wait(Wants::Reading)? && !self.link.consume() {
                return Err(self.lost());
            }
        }
        Ok(self.link.answer())
    }

    fn flush(&mut self) -> Result<(), Fault> {
        loop {
            match self.link.flush() {
                Wants::Nothing => return Ok(()),
                Wants::Failed => return Err(self.lost()),
                wants => self.wait_and_consume(wants)?,
            }
        }
    }

    /// The server may have to get rid of an answer before it takes more.
    fn wait_and_consume(&mut self, wants: Wants) -> Result<(), Fault> {
        if self.wait(wants)? && !self.link.consume() {
            return Err(self.lost());
        }
        Ok(())
    }

    /// Runs statements, the last one a COPY with these bytes; how many rows it has put into the table.
    pub fn copy<'a>(&mut self, sql: &str, slices: impl Iterator<Item = &'a [u8]>) -> Result<u64, Fault> {
        /// Sent before the next one, for libpq keeps a copy of what is not sent.
        const PIECE: usize = 1 << 16;
        let sql = statement(sql)?;
        if !self.link.send(&sql) {
            return Err(self.lost());
        }
        self.flush()?;
        let mut answer = self.next()?;
        while answer.as_ref().is_some_and(|answer| answer.status() == Status::Done) {
            answer = self.next()?;
        }
        match answer {
            Some(answer) if answer.status() == Status::CopyIn => {}
            Some(answer) => {
                let complaint = answer.complaint();
                self.answers(true)?;
                return Err(Fault::Refused(Box::new(complaint)));
            }
            None => return Err(self.lost()),
        }
        for slice in slices {
            slice.chunks(PIECE).try_for_each(|piece| self.put(|link| link.put(piece)).and_then(|()| self.flush()))?;
        }
        self.end_copy()?;
        self.answers(true).map(|_| self.count)
    }

    fn end_copy(&mut self) -> Result<(), Fault> {
        self.put(Link::put_end)
    }

    fn put(&mut self, mut put: impl FnMut(&mut Link) -> Put) -> Result<(), Fault> {
        loop {
            match put(&mut self.link) {
                Put::Taken => return Ok(()),
                Put::Full => self.wait_and_consume(Wants::Writing)?,
                Put::Failed => return Err(self.lost()),
            }
        }
    }

    /// Has the server give up a statement under way that nobody waits for any more. Where that takes long, the connection
    /// is of no use.
    pub fn take_back(&mut self) {
        /// How long a run that is to end is held up by that.
        const PATIENCE: Duration = Duration::from_secs(1);
        let until = Instant::now() + PATIENCE;
        let cancel = if self.link.is_at_work() { Cancel::start(&self.link) } else { None };
        if cancel.is_some_and(|cancel| told(cancel, until)) {
            self.forget_answers(until);
        }
    }

    /// Takes in what is still to come of a statement that the server gives up.
    fn forget_answers(&mut self, until: Instant) {
        while Instant::now() < until {
            let gone_on = match self.link.is_busy() {
                true => self.poll(Wants::Reading, &SOON).is_ok_and(|ready| !ready || self.link.consume()),
                // A COPY is not given up before its end, for which there may be no room.
                false => self.link.answer().is_some_and(|answer| answer.status() != Status::CopyIn),
            };
            if !gone_on {
                return;
            }
        }
    }
}

/// Whether the server could be told in time.
fn told(mut cancel: Cancel, until: Instant) -> bool {
    let mut wants = Wants::Writing;
    while Instant::now() < until {
        let flags = match wants {
            Wants::Reading => PollFlags::IN,
            Wants::Writing => PollFlags::OUT,
            Wants::Nothing => return true,
            Wants::Failed => return false,
        };
        let Some(socket) = cancel.socket() else { return false };
        if poll(&mut [PollFd::new(&socket, flags)], Some(&SOON)).is_ok_and(|ready| ready > 0) {
            wants = cancel.go_on();
        }
    }
    false
}

fn statement(sql: &str) -> Result<CString, Fault> {
    CString::new(sql).map_err(|_| Fault::Unfit("a statement holds a NUL byte".into()))
}
