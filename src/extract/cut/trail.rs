//! What a walk in vain leaves to the next one, so that no bytes are walked again for each broken record.
//!
//! Two walks that both pass the same line end stand within quotes there, for outside quotes a record ends; and from there on
//! they are one. So a walk that stands within quotes at the end of its first line goes on where the last one has come to.

use memchr::{memchr, memchr2};

use super::View;
use super::walk::{self, Rules, Walked};
use crate::batch::LineEnds;
use crate::format::csv::{Progress, Steps, Stop, Within};

/// What stands at the begin of a record, and what it took to see that.
pub struct Seen {
    pub walked: Walked,
    /// Bytes walked over.
    pub bytes: usize,
    /// Of a broken record: the number, from 1, of the column in which that showed.
    pub column: usize,
}

/// The walks of one file.
#[derive(Debug, Default)]
pub struct Trails {
    /// Bytes of the file before those at hand.
    base: u64,
    trail: Option<Trail>,
}

/// A walk that found no end of its record. Places count from the begin of the file.
#[derive(Clone, Copy, Debug)]
struct Trail {
    /// It stands within quotes here, at a line end or behind one.
    anchor: u64,
    /// So far it has come.
    reach: u64,
    /// And is within this there.
    within: Within,
    /// Delimiters that it has met between the two.
    fields: usize,
}

impl Trails {
    /// Walks the record at `start`, as far as no walk has been.
    pub fn walk(&mut self, view: View, start: usize, rules: &Rules) -> Seen {
        if let Some(trail) = self.trail.filter(|trail| trail.reach > self.base + start as u64)
            && let Some(line) = line_end_after(view.bytes, start, view.bytes.len(), rules)
            && trail.reach > self.base + line as u64
            && walk::passes(view, start, line, rules)
        {
            return self.go_on(trail, view, start, line, rules);
        }
        let (walked, reach) = walk::record(view, start, rules);
        let bytes = reach.at.saturating_sub(start);
        if !matches!(walked, Walked::Broken { .. } | Walked::More) {
            return Seen { walked, bytes, column: 0 };
        }
        let begin = Progress::begin(start);
        let fields = delimiters(view.bytes, begin, reach.at, rules);
        if let Some(line) = line_end_after(view.bytes, start, reach.at, rules) {
            let fields = fields - delimiters(view.bytes, begin, line, rules);
            self.keep(line, reach, fields);
        }
        Seen { walked, bytes, column: fields + 1 }
    }

    /// Walks on from where `trail` has come to: at `line`, the end of its first line, the record is one with it.
    fn go_on(&mut self, trail: Trail, view: View, start: usize, line: usize, rules: &Rules) -> Seen {
        let index = |place: u64| place.saturating_sub(self.base) as usize;
        let old = Progress { at: index(trail.reach), within: trail.within };
        // Fewer bytes are at hand than were.
        if index(trail.reach) > view.bytes.len() + 1 {
            return Seen { walked: Walked::More, bytes: line - start, column: 0 };
        }
        let own = delimiters(view.bytes, Progress::begin(start), line, rules);
        let passed = delimiters(view.bytes, passed_at(index(trail.anchor), rules), line, rules);
        let (walked, reach) = walk::resume(view, start, old, rules);
        let more = delimiters(view.bytes, old, reach.at, rules);
        let fields = trail.fields.saturating_sub(passed) + more;
        self.keep(line, reach, fields);
        Seen { walked, bytes: line - start + reach.at.saturating_sub(old.at), column: own + fields + 1 }
    }

    fn keep(&mut self, anchor: usize, reach: Progress, fields: usize) {
        let (anchor, at) = (self.base + anchor as u64, self.base + reach.at as u64);
        self.trail = Some(Trail { anchor, reach: at, within: reach.within, fields });
    }

    /// So many bytes are taken, and will be at hand no more. `whole`: up to the begin of a line.
    pub fn take(&mut self, view: View, taken: usize, whole: bool, rules: &Rules) {
        let next = self.base + taken as u64;
        if let Some(trail) = &mut self.trail
            && trail.anchor < next
        {
            let anchor = passed_at(trail.anchor.saturating_sub(self.base) as usize, rules);
            trail.fields = trail.fields.saturating_sub(delimiters(view.bytes, anchor, taken, rules));
            trail.anchor = next;
        }
        self.trail = self.trail.filter(|trail| whole && trail.reach > next);
        self.base = next;
    }

    /// The place in the file of some bytes at hand.
    pub fn place(&self, at: usize) -> u64 {
        self.base + at as u64
    }
}

/// A byte that would end a record outside quotes.
fn line_end_after(bytes: &[u8], from: usize, to: usize, rules: &Rules) -> Option<usize> {
    let bytes = bytes.get(from..to.min(bytes.len()))?;
    let found = match rules.line_ends {
        Some(LineEnds::Feed) => memchr(b'\n', bytes),
        None | Some(LineEnds::Return) => memchr2(b'\n', b'\r', bytes),
    };
    found.map(|found| from + found)
}

/// A line end within a record.
fn passed_at(at: usize, rules: &Rules) -> Progress {
    let within = if rules.dialect.quote.is_some() { Within::Quoted } else { Within::Plain };
    Progress { at, within }
}

/// How many delimiters stand outside quotes between two places of a record.
fn delimiters(bytes: &[u8], mut from: Progress, to: usize, rules: &Rules) -> usize {
    let window = to.min(bytes.len());
    let steps = Steps { bytes, window, end: true, whole: true, dialect: &rules.dialect, ends: rules.line_ends };
    let mut count = 0;
    loop {
        from = match steps.step(from).0 {
            Stop::Delimiter { next, .. } => {
                count += 1;
                Progress::begin(next)
            }
            Stop::BadQuote { at: next } | Stop::LineEnd { next, .. } => Progress { at: next, within: Within::Plain },
            Stop::End { .. } | Stop::Unsettled => return count,
        };
    }
}
