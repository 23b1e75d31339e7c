//! The input's columns: their names, and types that are declared by the job, those of the file, or guessed from a sample.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use anyhow::Result;

use crate::batch::{Chunk, Records};
use crate::extract::{Head, SAMPLE_RECORDS};
use crate::format::csv::header;
use crate::format::json::token::is_nested;
use crate::format::{Guesser, Layout, Workspace, read};
use crate::job::Extract;
use crate::stop::Stop;
use crate::types::{InputColumn, Known, Type, Typing};

use super::headerless::Suspects;
use super::names::Names;
use super::spaced::Spaced;
use super::widths::Width;

/// What is known of the input before its first row.
pub struct Columns {
    pub columns: Vec<InputColumn>,
    pub layout: Layout,
    pub warnings: Vec<String>,
    /// For each column the place in the list of inputs of the file that has it first; its sample tells the type.
    owners: Vec<usize>,
}

impl Columns {
    /// Columns of these names, with the types that the job declares for them.
    pub fn new(Names { names, owners, warnings, .. }: Names, layout: Layout, settings: &Extract) -> Columns {
        let declared: HashMap<&str, &Typing> =
            settings.columns.iter().map(|(name, typing)| (name.as_str(), typing)).collect();
        let column = |name: String| {
            let (typing, known) = match declared.get(name.as_str()) {
                Some(typing) => (Typing::clone(typing), Known::Declared),
                None => (Typing { notation: settings.notation, ..Type::Text.into() }, Known::Guessed),
            };
            InputColumn { name, typing, known, is_json: false }
        };
        Columns { columns: names.into_iter().map(column).collect(), layout, warnings, owners }
    }

    /// The names, in order.
    pub fn names(&self) -> Vec<String> {
        self.columns.iter().map(|column| column.name.clone()).collect()
    }

    /// Guesses the types of the columns that are `wanted`, where nobody has said them. A pipe is waited for only where
    /// something must be guessed.
    pub fn guess(&mut self, wanted: &[bool], head: &mut Head, stop: &Stop) -> Result<()> {
        let settings = Arc::clone(&head.settings);
        let is_open = |column: &InputColumn| column.known == Known::Guessed && !settings.all_text;
        let wanted: Vec<bool> =
            self.columns.iter().zip(wanted).map(|(column, wanted)| *wanted && is_open(column)).collect();
        let owners = &self.owners;
        let of_file = |index: usize| -> Vec<bool> {
            wanted.iter().zip(owners).map(|(wanted, owner)| *wanted && *owner == index).collect()
        };
        let names = first_names(head, self);
        let width = Width { settings: &settings, names: &names };
        let mut told = Vec::new();
        let mut suspects = Suspects::of(head, &self.names());
        let mut spaced = Spaced::of(head);
        let (first, layout, columns) = (head.first_index(), &self.layout, &mut self.columns);
        let look_at = |sample: &Chunk| {
            let mut space = Workspace::default();
            let found = read(sample, layout, &mut space);
            if sample.file.index == first {
                told.extend(width.check(&found, sample)?);
            }
            guess(columns, &of_file(sample.file.index), found.records.as_ref());
            suspects.look_at(sample, layout);
            spaced.look_at(sample, &settings);
            Ok(())
        };
        head.samples(wanted.contains(&true), |index| of_file(index).contains(&true), stop, look_at)?;
        if !settings.skips_repeated_header {
            head.alarms.extend(self.layout.repeats().and_then(|repeats| repeats.alarm()));
        }
        head.alarms.extend(told.into_iter().chain(suspects.told(head.has_ended())).chain(spaced.told()));
        Ok(())
    }
}

/// The columns of the first file.
fn first_names(head: &Head, columns: &Columns) -> Vec<String> {
    match head.headers.get(head.first_index()) {
        Some(header) => header::names(header.names.iter()).0,
        None => columns.names(),
    }
}

/// Guesses the types of the columns that are `wanted`.
fn guess(columns: &mut [InputColumn], wanted: &[bool], records: &dyn Records) {
    let rows = sampled(records);
    for (index, (column, _)) in columns.iter_mut().zip(wanted).enumerate().filter(|(_, (_, wanted))| **wanted) {
        let mut guesser = Guesser::new(column.typing.notation);
        for (row, text) in rows.clone().map(|row| (row, records.text(row, index))) {
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

/// The rows of a sample. Refused records count, so that a pipe's, which ends after so many, is that of a file.
pub fn sampled(records: &dyn Records) -> Range<usize> {
    0..(0..records.len()).take_while(|row| records.ordinal(*row) < SAMPLE_RECORDS).count()
}
