//! The fast pass: from quote to quote, with no work per byte between them. Whatever looks odd it leaves to the careful walk.

use std::ops::Range;

use memchr::{memchr, memchr_iter, memchr2_iter, memrchr, memrchr2};

use super::{Cut, Cutter, View};
use crate::batch::{LineEnds, Spot};
use crate::format::csv::{Ending, closing_quote};

/// A stretch of sound records.
pub struct Stretch {
    /// Where it ends.
    pub end: usize,
    /// Up to where the bytes were looked at.
    pub seen: usize,
    /// The record that begins there looks odd; else there are no more whole records at hand.
    pub odd: bool,
}

/// What follows an opening quote.
enum Quoted {
    /// The field ends properly; the walk goes on at this place.
    To(usize),
    /// The closing quote, if it is one, is not at hand.
    Open,
    /// Something else than the end of the field follows the closing quote, at this place.
    Odd(usize),
}

impl Cutter {
    /// Whether fields are plain to see, no record in view can be too large and none can be a comment, all of them are not too
    /// many for one cut, the bytes have not been seen in vain, and it is known what ends lines.
    pub(super) fn may_go_fast(&self, view: View, taken: usize) -> bool {
        self.rules.dialect.comment.is_none()
            && self.rules.dialect.is_simple()
            && self.rules.line_ends.is_some()
            && view.bytes.len() <= self.rules.max_record_size.min(self.limits.bytes)
            && self.trails.place(taken) >= self.careful
    }

    /// Takes the sound records in view, or some of them where they are too many lines. Whether an odd one stopped it.
    pub(super) fn go_fast(&mut self, view: View, place: &mut Spot, cut: &mut Cut) -> bool {
        self.advance(place, view, cut.taken);
        let from = *place;
        if self.dense {
            return self.go_some_lines(view, place, cut);
        }
        let stretch = self.stretch(view, from.at, &mut cut.plain_quotes);
        self.advance(place, view, stretch.end);
        cut.taken = stretch.end;
        if stretch.odd {
            self.careful = self.trails.place(stretch.seen);
        }
        if place.line - from.line <= self.limits.lines {
            return stretch.odd;
        }
        *place = from;
        cut.taken = from.at;
        self.go_some_lines(view, place, cut)
    }

    /// The same within the lines that one cut may have. Whether it took nothing.
    fn go_some_lines(&mut self, view: View, place: &Spot, cut: &mut Cut) -> bool {
        let end = some_lines(view.bytes, place.at, self.limits.lines, self.line_ends());
        self.dense = end < view.bytes.len();
        let narrow = View { bytes: &view.bytes[..end], end: view.end && !self.dense };
        cut.taken = self.stretch(narrow, place.at, &mut cut.plain_quotes).end;
        // One record may be all those lines: it is taken by itself.
        cut.taken == place.at
    }

    /// Walks from `from`, where a record begins, as far as records are sound and whole. Only for bytes that hold no comment
    /// and no record that is too large.
    fn stretch(&mut self, view: View, from: usize, plain: &mut bool) -> Stretch {
        self.unquoted.clear();
        let Some(quote) = self.rules.dialect.quote else {
            self.unquoted.push(from..view.bytes.len());
            return Stretch { end: self.last_record_end(view, from, view.end), seen: view.bytes.len(), odd: false };
        };
        let mut unquoted = from;
        let mut search = from;
        while let Some(found) = memchr(quote, &view.bytes[search..]) {
            let open = search + found;
            if open != from && !self.begins_field(view.bytes[open - 1]) {
                *plain = false; // A quote inside an unquoted field is an ordinary byte.
                search = open + 1;
                continue;
            }
            self.unquoted.push(unquoted..open);
            match self.quoted(view, open + 1, quote, plain) {
                Quoted::To(after) => (unquoted, search) = (after, after),
                Quoted::Open => {
                    let seen = view.bytes.len();
                    return Stretch { end: self.last_record_end(view, from, false), seen, odd: view.end };
                }
                Quoted::Odd(seen) => {
                    return Stretch { end: self.last_record_end(view, from, false), seen, odd: true };
                }
            }
        }
        self.unquoted.push(unquoted..view.bytes.len());
        Stretch { end: self.last_record_end(view, from, view.end), seen: view.bytes.len(), odd: false }
    }

    fn quoted(&self, view: View, from: usize, quote: u8, plain: &mut bool) -> Quoted {
        let close = closing_quote(view.bytes, from, quote, self.rules.dialect.escape);
        *plain &= !close.escaped;
        let Some(after) = close.at.map(|at| at + 1) else { return Quoted::Open };
        match view.bytes.get(after) {
            None if view.end => Quoted::To(after),
            None => Quoted::Open,
            Some(&byte) if byte == self.rules.dialect.delimiter.first() => Quoted::To(after),
            Some(_) => self.behind_quote(view, after, plain),
        }
    }

    /// What the closing quote means that stands before `at`, where no delimiter is.
    fn behind_quote(&self, view: View, at: usize, plain: &mut bool) -> Quoted {
        match self.rules.ending(view, at) {
            Ending::Bytes(_) => Quoted::To(at),
            Ending::Open => Quoted::Open,
            Ending::No if self.rules.dialect.lenient => {
                *plain = false;
                Quoted::To(at)
            }
            Ending::No => Quoted::Odd(at),
        }
    }

    /// Whether a field begins behind the byte, outside quotes.
    fn begins_field(&self, byte: u8) -> bool {
        let is_return = byte == b'\r' && self.line_ends() == LineEnds::Return;
        byte == self.rules.dialect.delimiter.first() || byte == b'\n' || is_return
    }

    fn line_ends(&self) -> LineEnds {
        self.rules.line_ends.unwrap_or_default()
    }

    /// The end of the last whole record of the unquoted stretches; `all`: the last one needs no line end.
    fn last_record_end(&self, view: View, from: usize, all: bool) -> usize {
        if all {
            return view.bytes.len();
        }
        self.unquoted.iter().rev().find_map(|stretch| self.last_line_end(view, stretch)).unwrap_or(from)
    }

    /// Where the last decided line end of a stretch outside quotes ends.
    fn last_line_end(&self, view: View, stretch: &Range<usize>) -> Option<usize> {
        let Range { start, end: mut stop } = *stretch;
        if self.line_ends() == LineEnds::Feed {
            return memrchr(b'\n', &view.bytes[start..stop]).map(|found| start + found + 1);
        }
        while let Some(found) = memrchr2(b'\n', b'\r', &view.bytes[start..stop]) {
            let at = start + found;
            if let Ending::Bytes(length) = self.rules.ending(view, at) {
                return Some(at + length);
            }
            stop = at;
        }
        None
    }
}

/// Where about so many lines after `from` end. Where CR ends lines, CRLF counts as two.
fn some_lines(bytes: &[u8], from: usize, lines: u64, ends: LineEnds) -> usize {
    let rest = &bytes[from..];
    let last = (lines as usize).saturating_sub(1);
    let found = match ends {
        LineEnds::Feed => memchr_iter(b'\n', rest).nth(last),
        LineEnds::Return => memchr2_iter(b'\n', b'\r', rest).nth(last),
    };
    found.map_or(bytes.len(), |at| from + at + 1)
}
