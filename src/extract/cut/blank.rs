//! Long runs of blank lines, each of which would cost more than its byte.

use super::{Cutter, View};

/// So many blank lines are many.
const LONG_RUN: usize = 64;

impl Cutter {
    /// Where a long run of blank lines at `from` ends, as far as that can be told: it is left out as it stands, for each of
    /// them would cost more than its byte.
    pub(super) fn blank_lines(&self, view: View, from: usize) -> Option<usize> {
        let rest = view.bytes.get(from..).filter(|_| !self.blank_rows && !self.rules.dialect.is_lines())?;
        let run = blanks(rest);
        // Returns at the end of what is at hand may be the begin of a longer line end.
        let open = match rest.get(run..) {
            Some([]) if !view.end => rest.iter().rev().take(2).take_while(|byte| **byte == b'\r').count(),
            _ => 0,
        };
        Some(run - open).filter(|run| *run >= LONG_RUN).map(|run| from + run)
    }
}

/// How many bytes of line ends stand at the begin of `bytes`.
fn blanks(bytes: &[u8]) -> usize {
    let is_blank = |byte: &u8| matches!(byte, b'\n' | b'\r');
    let (blocks, _) = bytes.as_chunks::<LONG_RUN>();
    // No branch within a block, so that it is looked at all at once.
    let whole = blocks.iter().take_while(|block| block.iter().fold(true, |all, byte| all & is_blank(byte))).count();
    let rest = bytes.get(whole * LONG_RUN..).unwrap_or_default();
    whole * LONG_RUN + rest.iter().take_while(|byte| is_blank(byte)).count()
}
