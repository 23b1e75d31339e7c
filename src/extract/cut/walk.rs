//! The careful walk over one record, which alone decides whether it is broken.

use memchr::{memchr2, memchr3};

use super::View;
use crate::batch::{ErrorType, LineEnds};
use crate::format::csv::{Dialect, Ending, Progress, Steps, Stop, Within, closing_quote, line_end};

/// What stands at the begin of a record.
#[derive(Debug, PartialEq, Eq)]
pub enum Walked {
    /// A sound record; the next one begins at `next`. `plain`: see `Chunk::plain_quotes`.
    Sound { next: usize, blank: bool, plain: bool },
    /// A comment line.
    Comment,
    /// A record that cannot be cut, and the place where that showed.
    Broken { why: ErrorType, at: usize },
    /// The bytes at hand cannot tell yet.
    More,
}

/// What records are like.
#[derive(Clone, Copy, Debug)]
pub struct Rules {
    pub dialect: Dialect,
    pub max_record_size: usize,
    /// What ends lines; `None` before the first has ended, which decides.
    pub line_ends: Option<LineEnds>,
}

impl Rules {
    /// Takes the first line end of the file, which `line` ends in, for that of all.
    pub fn heed(&mut self, line: &[u8]) {
        self.line_ends = self.line_ends.or_else(|| LineEnds::of_line(line));
    }

    /// What stands at `at`, outside quotes.
    pub fn ending(&self, view: View, at: usize) -> Ending {
        line_end(view.bytes, at, view.end, self.line_ends)
    }
}

/// Walks the record that begins at `start`.
pub fn record(view: View, start: usize, rules: &Rules) -> (Walked, Progress) {
    let begin = Progress::begin(start);
    if rules.dialect.comment.is_some() && view.bytes.get(start).copied() == rules.dialect.comment {
        return (Walked::Comment, begin);
    }
    Walk::new(view, start, rules).run(begin)
}

/// Walks on within the record that begins at `start`, from where a walk has come to.
pub fn resume(view: View, start: usize, from: Progress, rules: &Rules) -> (Walked, Progress) {
    Walk { plain: false, ..Walk::new(view, start, rules) }.run(from)
}

/// Whether the record that begins at `start` goes on behind the end of its first line: that stands within quotes, or is
/// escaped.
pub fn passes(view: View, start: usize, line_end: usize, rules: &Rules) -> bool {
    let line = View { bytes: view.bytes.get(..line_end).unwrap_or(view.bytes), end: true };
    if let Some(escape) = rules.dialect.bare_escape() {
        let line = line.bytes.get(start..).unwrap_or_default();
        return line.iter().rev().take_while(|byte| **byte == escape).count() % 2 == 1;
    }
    matches!(record(line, start, rules).0, Walked::Broken { why: ErrorType::UnclosedQuote, .. })
}

struct Walk<'a> {
    view: View<'a>,
    rules: &'a Rules,
    start: usize,
    /// The bytes up to and including the first one that a sound record cannot hold: what shows later does not count.
    window: &'a [u8],
    /// That byte is at hand.
    full: bool,
    plain: bool,
    progress: Progress,
}

impl<'a> Walk<'a> {
    fn new(view: View<'a>, start: usize, rules: &'a Rules) -> Walk<'a> {
        let limit = start.saturating_add(rules.max_record_size).saturating_add(1);
        let window = &view.bytes[..limit.min(view.bytes.len())];
        let progress = Progress::begin(start);
        Walk { view, rules, start, window, full: window.len() == limit, plain: true, progress }
    }

    fn run(mut self, from: Progress) -> (Walked, Progress) {
        let walked = self.walk(from);
        (walked, self.progress)
    }

    fn walk(&mut self, from: Progress) -> Walked {
        match self.rules.dialect.is_simple() {
            true => self.by_quotes(from),
            false => self.by_fields(from),
        }
    }

    /// From field to field.
    fn by_fields(&mut self, mut from: Progress) -> Walked {
        self.plain = false;
        let View { bytes, end } = self.view;
        let whole = end && !self.full;
        let Rules { dialect, line_ends: ends, .. } = self.rules;
        let steps = Steps { bytes, window: self.window.len(), end, whole, dialect, ends: *ends };
        loop {
            let (stop, progress) = steps.step(from);
            self.progress = progress;
            match stop {
                Stop::Delimiter { next, .. } => from = Progress::begin(next),
                Stop::LineEnd { at, next } => return self.sound(at, next),
                Stop::BadQuote { at } => return self.bad_quote(at),
                Stop::End { open } => return self.exhausted(open),
                Stop::Unsettled => return Walked::More,
            }
        }
    }

    /// From quote to quote.
    fn by_quotes(&mut self, from: Progress) -> Walked {
        let mut at = from.at;
        if from.within == Within::Quoted {
            match self.quoted(at) {
                Ok(after) => at = after,
                Err(walked) => return walked,
            }
        }
        while let Some(found) = self.next_special(at) {
            if self.rules.dialect.quote != Some(self.window[found]) {
                self.progress = self.outside_quotes(found);
                match self.rules.ending(self.view, found) {
                    Ending::Bytes(length) => return self.sound(found, found + length),
                    Ending::Open => return Walked::More,
                    Ending::No => at = found + 1,
                }
                continue;
            }
            if !self.opens(found) {
                self.plain = false; // A quote inside an unquoted field is an ordinary byte.
                at = found + 1;
                continue;
            }
            match self.quoted(found + 1) {
                Ok(after) => at = after,
                Err(walked) => return walked,
            }
        }
        self.progress = self.outside_quotes(self.window.len());
        self.exhausted(false)
    }

    /// A place outside quotes that the walk has come to.
    fn outside_quotes(&self, at: usize) -> Progress {
        let within = if self.opens(at) { Within::Begin } else { Within::Plain };
        Progress { at, within }
    }

    /// The next quote or line end.
    fn next_special(&self, from: usize) -> Option<usize> {
        let rest = self.window.get(from..)?;
        let found = match self.rules.dialect.quote {
            Some(quote) => memchr3(quote, b'\n', b'\r', rest),
            None => memchr2(b'\n', b'\r', rest),
        };
        found.map(|found| from + found)
    }

    /// Whether a field begins at `at`, outside quotes.
    fn opens(&self, at: usize) -> bool {
        at == self.start || self.window[at - 1] == self.rules.dialect.delimiter.first()
    }

    /// Walks over the quoted part of a field, from behind its opening quote to behind its closing one.
    fn quoted(&mut self, from: usize) -> Result<usize, Walked> {
        let quote = self.rules.dialect.quote.unwrap_or_default();
        let close = closing_quote(self.window, from, quote, self.rules.dialect.escape);
        self.plain &= !close.escaped;
        self.progress = Progress { at: close.next, within: Within::Quoted };
        let Some(after) = close.at.map(|at| at + 1) else {
            return Err(self.exhausted(true));
        };
        match self.window.get(after) {
            Some(&byte) if byte == self.rules.dialect.delimiter.first() => Ok(after),
            Some(_) => self.behind_quote(after),
            None => Err(self.exhausted(false)),
        }
    }

    /// What the closing quote means that stands before `at`, where no delimiter is.
    fn behind_quote(&mut self, at: usize) -> Result<usize, Walked> {
        match self.rules.ending(self.view, at) {
            Ending::Bytes(_) => Ok(at),
            Ending::Open => Err(Walked::More),
            Ending::No if self.rules.dialect.lenient => {
                self.plain = false;
                Ok(at)
            }
            Ending::No => Err(self.bad_quote(at)),
        }
    }

    /// Something else than the end of the field stands behind a closing quote.
    fn bad_quote(&self, at: usize) -> Walked {
        match self.full && at + 1 == self.window.len() {
            true => self.too_large(),
            false => Walked::Broken { why: ErrorType::BadQuote, at },
        }
    }

    /// The record ends at `at`, and the next one begins at `next`.
    fn sound(&self, at: usize, next: usize) -> Walked {
        let record = self.view.bytes.get(self.start..at).unwrap_or_default();
        Walked::Sound { next, blank: self.rules.dialect.is_blank_line(record), plain: self.plain }
    }

    /// The window ended within the record.
    fn exhausted(&self, in_quotes: bool) -> Walked {
        let at = self.window.len();
        match (self.full, self.view.end, in_quotes) {
            (true, _, _) => self.too_large(),
            (false, false, _) => Walked::More,
            (false, true, true) => Walked::Broken { why: ErrorType::UnclosedQuote, at },
            (false, true, false) => self.sound(at, at),
        }
    }

    fn too_large(&self) -> Walked {
        Walked::Broken { why: ErrorType::RecordTooLarge, at: self.window.len() }
    }
}
