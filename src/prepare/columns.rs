//! The input's columns: names from the header, types declared by the job or guessed from a sample.

use std::collections::HashMap;

use anyhow::Result;

use crate::batch::{Chunk, ErrorType, Records, Reject};
use crate::exit::{ExitCode, fatal};
use crate::extract::head::Head;
use crate::extract::sample::SAMPLE_RECORDS;
use crate::format::guess::Guesser;
use crate::format::json::token::is_nested;
use crate::format::{Found, Layout, Workspace, read};
use crate::job::Job;
use crate::stop::Stop;
use crate::transform;
use crate::types::{InputColumn, Known, Session, Type, Typing};

use super::layout::layout;
use super::lookups;
use super::names::{Names, names};
use super::stored;

/// So many records of one other width than the header's are no accident.
const TELLING_RECORDS: usize = 10;

/// What is known of the input before its first row.
pub struct Columns {
    pub columns: Vec<InputColumn>,
    pub layout: Layout,
    pub warnings: Vec<String>,
}

/// Settles names and types. A pipe is waited for only where something must be guessed.
pub fn columns(job: &Job, head: &mut Head, session: &Session, stop: &Stop) -> Result<Columns> {
    let Names { names, owners, mut warnings, sampled, .. } = names(&job.origin, head, stop)?;
    head.width = names.len();
    let known: HashMap<&str, &Typing> =
        job.extract.columns.iter().map(|(name, typing)| (name.as_str(), typing)).collect();
    let mut columns: Vec<InputColumn> = names.iter().map(|name| declared(&known, name)).collect();
    let layout = layout(head, &names, session);
    match &layout {
        Layout::Parquet(layout) => stored::types(job, layout, &mut columns)?,
        Layout::Jsonl(_) => columns.iter_mut().for_each(|column| column.is_json = true),
        Layout::Csv(_) | Layout::Union(_) | Layout::Text(_) => {}
    }
    let mentioned = transform::mentions(&job.transform.query, &lookups::declared(job), &names)?;
    let to_guess = |(column, mentioned): (&InputColumn, &bool)| {
        column.known == Known::Guessed && *mentioned && !job.extract.all_text
    };
    let to_guess: Vec<bool> = columns.iter().zip(&mentioned).map(to_guess).collect();
    let of_file = |index: usize| -> Vec<bool> {
        to_guess.iter().zip(&owners).map(|(to_guess, owner)| *to_guess && *owner == index).collect()
    };
    if let Some(sample) = head.sample(to_guess.contains(&true) && !sampled, stop)? {
        let mut space = Workspace::default();
        let found = read(&sample, &layout, &mut space);
        refuse_other_width(head, &found, &sample)?;
        guess(&mut columns, &of_file(sample.file.index), found.records.as_ref());
    }
    for input in head.rest.iter().filter(|input| of_file(input.file.index).contains(&true)) {
        let Some(sample) = head.sample_of(input.clone(), stop)? else { break };
        let mut space = Workspace::default();
        let found = read(&sample, &layout, &mut space);
        guess(&mut columns, &of_file(input.file.index), found.records.as_ref());
    }
    warnings.append(&mut head.warnings);
    Ok(Columns { columns, layout, warnings })
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
