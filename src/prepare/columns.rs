//! The input's columns: names from the header, types declared by the job or guessed from a sample.

use std::collections::HashMap;

use anyhow::Result;

use crate::batch::{Chunk, ErrorType, Records, Reject};
use crate::exit::{ExitCode, fatal};
use crate::extract::head::Head;
use crate::extract::sample::SAMPLE_RECORDS;
use crate::format::json::token::is_nested;
use crate::format::{Found, Guesser, Layout, Workspace, read};
use crate::stop::Stop;
use crate::types::{InputColumn, Known, Session, Type, Typing};

use super::layout::layout;
use super::names::{Names, names};
use super::stored;

/// So many records of one other width than the header's are no accident.
const TELLING_RECORDS: usize = 10;

/// What is known of the input before its first row.
pub struct Columns {
    pub columns: Vec<InputColumn>,
    pub layout: Layout,
    pub warnings: Vec<String>,
    /// For each column the place in the list of inputs of the file that has it first; its sample tells the type.
    owners: Vec<usize>,
    /// A sample was needed for the names, and has been waited for.
    sampled: bool,
}

/// Settles names, and types as far as no value has to be looked at. `origin` is what declares columns, for messages.
pub fn columns(origin: &str, head: &mut Head, session: &Session, stop: &Stop) -> Result<Columns> {
    let Names { names, owners, warnings, sampled, .. } = names(origin, head, stop)?;
    head.width = names.len();
    let settings = &head.settings;
    let known: HashMap<&str, &Typing> = settings.columns.iter().map(|(name, typing)| (name.as_str(), typing)).collect();
    let mut columns: Vec<InputColumn> = names.iter().map(|name| declared(&known, name)).collect();
    let layout = layout(head, &names, session);
    match &layout {
        Layout::Parquet(layout) => stored::types(origin, settings, layout, &mut columns)?,
        Layout::Jsonl(_) => columns.iter_mut().for_each(|column| column.is_json = true),
        Layout::Csv(_) | Layout::Union(_) | Layout::Text(_) => {}
    }
    Ok(Columns { columns, layout, warnings, owners, sampled })
}

impl Columns {
    /// The names, in order.
    pub fn names(&self) -> Vec<String> {
        self.columns.iter().map(|column| column.name.clone()).collect()
    }

    /// Guesses the types of the columns that are `wanted`, where nobody has said them. A pipe is waited for only where
    /// something must be guessed.
    pub fn guess(&mut self, wanted: &[bool], head: &mut Head, stop: &Stop) -> Result<()> {
        let open = |(column, wanted): (&InputColumn, &bool)| {
            column.known == Known::Guessed && *wanted && !head.settings.all_text
        };
        let wanted: Vec<bool> = self.columns.iter().zip(wanted).map(open).collect();
        let owners = &self.owners;
        let of_file = |index: usize| -> Vec<bool> {
            wanted.iter().zip(owners).map(|(wanted, owner)| *wanted && *owner == index).collect()
        };
        if let Some(sample) = head.sample(wanted.contains(&true) && !self.sampled, stop)? {
            let mut space = Workspace::default();
            let found = read(&sample, &self.layout, &mut space);
            refuse_other_width(head, &found, &sample)?;
            guess(&mut self.columns, &of_file(sample.file.index), found.records.as_ref());
        }
        for input in head.rest.iter().filter(|input| of_file(input.file.index).contains(&true)) {
            let Some(sample) = head.sample_of(input.clone(), stop)? else { break };
            let mut space = Workspace::default();
            let found = read(&sample, &self.layout, &mut space);
            guess(&mut self.columns, &of_file(input.file.index), found.records.as_ref());
        }
        self.warnings.append(&mut head.warnings);
        Ok(())
    }
}

fn declared(known: &HashMap<&str, &Typing>, name: &str) -> InputColumn {
    let (typing, known) = match known.get(name) {
        Some(typing) => (Typing::clone(typing), Known::Declared),
        None => (Typing::from(Type::Text), Known::Guessed),
    };
    InputColumn { name: name.to_owned(), typing, known, is_json: false }
}

/// Guesses the types of the columns that are `wanted`.
fn guess(columns: &mut [InputColumn], wanted: &[bool], records: &dyn Records) {
    // Refused records count, so that a pipe's sample, which ends after so many, is that of a file.
    let rows = (0..records.len()).take_while(|row| records.ordinal(*row) < SAMPLE_RECORDS).count();
    for (index, (column, _)) in columns.iter_mut().zip(wanted).enumerate().filter(|(_, (_, wanted))| **wanted) {
        let mut guesser = Guesser::new();
        for (row, text) in (0..rows).map(|row| (row, records.text(row, index))) {
            match text {
                Some(_) if records.token(row, index).is_some_and(is_nested) => guesser.push_nested(),
                Some(text) if records.is_text(row, index) => guesser.push_text(&text),
                Some(text) if records.token(row, index).is_some() => guesser.push_number(&text),
                text => guesser.push(text.as_deref()),
            }
        }
        column.typing = guesser.typing();
    }
}

/// One message at the start rather than a million rejects.
fn refuse_other_width(head: &Head, found: &Found, sample: &Chunk) -> Result<()> {
    let [first, rest @ ..] = found.rejects.as_slice() else { return Ok(()) };
    let is_width = |reject: &Reject| matches!(reject.error_type, ErrorType::MissingColumns | ErrorType::TooManyColumns);
    let same = is_width(first) && rest.iter().all(|reject| reject.message == first.message);
    if found.read < TELLING_RECORDS || !found.records.is_empty() || !same {
        return Ok(());
    }
    let path = &sample.file.name;
    let delimiter = head.settings.dialect.delimiter.escape_ascii();
    Err(fatal(
        ExitCode::Data,
        format!(
            "{path}, line {}: {}, as in every row of the sample; is extract.delimiter = \"{delimiter}\" right?",
            first.origin.line, first.message
        ),
    ))
}
