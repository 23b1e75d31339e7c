//! How much one cut may take.

/// What is enough for one cut, so that what a chunk costs beside its bytes is bounded, and a run that is asked to stop soon
/// hears of it.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Bytes; the last record may go beyond.
    pub bytes: usize,
    /// Physical lines, more or less, however short they are.
    pub lines: u64,
}

/// No cut has more lines: each record costs its places, and a broken one its line in the rejects file.
pub const MOST_LINES: u64 = 1 << 15;

/// Bytes walked over in vain by one cut, about 50 ms: a quote that never closes may lead through the whole file.
const MOST_IN_VAIN: usize = 32 << 20;

impl Limits {
    /// Whether a cut has taken enough: up to `taken`, and `lines` besides those of its steps. A search for the first record
    /// may pass over any number of lines.
    pub fn reached(&self, spent: &Spent, taken: usize, lines: u64, only_first: bool) -> bool {
        let many = taken - spent.from >= self.bytes || spent.steps + lines >= self.lines;
        spent.in_vain >= MOST_IN_VAIN || (many && !only_first)
    }
}

/// What a cut has cost so far.
pub struct Spent {
    /// Where it begins, behind a line that was being passed over.
    from: usize,
    /// Records and lines taken one by one.
    pub steps: u64,
    /// Bytes walked over for broken records.
    pub in_vain: usize,
}

impl Spent {
    /// Nothing yet, of a cut that begins there.
    pub fn nothing(from: usize) -> Spent {
        Spent { from, steps: 0, in_vain: 0 }
    }
}
