//! The pool job: one chunk, or some gathered rows, in, everything that is to be done with it out. Pure, and composed here
//! because format, transform and load never meet elsewhere.

use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError};

use crate::batch::{Batch, Chunk, Encoder, Gaps, InputFile, Records, Refused, Reject, Spot, Stage};
use crate::cancel;
use crate::excerpt;
use crate::format::csv::Repeats;
use crate::format::{Layout, Workspace, read};
use crate::load::NullEncoder;
use crate::transform::{GatheredRows, MOST_OF_ROW, Query, Select, TooMuchText};

use super::milled::{Made, Milled, Written, merge};
use super::work::{Rows, Work};

/// Places of fields that a chunk of ordinary size has room in. What one odd chunk needed is not kept for the whole run.
const LARGEST_KEPT: usize = 1 << 21;

/// All that a pool job needs to know.
pub struct Mill {
    layout: Layout,
    pub query: Query,
    /// How rows are encoded: once for all sinks that take the same.
    pub forms: Vec<Form>,
    scratch: Scratch,
    /// Bytes of computed text that rows milled together may hold.
    most_text: usize,
    /// Who holds it mills a row that needs more: one at a time.
    large_row: Mutex<()>,
    /// What stands for the file of rows that come from no one file.
    nowhere: Arc<InputFile>,
}

/// One way to encode rows.
pub struct Form {
    pub encoder: Arc<dyn Encoder>,
    /// The sink that rejects are ascribed to: an encoder that refuses rows has but one.
    pub sink: Arc<str>,
    /// The one sink that takes it has no room and drops what comes: rows need only be counted.
    pub unwanted: Arc<AtomicBool>,
}

impl Mill {
    /// `memory`: bytes that there are for each of the pool's threads.
    pub fn new(layout: Layout, query: Query, forms: Vec<Form>, memory: usize) -> Mill {
        Mill {
            layout,
            query,
            forms,
            scratch: Scratch::default(),
            most_text: most_text(memory),
            large_row: Mutex::default(),
            nowhere: GatheredRows::nowhere(),
        }
    }

    /// What was seen of headers that stand in the input again.
    pub fn repeats(&self) -> Option<Arc<Repeats>> {
        self.layout.repeats().map(Arc::clone)
    }

    pub fn mill(&self, work: Work) -> Milled {
        match work {
            Work::Chunk(chunk) => self.mill_chunk(chunk),
            Work::Rows(rows) => self.mill_rows(rows),
        }
    }

    fn mill_chunk(&self, mut chunk: Chunk) -> Milled {
        let mut space = self.scratch.borrow();
        let mut rest = Vec::new();
        let mut milled = loop {
            cancel::point();
            match self.mill_whole(&chunk, &mut space) {
                Ok(milled) => break milled,
                Err(middle) => rest.push(Work::Chunk(chunk.split_off(middle))),
            }
        };
        self.scratch.give_back(space);
        (milled.buffer, milled.upto, milled.rest) = (Some(chunk.bytes), chunk.upto, rest);
        milled
    }

    /// Mills all of a chunk, or says where its second half begins, if the whole of it is too much at once.
    fn mill_whole(&self, chunk: &Chunk, space: &mut Workspace) -> Result<Milled, Spot> {
        let found = read(chunk, &self.layout, space);
        let records = found.records.as_ref();
        let batch = self.select(&self.query.first, records);
        let batch = batch.map_err(|TooMuchText| records.spot(records.len() / 2))?;
        let mut milled = self.milled(0, records, batch);
        milled.read = found.read;
        milled.rejects = merge(found.rejects, milled.rejects);
        Ok(milled)
    }

    /// The same for rows that have been gathered.
    fn mill_rows(&self, mut rows: Rows) -> Milled {
        let select = self.query.select(rows.step);
        let mut rest = Vec::new();
        loop {
            cancel::point();
            let table = select.table(rows.held.columns(&rows.ids), rows.ids.len(), &self.nowhere);
            match self.select(select, &table) {
                Ok(batch) => return Milled { rest, ..self.milled(rows.step, &table, batch) },
                Err(TooMuchText) => rest.push(Work::Rows(rows.split_off())),
            }
        }
    }

    /// Selects rows, unless they need more text than rows may that can be taken apart.
    fn select(&self, select: &Select, records: &dyn Records) -> Result<Batch, TooMuchText> {
        let batch = select.mill(records, self.most_text);
        if batch.is_ok() || records.len() > 1 {
            return batch;
        }
        // Whoever has it does not wait for anybody, and one that was given up has left nothing behind.
        let _alone = self.large_row.lock().unwrap_or_else(PoisonError::into_inner);
        select.mill(records, MOST_OF_ROW)
    }

    /// What one select has made of some records, gathered or encoded.
    fn milled(&self, step: usize, records: &dyn Records, mut batch: Batch) -> Milled {
        let taken = std::mem::take(&mut batch.refused);
        let made = match self.query.gatherer(step) {
            Some(gatherer) => Made::Part(Box::new(gatherer.part(records, &mut batch))),
            None => Made::Encoded(self.forms.iter().map(|form| form.write(records, &batch)).collect()),
        };
        Milled {
            read: records.len(),
            filtered: batch.filtered,
            rejects: rejects(records, taken, None),
            ordinals: self.ordinals(step, records, &batch),
            made,
            buffer: None,
            upto: None,
            rest: Vec::new(),
        }
    }

    fn ordinals(&self, step: usize, records: &dyn Records, batch: &Batch) -> Vec<usize> {
        match self.query.limit(step) {
            Some(_) => batch.kept.iter().map(|row| records.ordinal(row)).collect(),
            None => Vec::new(),
        }
    }
}

/// An eighth of the memory, and no more than makes jobs faster. It decides how rows are taken apart, and not what comes of
/// them.
fn most_text(memory: usize) -> usize {
    const FEWEST: usize = 4 << 20;
    const MOST: usize = 16 << 20;
    (memory / 8).clamp(FEWEST, MOST)
}

impl Form {
    fn write(&self, records: &dyn Records, batch: &Batch) -> Written {
        cancel::point();
        let unwanted = self.unwanted.load(Relaxed);
        let encoder = if unwanted { &NullEncoder } else { self.encoder.as_ref() };
        let (mut encoded, refused) = encoder.encode(records, batch);
        encoded.shrink();
        let gaps = Gaps::new(refused.iter().filter_map(|refused| batch.kept.index(refused.row)));
        Written { encoded, refused: rejects(records, refused, Some(&self.sink)), gaps }
    }
}

/// What was refused, by transform or by a sink, with the rows' bytes and places.
fn rejects(records: &dyn Records, refused: Vec<Refused>, sink: Option<&Arc<str>>) -> Vec<Reject> {
    let reject = |refused: Refused| Reject {
        origin: records.origin(refused.row),
        stage: if sink.is_some() { Stage::Load } else { Stage::Transform },
        sink: sink.cloned(),
        column: refused.column,
        error_type: refused.error_type,
        message: excerpt::message(refused.message),
    };
    refused.into_iter().map(reject).collect()
}

/// Buffers lent to jobs for their capacity: as many as jobs run at once.
#[derive(Default)]
struct Scratch(Mutex<Vec<Workspace>>);

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
