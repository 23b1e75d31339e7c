//! The pool job: one chunk in, everything that is to be done with it out. Pure, and composed here because format,
//! transform and load never meet elsewhere.

use std::sync::{Arc, Mutex, PoisonError};

use crate::batch::{Batch, Chunk, Encoded, Encoder, Place, Records, Refused, Reject, Stage};
use crate::format::{Layout, Workspace, read};
use crate::transform::{Query, TooMuchText};

/// All that a pool job needs to know.
pub struct Mill {
    pub layout: Layout,
    pub query: Query,
    pub encoder: Arc<dyn Encoder>,
    pub sink: Arc<str>,
    pub scratch: Scratch,
}

/// Places of fields that a chunk of ordinary size has room in. What one odd chunk needed is not kept for the whole run.
const LARGEST_KEPT: usize = 1 << 21;

/// Buffers lent to jobs for their capacity: as many as jobs run at once.
#[derive(Default)]
pub struct Scratch(Mutex<Vec<Workspace>>);

impl Scratch {
    fn borrow(&self) -> Workspace {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).pop().unwrap_or_default()
    }

    fn give_back(&self, space: Workspace) {
        if space.capacity() > LARGEST_KEPT {
            return;
        }
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(space);
    }
}

/// What became of one chunk; owns its bytes and refers to no chunk.
pub struct Milled {
    /// Records in the chunk, broken ones included.
    pub read: usize,
    pub filtered: usize,
    /// Refused by extract or transform, in input order.
    pub rejects: Vec<Reject>,
    /// Refused by the sink's encoder, in input order.
    pub refused: Vec<Reject>,
    /// For each output row, how many records stand before it; only where a limit needs it.
    pub ordinals: Vec<usize>,
    pub encoded: Encoded,
    /// The chunk's buffer, to be read into again.
    pub buffer: Vec<u8>,
    /// What of the chunk is still to be milled, in parts, the last of them next: the whole would have been too much at once.
    pub rest: Vec<Chunk>,
}

impl Mill {
    pub fn mill(&self, mut chunk: Chunk) -> Milled {
        let mut space = self.scratch.borrow();
        let mut rest = Vec::new();
        let mut milled = loop {
            match self.mill_whole(&chunk, &mut space) {
                Ok(milled) => break milled,
                Err(middle) => rest.push(chunk.split_off(middle)),
            }
        };
        self.scratch.give_back(space);
        (milled.buffer, milled.rest) = (chunk.bytes, rest);
        milled
    }

    /// Mills all of a chunk, or says where its second half begins, if the whole of it is too much at once.
    fn mill_whole(&self, chunk: &Chunk, space: &mut Workspace) -> Result<Milled, Place> {
        let found = read(chunk, &self.layout, space);
        let records = found.records.as_ref();
        let batch = self.query.first.mill(records).map_err(|TooMuchText| records.place(records.len() / 2))?;
        let (mut encoded, refused) = self.encoder.encode(records, &batch);
        encoded.shrink();
        let refused = refused.into_iter().map(|refused| self.reject(records, refused, Stage::Load)).collect();
        let ordinals = self.ordinals(records, &batch);
        let filtered = batch.filtered;
        let transformed =
            batch.refused.into_iter().map(|refused| self.reject(records, refused, Stage::Transform)).collect();
        let (read, rejects) = (found.read, merge(found.rejects, transformed));
        Ok(Milled { read, filtered, rejects, refused, ordinals, encoded, buffer: Vec::new(), rest: Vec::new() })
    }

    fn reject(&self, records: &dyn Records, refused: Refused, stage: Stage) -> Reject {
        Reject {
            origin: records.origin(refused.row),
            stage,
            sink: (stage == Stage::Load).then(|| self.sink.clone()),
            column: refused.column,
            error_type: refused.error_type,
            message: refused.message,
        }
    }

    fn ordinals(&self, records: &dyn Records, batch: &Batch) -> Vec<usize> {
        match self.query.limit {
            Some(_) => batch.kept.iter().map(|row| records.ordinal(row)).collect(),
            None => Vec::new(),
        }
    }
}

/// Two lists in input order as one.
fn merge(mut rejects: Vec<Reject>, more: Vec<Reject>) -> Vec<Reject> {
    rejects.extend(more);
    // Stable, and nearly free where one list is empty.
    rejects.sort_by_key(|reject| reject.origin.record);
    rejects
}

impl Milled {
    /// Everything refused so far, in input order, whoever refused it; moved out, for there may be many.
    pub fn take_rejects(&mut self) -> Vec<Reject> {
        merge(std::mem::take(&mut self.rejects), std::mem::take(&mut self.refused))
    }

    pub fn output(&self) -> usize {
        self.encoded.rows() + self.refused.len()
    }

    /// Forgets what comes after the first `limit` output rows, which is then as if it had not been read.
    pub fn limit(&mut self, limit: usize) {
        self.ordinals.truncate(limit);
        self.read = self.ordinals.last().map_or(0, |last| last + 1);
        let read = self.read;
        let before = |rejects: &mut Vec<Reject>| rejects.truncate(rejects.partition_point(|r| r.origin.record < read));
        before(&mut self.rejects);
        before(&mut self.refused);
        self.encoded.truncate(limit - self.refused.len());
        self.filtered = self.read - self.rejects.len() - limit;
    }
}
