//! One step over a record of any dialect: from a place in it to the end of the field that it stands in. The careful walk of
//! the cutter and the field finder take the same steps, so they cannot differ.

use memchr::memchr3;

use super::Dialect;
use super::line::{Ending, line_end};
use super::quote::closing_quote;
use crate::batch::LineEnds;

/// What a place of a record is within.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Within {
    /// A field that begins there, or before blanks that are left out.
    Begin,
    /// Unquoted text.
    Plain,
    /// Quoted text, or its closing quote.
    Quoted,
    /// Blanks behind a closing quote.
    Closed,
}

/// How far a record has been read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    pub at: usize,
    pub within: Within,
}

impl Progress {
    /// The begin of a record or field.
    pub fn begin(at: usize) -> Progress {
        Progress { at, within: Within::Begin }
    }

    fn plain(at: usize) -> Progress {
        Progress { at, within: Within::Plain }
    }
}

/// Why a step ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// The field ends at a delimiter; the next one begins behind it.
    Delimiter { at: usize, next: usize },
    /// The record ends there; the next one begins behind its line end.
    LineEnd { at: usize, next: usize },
    /// There is something else behind a closing quote.
    BadQuote { at: usize },
    /// The bytes end; within quotes, if they are `open`.
    End { open: bool },
    /// Whether a line ends there cannot be told before more bytes have come.
    Unsettled,
}

/// What begins behind a field, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    Field(usize),
    Record(usize),
}

/// The bytes in which steps are taken.
#[derive(Clone, Copy, Debug)]
pub struct Steps<'a> {
    /// Those at hand. A line end may reach beyond the window.
    pub bytes: &'a [u8],
    /// Up to there they are looked at.
    pub window: usize,
    /// No more will come.
    pub end: bool,
    /// Nothing of a record stands behind the window.
    pub whole: bool,
    pub dialect: &'a Dialect,
    /// What ends lines, as far as that is known.
    pub ends: Option<LineEnds>,
}

impl Steps<'_> {
    /// Where the field ends that begins at `begin`. Text behind its closing quote, which the cutter lets pass in no row, belongs
    /// to it.
    #[inline]
    pub fn field(&self, begin: usize) -> (usize, Next) {
        let mut from = Progress::begin(begin);
        loop {
            match self.step(from).0 {
                Stop::Delimiter { at, next } => return (at, Next::Field(next)),
                Stop::LineEnd { at, next } => return (at, Next::Record(next)),
                Stop::End { .. } | Stop::Unsettled => return (self.window, Next::Record(self.window)),
                Stop::BadQuote { at } => from = Progress::plain(at),
            }
        }
    }

    /// Goes on to the end of the field. Of a step that did not get there, tells from where another one goes on when there
    /// are more bytes.
    #[inline]
    pub fn step(&self, from: Progress) -> (Stop, Progress) {
        match from.within {
            Within::Begin => self.begin(from.at),
            Within::Plain => self.plain(from.at),
            Within::Quoted => self.quoted(from.at),
            Within::Closed => self.closed(from.at, from),
        }
    }

    #[inline]
    fn begin(&self, at: usize) -> (Stop, Progress) {
        let at = self.behind_blanks(at);
        match self.byte(at) {
            None => (Stop::End { open: false }, Progress::begin(at)),
            byte if byte == self.dialect.quote => self.quoted(at + 1),
            Some(_) => self.plain(at),
        }
    }

    fn quoted(&self, from: usize) -> (Stop, Progress) {
        let bytes = self.bytes.get(..self.window).unwrap_or(self.bytes);
        let close = closing_quote(bytes, from, self.dialect.quote.unwrap_or_default(), self.dialect.escape);
        let progress = Progress { at: close.next, within: Within::Quoted };
        match close.at {
            None => (Stop::End { open: true }, progress),
            Some(at) => self.closed(at + 1, progress),
        }
    }

    /// What follows a closing quote at `from`.
    fn closed(&self, from: usize, progress: Progress) -> (Stop, Progress) {
        let at = self.behind_blanks(from);
        // Behind a blank no quote doubles the closing one any more.
        let progress = if at > from { Progress { at, within: Within::Closed } } else { progress };
        match self.stop_at(at) {
            Some(stop) => (stop, progress),
            None if self.dialect.lenient => self.plain(at),
            None => (Stop::BadQuote { at }, progress),
        }
    }

    #[inline]
    fn plain(&self, from: usize) -> (Stop, Progress) {
        let mut at = from;
        let escape = self.dialect.bare_escape();
        while let Some(found) = self.special(at, escape) {
            if escape.is_some() && self.byte(found) == escape {
                match self.behind_escaped(found + 1) {
                    Ok(next) => at = next,
                    Err(stop) => return (stop, Progress::plain(found)),
                }
                continue;
            }
            match self.stop_at(found) {
                Some(stop) => return (stop, Progress::plain(found)),
                None => at = found + 1,
            }
        }
        (Stop::End { open: false }, Progress::plain(at.max(self.window)))
    }

    /// The next byte that may end an unquoted field.
    #[inline]
    fn special(&self, from: usize, escape: Option<u8>) -> Option<usize> {
        let rest = self.bytes.get(from..self.window)?;
        if escape.is_some() {
            let delimiter = self.dialect.delimiter.first();
            let is_special = |byte: &u8| matches!(byte, b'\n' | b'\r') || *byte == delimiter || Some(*byte) == escape;
            return rest.iter().position(is_special).map(|found| from + found);
        }
        memchr3(self.dialect.delimiter.first(), b'\n', b'\r', rest).map(|found| from + found)
    }

    /// What stands behind an escaped byte, or line end, at `at`. How long that is says nothing of what ends the file's lines,
    /// and must not depend on it: the first record is cut before that is known.
    fn behind_escaped(&self, at: usize) -> Result<usize, Stop> {
        match self.byte(at) {
            None if self.whole => Ok(at),
            None => Err(Stop::End { open: false }),
            Some(_) => match line_end(self.bytes, at, self.end, Some(LineEnds::Feed)) {
                Ending::Bytes(length) => Ok(at + length),
                Ending::No => Ok(at + 1),
                Ending::Open => Err(Stop::Unsettled),
            },
        }
    }

    /// What ends a field at `at`, if anything does.
    #[inline]
    fn stop_at(&self, at: usize) -> Option<Stop> {
        let Some(byte) = self.byte(at) else { return Some(Stop::End { open: false }) };
        if byte == self.dialect.delimiter.first() {
            return self.delimiter_at(at);
        }
        match line_end(self.bytes, at, self.end, self.ends) {
            Ending::Bytes(length) => Some(Stop::LineEnd { at, next: at + length }),
            Ending::Open => Some(Stop::Unsettled),
            Ending::No => None,
        }
    }

    #[inline]
    fn delimiter_at(&self, at: usize) -> Option<Stop> {
        let delimiter = &self.dialect.delimiter;
        match delimiter.begins(self.bytes.get(at..self.window).unwrap_or_default()) {
            Some(true) => Some(Stop::Delimiter { at, next: at + delimiter.len() }),
            None if !self.whole => Some(Stop::End { open: false }),
            _ => None,
        }
    }

    /// Where blanks end that are left out.
    #[inline]
    fn behind_blanks(&self, at: usize) -> usize {
        if !self.dialect.trim {
            return at;
        }
        let rest = self.bytes.get(at..self.window).unwrap_or_default();
        at + rest.iter().take_while(|byte| self.dialect.is_blank(**byte)).count()
    }

    #[inline]
    fn byte(&self, at: usize) -> Option<u8> {
        if at < self.window { self.bytes.get(at).copied() } else { None }
    }
}
