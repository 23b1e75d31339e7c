//! How far the input has been dealt with: where it can be opened again, and how many output rows stand behind that.

use super::LineEnds;

/// Where an input can be opened again: the begin of a chunk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Begin {
    /// Place in the list of inputs, from 0.
    pub file: usize,
    /// Place in the decompressed file before transcoding, BOM included; of a file that holds values the row group, from 0.
    pub offset: u64,
    /// Physical line in the file, from 1; of a file that holds values the number of the row.
    pub line: u64,
    /// What ends the file's lines, where a line end before it has decided that.
    pub line_ends: Option<LineEnds>,
}

/// What became of all records before a place in the input: read = filtered + broken + refused + output.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Accounts {
    pub read: u64,
    pub filtered: u64,
    /// Refused by extract.
    pub broken: u64,
    /// Refused by transform.
    pub refused: u64,
    pub output: u64,
}

/// How far the input has been dealt with. Whoever goes on there opens the input at `begin`, with the accounts up to there, and
/// leaves out the first `rows` output rows, however the chunks are cut then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    pub begin: Begin,
    /// Output rows behind `begin` that are dealt with.
    pub rows: u64,
    /// Of what stands before `begin`.
    pub accounts: Accounts,
}

impl Place {
    /// The first place of a run.
    pub fn first(begin: Begin) -> Place {
        Place { begin, rows: 0, accounts: Accounts::default() }
    }

    /// The place at its begin, before the output rows behind that.
    pub fn at_begin(self) -> Place {
        Place { rows: 0, ..self }
    }

    /// Output rows before it.
    pub fn output(&self) -> u64 {
        self.accounts.output + self.rows
    }

    /// Puts the places of a job into their order, whatever its chunks were: of two that have the same output rows before them
    /// the one comes later that begins later.
    pub fn order(&self) -> (u64, Begin) {
        (self.output(), self.begin)
    }

    /// So many output rows further on.
    pub fn on(self, rows: u64) -> Place {
        Place { rows: self.rows + rows, ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(offset: u64, output: u64, rows: u64) -> Place {
        let accounts = Accounts { output, ..Accounts::default() };
        Place { begin: Begin { file: 0, offset, line: 1, line_ends: None }, rows, accounts }
    }

    #[test]
    fn places_of_chunks_that_were_cut_differently_have_one_order() {
        // Behind ten rows of a large chunk, behind five rows of a small one, and behind chunks without rows.
        let places = [place(500, 5, 0), place(0, 0, 10), place(500, 5, 5), place(900, 10, 0), place(0, 0, 11)];
        assert!(places.is_sorted_by_key(Place::order));
        assert_eq!(place(500, 5, 0).on(6).order(), place(500, 5, 6).order());
    }
}
