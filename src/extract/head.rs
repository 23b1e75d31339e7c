//! The head of the input: which files there are, the header, and a sample to guess types from. Read before the run starts,
//! and kept, so that a pipe loses nothing.

mod first;
mod later;
mod samples;

use std::sync::Arc;

use anyhow::Result;

use crate::format::csv::header::Header;
use crate::job;
use crate::stop::Stop;

use super::cut::{Cutter, Limits, MOST_LINES};
use super::input::{Input, Resolved, resolve};
use super::open::OpenInput;
use super::parquet::{Column, Refusal, Stored};
use first::{First, open_first};

/// Places of fields that the padded rows of one chunk may have: each has as many as the header, however few its bytes.
const PADDED_PLACES: usize = 1 << 20;

/// The inputs, found and readable, the first one open at its first record.
pub struct Head {
    pub settings: Arc<job::Extract>,
    /// All inputs, in reading order.
    pub inputs: Vec<Input>,
    /// That of the first file that is not empty; `None` without one.
    pub header: Option<Header>,
    /// What separates fields, where that was guessed and is no comma.
    pub delimiter: Option<u8>,
    /// Columns; 0 where nothing tells.
    pub width: usize,
    /// With `union_by_name`, each file's own header, by its place in the list of inputs.
    pub headers: Vec<Header>,
    /// The first file that is not empty.
    pub(super) first: Option<OpenInput>,
    /// Those after it.
    pub(super) rest: Vec<Input>,
    /// What Parquet files say of themselves; then `rest` are all files.
    pub(super) stored: Option<Stored>,
    /// A pipe has been given time to bring a sample.
    waited: bool,
    /// Bytes of all files together, where they are known.
    pub size: Option<u64>,
    pub warnings: Vec<String>,
    /// Warnings that the data may be misread, which nobody may miss.
    pub alarms: Vec<String>,
}

impl Head {
    /// The headers that have been read, each with the place of its file in the list of inputs.
    pub fn all_headers(&self) -> impl Iterator<Item = (usize, &Header)> {
        let first = self.header.iter().filter(|_| self.headers.is_empty());
        first.map(|header| (self.first_index(), header)).chain(self.headers.iter().enumerate())
    }

    /// Opens the first file at its first record and checks that the others are there and have the same header. `memory`:
    /// bytes that what is read of their footers, where they have some, may take.
    pub fn open(settings: Arc<job::Extract>, memory: usize, stop: &Stop) -> Result<Head> {
        let Resolved { inputs, warnings } = resolve(&settings.input)?;
        let mut head = match settings.format {
            job::Format::Parquet => Head::of_stored(settings, inputs, memory)?,
            _ => Head::of(settings, inputs, stop)?,
        };
        head.warnings.splice(..0, warnings);
        Ok(head)
    }

    /// The same of inputs that are known, and are no Parquet files.
    pub(super) fn of(settings: Arc<job::Extract>, inputs: Vec<Input>, stop: &Stop) -> Result<Head> {
        let headers = vec![Header::default(); if settings.union_by_name { inputs.len() } else { 0 }];
        let mut waiting = inputs.clone().into_iter();
        let First { input: first, settings, guess, start } = open_first(&mut waiting, settings, stop)?;
        let mut head = Head {
            inputs,
            header: start.header,
            delimiter: guess.delimiter,
            width: start.width,
            headers,
            size: first.size(),
            warnings: first.warning.iter().cloned().collect(),
            alarms: guess.alarm.into_iter().collect(),
            first: Some(first),
            rest: waiting.collect(),
            ..Head::unread(settings)
        };
        head.note_first();
        for input in head.rest.clone() {
            head.check(input, stop)?;
        }
        Ok(head)
    }

    /// A head of which only what the job declares is known: `validate` never reads standard input.
    pub fn unread(settings: Arc<job::Extract>) -> Head {
        Head {
            settings,
            inputs: Vec::new(),
            header: None,
            delimiter: None,
            width: 0,
            headers: Vec::new(),
            first: None,
            rest: Vec::new(),
            stored: None,
            waited: false,
            size: None,
            warnings: Vec::new(),
            alarms: Vec::new(),
        }
    }

    /// Of Parquet files nothing is read but their footers.
    fn of_stored(settings: Arc<job::Extract>, inputs: Vec<Input>, memory: usize) -> Result<Head> {
        let stored = Stored::open(&inputs, settings.union_by_name, memory)?;
        let width = stored.columns().len();
        let rest = inputs.clone();
        Ok(Head { inputs, width, rest, stored: Some(stored), ..Head::unread(settings) })
    }

    /// Only these columns are read, where a file can be read by columns.
    pub fn choose(&mut self, used: Vec<bool>, names: &[String]) -> Result<()> {
        let Some(stored) = &mut self.stored else { return Ok(()) };
        stored.choose(&used, names)?;
        self.size = Some(stored.size());
        Ok(())
    }

    /// The place in the list of inputs of the first file that is not empty.
    pub fn first_index(&self) -> usize {
        self.first.as_ref().map_or(0, |first| first.file().index)
    }

    /// Its name; empty where nothing has been opened.
    pub fn first_name(&self) -> &str {
        self.first.as_ref().map_or("", |first| &first.file().name)
    }

    /// Whether all that the first file has is at hand.
    pub fn has_ended(&self) -> bool {
        self.first.as_ref().is_some_and(OpenInput::ended)
    }

    /// The columns of Parquet files.
    pub fn stored_columns(&self) -> &[Column] {
        self.stored.as_ref().map_or(&[], |stored| stored.columns())
    }

    /// Has one of them refused where the query uses it.
    pub fn refuse(&mut self, index: usize, refusal: Refusal) {
        self.stored.iter_mut().for_each(|stored| stored.refuse(index, refusal.clone()));
    }

    /// What cuts an input of ours into chunks of about so many bytes.
    pub fn cutter(&self, input: &OpenInput, bytes: usize) -> Cutter {
        // A short line of another format than CSV may have as many.
        let lines = match (self.settings.ragged, &self.settings.format) {
            (job::Ragged::Reject, job::Format::Csv) => MOST_LINES,
            _ => ((PADDED_PLACES / (self.width + 1)) as u64).clamp(1, MOST_LINES),
        };
        let is_narrow = self.width < 2 || self.headers.iter().any(|header| header.names.len() < 2);
        input.cutter(&self.settings).with_blank_rows(is_narrow).within(Limits { bytes, lines })
    }
}
