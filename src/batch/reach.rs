//! How far the rows of one encoded batch reach, each of them.

use super::Place;

/// A stretch of the input: the place before it, and the one behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    pub from: Place,
    pub upto: Place,
}

/// How far the rows of an encoded batch reach.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reach {
    /// Of what the batch was made of.
    pub span: Span,
    pub gaps: Gaps,
}

impl Reach {
    /// The place behind the first `rows` of the batch's `all` encoded rows.
    pub fn behind(&self, rows: usize, all: usize) -> Place {
        match rows == all {
            true => self.span.upto,
            false => self.span.from.on((rows + self.gaps.before(rows)) as u64),
        }
    }
}

/// Which output rows of a batch are not among its encoded rows, for the encoder refused them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Gaps {
    /// For each, how many encoded rows stand before it; ascending.
    rows_before: Vec<u32>,
}

impl Gaps {
    /// `refused`: the numbers of the refused rows among the output rows, from 0, ascending.
    pub fn new(refused: impl Iterator<Item = usize>) -> Gaps {
        Gaps { rows_before: refused.enumerate().map(|(gaps, row)| (row - gaps) as u32).collect() }
    }

    pub fn len(&self) -> usize {
        self.rows_before.len()
    }

    pub fn is_empty(&self) -> bool {
        self.rows_before.is_empty()
    }

    /// The memory that they take.
    pub fn bytes(&self) -> usize {
        size_of_val(self.rows_before.as_slice())
    }

    /// How many stand before the last of the first `rows` encoded rows.
    fn before(&self, rows: usize) -> usize {
        self.rows_before.partition_point(|before| (*before as usize) < rows)
    }

    /// How many are among the first `rows` output rows.
    pub fn among(&self, rows: usize) -> usize {
        let output = self.rows_before.iter().enumerate().map(|(gaps, before)| gaps + *before as usize);
        output.take_while(|row| *row < rows).count()
    }

    /// Forgets all but the first.
    pub fn truncate(&mut self, gaps: usize) {
        self.rows_before.truncate(gaps);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::batch::Begin;

    #[test]
    fn a_row_reaches_behind_the_refused_ones_before_it() {
        // Of the output rows 0 to 6, 0, 2, 3 and 6 were refused: 1, 4 and 5 are the encoded ones.
        let gaps = Gaps::new([0, 2, 3, 6].into_iter());
        let begin = |offset| Begin { file: 0, offset, line: 1, line_ends: None };
        let (from, upto) = (Place::first(begin(0)).on(10), Place::first(begin(70)));
        let reach = Reach { span: Span { from, upto }, gaps };
        let behind = |rows| reach.behind(rows, 3);
        assert_eq!([behind(0), behind(1), behind(2), behind(3)], [from, from.on(2), from.on(5), upto]);
    }

    #[test]
    fn refused_rows_are_counted_among_output_rows() {
        let gaps = Gaps::new([0, 2, 3, 6].into_iter());
        let among: Vec<usize> = (0..9).map(|rows| gaps.among(rows)).collect();
        assert_eq!(among, [0, 1, 1, 2, 3, 3, 3, 4, 4]);
        assert!(Gaps::default().is_empty() && Gaps::default().among(5) == 0);
    }
}
