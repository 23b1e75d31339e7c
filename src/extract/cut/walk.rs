//! The careful walk over one record, which alone decides whether it is broken.

use memchr::{memchr, memchr2, memchr3};

use super::View;
use crate::batch::ErrorType;
use crate::format::csv::Dialect;
use crate::format::csv::line::line_end;
use crate::format::csv::quote::closing;

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

/// Walks the record that begins at `start`.
pub fn record(view: View, start: usize, dialect: &Dialect, max_record_size: usize) -> Walked {
    if dialect.comment.is_some() && view.bytes.get(start).copied() == dialect.comment {
        return Walked::Comment;
    }
    Walk::new(view, start, dialect, max_record_size).run()
}

struct Walk<'a> {
    view: View<'a>,
    dialect: &'a Dialect,
    start: usize,
    /// The bytes up to and including the first one that a sound record cannot hold: what shows later does not count.
    window: &'a [u8],
    /// That byte is at hand.
    full: bool,
    plain: bool,
}

impl<'a> Walk<'a> {
    fn new(view: View<'a>, start: usize, dialect: &'a Dialect, max_record_size: usize) -> Walk<'a> {
        let limit = start.saturating_add(max_record_size).saturating_add(1);
        let window = &view.bytes[..limit.min(view.bytes.len())];
        Walk { view, dialect, start, window, full: window.len() == limit, plain: true }
    }

    fn run(mut self) -> Walked {
        let mut at = self.start;
        while let Some(found) = self.next_special(at) {
            if self.dialect.quote != Some(self.window[found]) {
                return self.line_end(found);
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
        self.exhausted(false)
    }

    /// The next quote or line end.
    fn next_special(&self, from: usize) -> Option<usize> {
        let rest = &self.window[from..];
        let found = match self.dialect.quote {
            Some(quote) => memchr3(quote, b'\n', b'\r', rest),
            None => memchr2(b'\n', b'\r', rest),
        };
        found.map(|found| from + found)
    }

    /// Whether the quote at `at`, outside quotes, stands where a field begins.
    fn opens(&self, at: usize) -> bool {
        at == self.start || self.window[at - 1] == self.dialect.delimiter
    }

    /// Walks over the quoted part of a field, from behind its opening quote to behind its closing one.
    fn quoted(&mut self, from: usize) -> Result<usize, Walked> {
        let quote = self.dialect.quote.unwrap_or_default();
        let close = closing(self.window, from, quote, self.dialect.escape);
        self.plain &= !close.escaped;
        let Some(after) = close.at.map(|at| at + 1) else {
            return Err(self.exhausted(true));
        };
        match self.window.get(after) {
            Some(&byte) if byte == self.dialect.delimiter || byte == b'\n' || byte == b'\r' => Ok(after),
            Some(_) if self.dialect.lenient => {
                self.plain = false;
                Ok(after)
            }
            Some(_) if self.full && after + 1 == self.window.len() => Err(self.too_large()),
            Some(_) => Err(Walked::Broken { why: ErrorType::BadQuote, at: after }),
            None => Err(self.exhausted(false)),
        }
    }

    fn line_end(&self, at: usize) -> Walked {
        match line_end(self.view.bytes, at, self.view.end) {
            Some(length) => Walked::Sound { next: at + length, blank: at == self.start, plain: self.plain },
            None => Walked::More,
        }
    }

    /// The window ended within the record.
    fn exhausted(&self, in_quotes: bool) -> Walked {
        let at = self.window.len();
        match (self.full, self.view.end, in_quotes) {
            (true, _, _) => self.too_large(),
            (false, false, _) => Walked::More,
            (false, true, true) => Walked::Broken { why: ErrorType::UnclosedQuote, at },
            (false, true, false) => Walked::Sound { next: at, blank: false, plain: self.plain },
        }
    }

    fn too_large(&self) -> Walked {
        Walked::Broken { why: ErrorType::RecordTooLarge, at: self.window.len() }
    }
}

/// The number, from 1, of the column that the end of `record` stands in.
pub fn column(record: &[u8], dialect: &Dialect) -> usize {
    let mut column = 1;
    let mut at = 0;
    loop {
        if dialect.quote.is_some() && record.get(at).copied() == dialect.quote {
            let close = closing(record, at + 1, dialect.quote.unwrap_or_default(), dialect.escape);
            let Some(closed) = close.at else { return column };
            at = closed + 1;
        }
        let Some(found) = memchr(dialect.delimiter, record.get(at..).unwrap_or_default()) else { return column };
        column += 1;
        at += found + 1;
    }
}
