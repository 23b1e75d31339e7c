//! The search for the rows of a flush that the server refuses.

use std::collections::HashSet;
use std::iter;
use std::ops::Range;
use std::sync::Arc;

use super::copy_context::{Line, line_of};
use super::fault::blames_statement;
use super::libpq::Complaint;
use crate::load::Part;

/// The rows of a flush that are still to be loaded, in ranges.
pub struct Search<'a> {
    flush: &'a [Part],
    /// What comes first stands last.
    waiting: Vec<Range<usize>>,
    /// Rows to send at once: where many are bad, most of what is sent would be sent in vain.
    window: usize,
    /// The last of these is tried alone because the server seems to have named it; those before it are good then.
    suspects: Range<usize>,
    /// That was not so, and nothing is given on suspicions any more.
    misled: bool,
    /// How many are loaded.
    loaded: usize,
    refused: Vec<(usize, Complaint)>,
    /// Rows that are not to be tried.
    left_out: HashSet<usize>,
}

impl<'a> Search<'a> {
    pub fn new(flush: &'a [Part]) -> Search<'a> {
        Search::of(flush, flush.iter().map(|part| part.rows.len()).sum())
    }

    fn of(flush: &'a [Part], rows: usize) -> Search<'a> {
        let waiting = iter::once(0..rows).collect();
        Search {
            flush,
            waiting,
            window: rows,
            suspects: 0..0,
            misled: false,
            loaded: 0,
            refused: Vec::new(),
            left_out: HashSet::new(),
        }
    }

    /// The next rows to try.
    pub fn next(&mut self) -> Option<Range<usize>> {
        loop {
            let range = self.waiting.pop()?;
            let Some(start) = range.clone().find(|row| !self.left_out.contains(row)) else { continue };
            let end = range.end.min(start + self.window.max(1));
            let cut =
                if self.left_out.is_empty() { None } else { (start..end).find(|row| self.left_out.contains(row)) };
            let end = cut.unwrap_or(end);
            if end < range.end {
                self.waiting.push(end..range.end);
            }
            return Some(start..end);
        }
    }

    /// A row is not to be tried.
    pub fn leave_out(&mut self, row: usize) {
        self.left_out.insert(row);
    }

    pub fn loaded(&mut self, rows: &Range<usize>) {
        self.loaded += rows.len();
        self.window = self.window.max(rows.len() * 2);
        self.misled |= rows.len() == 1 && rows.end == self.suspects.end;
    }

    /// One of these rows is bad: the one whose line the server names, else one that halving finds.
    pub fn refused(&mut self, rows: Range<usize>, complaint: Complaint, relation: &str) {
        self.misled |= self.suspects.contains(&rows.start) && rows.end < self.suspects.end;
        let row = |line: usize| Some(rows.start + line - 1).filter(|row| rows.contains(row));
        let (certain, likely) = match line_of(&complaint, relation) {
            Some(Line::Certain(line)) => (row(line), None),
            Some(Line::Likely(line)) => (None, row(line).filter(|_| !self.misled)),
            None => (None, None),
        };
        match (certain, likely) {
            _ if rows.len() == 1 => self.refuse(rows.start, complaint),
            (Some(bad), _) => {
                self.window = (bad - rows.start) * 2;
                self.refuse(bad, complaint);
                self.split(rows, bad, bad + 1);
            }
            (None, Some(bad)) => {
                self.window = (bad - rows.start) * 2;
                self.suspects = rows.start..bad + 1;
                self.waiting.push(bad + 1..rows.end);
                self.split(rows.start..bad + 1, bad, bad);
            }
            (None, None) => {
                self.window = rows.len() / 2;
                let middle = rows.start + rows.len() / 2;
                self.split(rows, middle, middle);
            }
        }
    }

    /// What is before `first` comes next, then what begins with `second`.
    fn split(&mut self, rows: Range<usize>, first: usize, second: usize) {
        self.waiting.push(second..rows.end);
        self.waiting.push(rows.start..first);
    }

    pub fn has_refused(&self) -> bool {
        !self.refused.is_empty()
    }

    /// What the first rows were refused for, one as the other, where it is more likely to lie with the statement.
    pub fn blames_statement(&self) -> Option<Complaint> {
        /// So many, or all there are.
        const ENOUGH: usize = 10;
        let tried = self.refused.len() >= ENOUGH || self.waiting.iter().all(Range::is_empty);
        let alike = self.refused.iter().all(|(_, complaint)| blames_statement(complaint));
        let (_, first) = self.refused.first()?;
        (self.loaded == 0 && tried && alike).then(|| first.clone())
    }

    /// How many are refused by now.
    pub fn refused_rows(&self) -> usize {
        self.refused.len()
    }

    pub fn last_refused(&self) -> Option<usize> {
        self.refused.last().map(|(row, _)| *row)
    }

    fn refuse(&mut self, row: usize, complaint: Complaint) {
        self.refused.push((row, complaint));
    }

    /// The rows that are bad, in order, with what the server says of each.
    pub fn into_refused(self) -> Vec<(usize, Complaint)> {
        let mut refused = self.refused;
        refused.sort_by_key(|(row, _)| *row);
        refused
    }

    /// Rows of the flush, counted from its first.
    pub fn parts(&self, rows: &Range<usize>) -> Vec<Part> {
        let mut start = 0;
        let mut parts = Vec::new();
        for part in self.flush {
            let end = start + part.rows.len();
            let (from, to) = (rows.start.max(start), rows.end.min(end));
            if from < to {
                let rows = part.rows.start + from - start..part.rows.start + to - start;
                parts.push(Part { encoded: Arc::clone(&part.encoded), rows });
            }
            start = end;
        }
        parts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn complaint(context: &str) -> Complaint {
        Complaint { context: context.into(), ..Complaint::default() }
    }

    /// Every bad row is found, each good one is loaded once, and in few steps.
    #[test]
    fn halving_finds_the_bad_rows() {
        for bad in [vec![0], vec![4999], vec![17, 18, 4000], (0..5000).step_by(100).collect(), (0..5000).collect()] {
            let mut search = Search::of(&[], 5000);
            let (mut loaded, mut steps) = (0, 0);
            while let Some(rows) = search.next() {
                steps += 1;
                if bad.iter().any(|row| rows.contains(row)) {
                    search.refused(rows, complaint(""), "t");
                } else {
                    loaded += rows.len();
                    search.loaded(&rows);
                }
            }
            let found: Vec<usize> = search.refused.iter().map(|(row, _)| *row).collect();
            assert_eq!(found, bad);
            assert_eq!(loaded, 5000 - bad.len());
            assert!(steps <= 1 + bad.len() * 3 * 13, "{steps} steps for {} rows", bad.len());
        }
    }

    /// A server that names a row in vain is believed once.
    #[test]
    fn a_suspect_is_tried_alone() {
        let mut search = Search::of(&[], 1000);
        let (mut loaded, mut steps) = (0, 0);
        while let Some(rows) = search.next() {
            steps += 1;
            if rows.contains(&300) {
                let last = rows.len();
                search.refused(rows, complaint(&format!("function f\nCOPY t, line {last}")), "t");
            } else {
                loaded += rows.len();
                search.loaded(&rows);
            }
        }
        let found: Vec<usize> = search.refused.iter().map(|(row, _)| *row).collect();
        assert_eq!((found, loaded), (vec![300], 999));
        assert!(steps < 40, "{steps} steps");
    }
}
