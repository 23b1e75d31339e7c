//! What a pool job has made of its work, handed back as a whole.

use crate::batch::{Begin, Encoded, Gaps, Reject};
use crate::transform::Part;

use super::work::Work;

/// What became of one chunk; owns its bytes and refers to no chunk.
pub struct Milled {
    /// Records in the chunk, broken ones included.
    pub read: usize,
    pub filtered: usize,
    /// Refused by extract or transform, in input order.
    pub rejects: Vec<Reject>,
    /// For each output row, how many records stand before it; only where a limit needs it.
    pub ordinals: Vec<usize>,
    pub made: Made,
    /// The chunk's buffer, to be read into again.
    pub buffer: Option<Vec<u8>>,
    /// Where the input can be opened again behind what was milled, if it can be there.
    pub upto: Option<Begin>,
    /// What is still to be milled of the same work, in parts, the last of them next: the whole would have been too much at
    /// once.
    pub rest: Vec<Work>,
}

/// What a pool job has made of its rows.
pub enum Made {
    /// Rows for the sinks, in each form.
    Encoded(Vec<Written>),
    /// Rows for the next select, gathered.
    Part(Box<Part>),
}

/// Rows in one form.
pub struct Written {
    pub encoded: Encoded,
    /// Refused by the encoder, in input order.
    pub refused: Vec<Reject>,
    /// Where among the output rows those stand that were refused.
    pub gaps: Gaps,
}

impl Written {
    /// Rows that came, the refused ones included: as many in every form.
    fn rows(&self) -> usize {
        self.encoded.rows() + self.gaps.len()
    }

    /// Bytes held until they are written, about.
    pub fn bytes(&self) -> usize {
        self.encoded.ends.last().copied().unwrap_or(0)
    }
}

impl Milled {
    /// Everything refused so far, in input order, whoever refused it; moved out, for there may be many.
    pub fn take_rejects(&mut self) -> Vec<Reject> {
        let rejects = std::mem::take(&mut self.rejects);
        match &mut self.made {
            Made::Encoded(forms) => {
                forms.iter_mut().fold(rejects, |rejects, form| merge(rejects, std::mem::take(&mut form.refused)))
            }
            Made::Part(_) => rejects,
        }
    }

    /// Rows that the select put out.
    pub fn output(&self) -> usize {
        match &self.made {
            Made::Encoded(forms) => forms.first().map_or(0, Written::rows),
            Made::Part(part) => part.rows(),
        }
    }

    /// Forgets what comes after the first `limit` output rows, which is then as if it had not been read.
    pub fn limit(&mut self, limit: usize) {
        self.ordinals.truncate(limit);
        self.read = self.ordinals.last().map_or(0, |last| last + 1);
        let read = self.read;
        self.upto = None;
        let before = |rejects: &mut Vec<Reject>| rejects.truncate(rejects.partition_point(|r| r.origin.record < read));
        before(&mut self.rejects);
        match &mut self.made {
            Made::Encoded(forms) => forms.iter_mut().for_each(|form| {
                before(&mut form.refused);
                form.gaps.truncate(form.refused.len());
                form.encoded.truncate(limit - form.refused.len());
            }),
            Made::Part(part) => part.truncate(limit),
        }
        self.filtered = self.read - self.rejects.len() - limit;
    }
}

/// Two lists in input order as one.
pub fn merge(mut rejects: Vec<Reject>, more: Vec<Reject>) -> Vec<Reject> {
    rejects.extend(more);
    // Stable, and nearly free where one list is empty.
    rejects.sort_by_key(|reject| reject.origin.record);
    rejects
}
