//! The pool job: one chunk, or some gathered rows, in, everything that is to be done with it out. Pure, and composed here because format,
//! transform and load never meet elsewhere.

use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError};

use crate::batch::{Batch, Begin, Chunk, Encoded, Encoder, Gaps, InputFile, Records, Refused, Reject, Spot, Stage};
use crate::cancel;
use crate::excerpt;
use crate::format::{Layout, Workspace, read};
use crate::load::NullEncoder;
use crate::transform::{GatheredRows, MOST_OF_ROW, Part, Query, Select, TooMuchText};

use super::scratch::Scratch;
use super::work::{Rows, Work};

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

/// Two lists in input order as one.
fn merge(mut rejects: Vec<Reject>, more: Vec<Reject>) -> Vec<Reject> {
    rejects.extend(more);
    // Stable, and nearly free where one list is empty.
    rejects.sort_by_key(|reject| reject.origin.record);
    rejects
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
