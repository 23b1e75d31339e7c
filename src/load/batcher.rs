//! Decides when collected rows are written: enough of them, enough bytes, or waiting long enough. Copies no row.

use std::collections::VecDeque;
use std::time::Instant;

use super::{Delivery, Part};
use crate::batch::{Place, Reach};
use crate::job::BatchLimits;

/// A flush takes at most this many encoded batches, so that a filter that keeps a row here and there does not collect
/// the fixed cost of a million nearly empty batches. Counted as `Trigger::Bytes`.
const MAX_PARTS: usize = 4096;

/// What made a flush due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trigger {
    Count = 0,
    Bytes = 1,
    Period = 2,
    End = 3,
}

/// Rows to be written now, in input order; none where only a place is to be told.
#[derive(Debug)]
pub struct Flush {
    pub parts: Vec<Part>,
    pub rows: usize,
    pub trigger: Trigger,
    /// How far the input has been dealt with once they are written; `None` where the job tells of no place.
    pub upto: Option<Place>,
}

/// Rows that wait for their flush.
pub struct Batcher {
    limits: BatchLimits,
    waiting: VecDeque<Waiting>,
    /// Waiting rows and the bytes that wait: theirs, encoded, and those of the gaps between them.
    rows: usize,
    bytes: usize,
    /// A place behind all rows that have come, which no flush has told yet.
    reached: Option<Place>,
    /// When rows came last, or a place was told without any; `None` where the run tells of no place.
    quiet_since: Option<Instant>,
}

/// The rest of one encoded batch, and when it came.
struct Waiting {
    part: Part,
    reach: Option<Box<Reach>>,
    since: Instant,
}

impl Waiting {
    /// The memory of the gaps, of which a batch may have far more than encoded rows.
    fn gaps(&self) -> usize {
        self.reach.as_ref().map_or(0, |reach| reach.gaps.bytes())
    }
}

impl Batcher {
    /// `begin`: from when on places may come without rows, where the run tells of places.
    pub fn new(limits: BatchLimits, begin: Option<Instant>) -> Batcher {
        Batcher { limits, waiting: VecDeque::new(), rows: 0, bytes: 0, reached: None, quiet_since: begin }
    }

    pub fn push(&mut self, Delivery { part, reach }: Delivery, now: Instant) {
        if part.rows.is_empty() {
            return;
        }
        self.rows += part.rows.len();
        let waiting = Waiting { part, reach, since: now };
        self.bytes += waiting.part.span().len() + waiting.gaps();
        self.waiting.push_back(waiting);
        self.reached = None;
        self.heard(now);
    }

    /// The input has been dealt with up to a place behind all rows that have come, if one is given.
    pub fn reach(&mut self, place: Option<Place>) {
        self.reached = place.or(self.reached);
    }

    /// The next flush that is due; call it until it returns `None`.
    pub fn next_flush(&mut self, now: Instant) -> Option<Flush> {
        let full = self.limits.count.is_some_and(|count| self.rows >= count.get())
            || self.bytes >= self.limits.byte_size.get()
            || self.waiting.len() >= MAX_PARTS;
        if full {
            return Some(self.take(Trigger::Bytes));
        }
        if self.deadline().is_none_or(|deadline| now < deadline) {
            return None;
        }
        self.heard(now);
        self.rest(Trigger::Period)
    }

    /// When the oldest waiting row comes of age; where none waits, a place without rows, if any may come.
    pub fn deadline(&self) -> Option<Instant> {
        let oldest = self.waiting.front().map(|oldest| oldest.since);
        oldest.or(self.quiet_since)?.checked_add(self.limits.period)
    }

    /// It is quiet from now on.
    fn heard(&mut self, now: Instant) {
        self.quiet_since = self.quiet_since.map(|_| now);
    }

    /// What is left after the last batch; call it until it returns `None`.
    pub fn finish(&mut self) -> Option<Flush> {
        self.rest(Trigger::End)
    }

    /// Rows that wait, or else a place that does.
    fn rest(&mut self, trigger: Trigger) -> Option<Flush> {
        match self.rows {
            0 => self.reached.take().map(|place| Flush { parts: Vec::new(), rows: 0, trigger, upto: Some(place) }),
            _ => Some(self.take(trigger)),
        }
    }

    /// As many rows as one flush may hold. A limit that cuts it short, or is met exactly, is the trigger; else `otherwise`.
    fn take(&mut self, otherwise: Trigger) -> Flush {
        let mut flush = Flush { parts: Vec::new(), rows: 0, trigger: otherwise, upto: None };
        let mut room = self.limits.byte_size.get();
        while let Some(front) = self.waiting.front_mut() {
            let rows_left = self.limits.count.map_or(usize::MAX, |count| count.get() - flush.rows);
            let part = first_rows(&front.part, rows_left, room, flush.parts.is_empty());
            if part.rows.is_empty() {
                break;
            }
            let size = part.span().len();
            let oversized = size > room;
            room = room.saturating_sub(size);
            flush.rows += part.rows.len();
            self.rows -= part.rows.len();
            self.bytes -= size;
            flush.upto = front.reach.as_ref().map(|reach| reach.behind(part.rows.end, part.encoded.rows()));
            front.part.rows.start = part.rows.end;
            if front.part.rows.is_empty() {
                self.bytes -= front.gaps();
                self.waiting.pop_front();
            }
            flush.parts.push(part);
            if oversized || flush.parts.len() == MAX_PARTS {
                break;
            }
        }
        if self.waiting.is_empty() {
            flush.upto = self.reached.take().or(flush.upto);
        }
        flush.trigger = self.trigger(&flush, room, otherwise);
        flush
    }

    fn trigger(&self, flush: &Flush, room: usize, otherwise: Trigger) -> Trigger {
        if self.limits.count.is_some_and(|count| flush.rows == count.get()) {
            Trigger::Count
        } else if room == 0 || self.rows > 0 {
            Trigger::Bytes
        } else {
            otherwise
        }
    }
}

/// The longest beginning of `part` within the limits; where `alone`, at least one row whatever its size.
pub fn first_rows(part: &Part, rows: usize, bytes: usize, alone: bool) -> Part {
    let limit = part.span().start.saturating_add(bytes);
    let ends = part.encoded.ends.get(part.rows.clone()).unwrap_or_default();
    let fitting = ends.partition_point(|end| *end <= limit).max(usize::from(alone));
    let end = part.rows.start + fitting.min(rows);
    Part { encoded: part.encoded.clone(), rows: part.rows.start..end }
}

#[cfg(test)]
mod tests;
