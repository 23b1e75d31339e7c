//! The cutter: alone decides where records begin and end, which lines are comments, and which records are broken.
//!
//! What it decides depends on the bytes of the file only, never on where the bytes at hand begin or end.

mod blank;
mod fast;
mod walk;
mod passing;
mod trail;
mod limits;
mod position;
mod skip;
#[cfg(test)]
mod rescans;
#[cfg(test)]
mod tests;

use std::ops::Range;

use crate::batch::{Broken, LARGEST_CHUNK, Skip, Spot};
use crate::format::csv::{Dialect, Line, rest_of_line};

use limits::Spent;
pub use limits::{Limits, MOST_LINES};
use passing::Passing;
pub use position::{Cut, Position};
pub use skip::skip_lines;
use trail::{Seen, Trails};
use walk::{Rules, Walked};

/// Cuts bytes at record ends.
#[derive(Debug)]
pub struct Cutter {
    rules: Rules,
    from_utf16: bool,
    limits: Limits,
    trails: Trails,
    /// Up to this place in the file records are walked one by one: the fast pass has seen it in vain.
    careful: u64,
    /// A blank line is a row.
    blank_rows: bool,
    /// The last cut had as many lines as one may have: the next is sought in no more bytes than it will take.
    dense: bool,
    /// The unquoted stretches of the pass at hand, kept for their capacity.
    unquoted: Vec<Range<usize>>,
    /// The line that is being passed over, when its end has not come yet.
    passing: Option<Passing>,
}

/// The bytes at hand.
#[derive(Clone, Copy)]
struct View<'a> {
    bytes: &'a [u8],
    /// No more will come.
    end: bool,
}

impl Cutter {
    /// `from_utf16`: the bytes are UTF-8 made from UTF-16, so offsets count two bytes a unit.
    pub fn new(dialect: Dialect, max_record_size: usize, from_utf16: bool) -> Cutter {
        let max_record_size = max_record_size.min(LARGEST_CHUNK);
        let limits = Limits { bytes: usize::MAX, lines: MOST_LINES };
        Cutter {
            rules: Rules { dialect, max_record_size, line_ends: None },
            from_utf16,
            limits,
            trails: Trails::default(),
            careful: 0,
            blank_rows: false,
            dense: false,
            unquoted: Vec::new(),
            passing: None,
        }
    }

    /// Of an input that may have one column, where a blank line is a row.
    pub fn with_blank_rows(self, blank_rows: bool) -> Cutter {
        Cutter { blank_rows, ..self }
    }

    /// Cuts no more at once.
    pub fn within(self, limits: Limits) -> Cutter {
        Cutter { limits, ..self }
    }

    /// The broken record whose line is being passed over, when its end has not come yet.
    pub fn breaking(&self) -> Option<&Broken> {
        self.passing.as_ref().and_then(Passing::broken_so_far)
    }

    /// Whether the last cut ended within a line that is passed over: a cutter that began there would take the rest for records.
    pub fn is_passing(&self) -> bool {
        self.passing.is_some()
    }

    /// Cuts the whole records that there are, or as many as are enough for one cut. The caller keeps the bytes not taken and
    /// comes back, with more appended; when nothing was taken it should at least double what it holds. `end`: no more bytes
    /// will come, so all can be taken. Call once with `end` even when no bytes are left: a broken line that was passed over
    /// in pieces is told then, in `skips`.
    pub fn cut(&mut self, bytes: &[u8], at: Position, end: bool) -> Cut {
        self.run(View { bytes, end }, at, false)
    }

    /// Cuts up to and including the first sound record that is not blank, which is the header: `header::read` finds its
    /// names in the bytes taken. Call it, as one calls `cut`, until it finds some. There may be any number of blank lines
    /// and comments before it.
    pub fn cut_first(&mut self, bytes: &[u8], at: Position, end: bool) -> Cut {
        self.run(View { bytes, end }, at, true)
    }

    fn run(&mut self, view: View, at: Position, only_first: bool) -> Cut {
        let mut cut =
            Cut { taken: 0, lines: 0, source_bytes: 0, line_ends: None, skips: Vec::new(), plain_quotes: true };
        self.rules.line_ends = at.line_ends;
        let mut place = Spot { at: 0, line: at.line, offset: at.offset };
        if let Some(passing) = self.passing.take() {
            self.pass(view, passing, &mut cut);
        }
        let mut spent = Spent::nothing(cut.taken);
        while cut.taken < view.bytes.len() && self.passing.is_none() {
            if self.limits.reached(&spent, cut.taken, place.line - at.line, only_first) {
                break;
            }
            if let Some(end) = self.blank_lines(view, cut.taken) {
                cut.skips.push(Skip { span: cut.taken..end, broken: None });
                cut.taken = end;
                continue;
            }
            if !only_first && self.may_go_fast(view, cut.taken) && !self.go_fast(view, &mut place, &mut cut) {
                break;
            }
            match self.step(view, &mut place, &mut cut) {
                Step::More => break,
                Step::Record if only_first => break,
                Step::Record | Step::Other => spent.steps += 1,
                Step::Broken { walked } => {
                    spent.steps += 1;
                    spent.in_vain += walked;
                }
            }
        }
        self.advance(&mut place, view, cut.taken);
        self.trails.take(view, cut.taken, self.passing.is_none(), &self.rules);
        cut.lines = place.line - at.line;
        cut.source_bytes = place.offset - at.offset;
        cut.line_ends = self.rules.line_ends;
        cut
    }

    /// Moves `place` to `to`.
    fn advance(&self, place: &mut Spot, view: View, to: usize) {
        place.advance(view.bytes, to, self.from_utf16, self.rules.line_ends.unwrap_or_default());
    }

    /// Takes one record, sound or not, or one comment line.
    fn step(&mut self, view: View, place: &mut Spot, cut: &mut Cut) -> Step {
        let start = cut.taken;
        let Seen { walked, bytes, column } = self.trails.walk(view, start, &self.rules);
        match walked {
            Walked::More => return Step::More,
            Walked::Sound { next, blank, plain } => {
                cut.plain_quotes &= plain;
                self.rules.heed(&view.bytes[start..next]);
                cut.taken = next;
                return if blank { Step::Other } else { Step::Record };
            }
            Walked::Comment => self.pass(view, Passing::comment(), cut),
            Walked::Broken { why, at } => {
                self.advance(place, view, start);
                self.careful = self.careful.max(self.trails.place(at));
                let passing =
                    Passing::broken(why, &view.bytes[start..view.bytes.len().min(at + 1)], column, *place, &self.rules);
                self.pass(view, passing, cut);
                return Step::Broken { walked: bytes };
            }
        }
        Step::Other
    }

    /// Takes the physical line at hand, or the part of it that has come, as a skip.
    fn pass(&mut self, view: View, mut passing: Passing, cut: &mut Cut) {
        let from = cut.taken;
        match rest_of_line(view.bytes, from, view.end, self.rules.line_ends) {
            Line::Whole { text_end, next } => {
                passing.keep(&view.bytes[from..text_end]);
                self.rules.heed(&view.bytes[text_end..next]);
                cut.skips.push(Skip { span: from..next, broken: passing.finish() });
                cut.taken = next;
            }
            Line::Part(stop) => {
                passing.keep(&view.bytes[from..stop]);
                if stop > from {
                    cut.skips.push(Skip { span: from..stop, broken: None });
                }
                cut.taken = stop;
                self.passing = Some(passing);
            }
        }
    }
}

/// What one step took.
enum Step {
    /// Nothing: more bytes are needed.
    More,
    /// A sound record that is not blank.
    Record,
    /// A blank record or a comment.
    Other,
    /// A broken record, which took a walk over so many bytes.
    Broken { walked: usize },
}
