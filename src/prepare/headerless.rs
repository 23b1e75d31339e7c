//! Headers that look like rows. Of a file without a header the first row would be taken for one, and nobody would miss it.

use std::collections::HashMap;
use std::sync::Arc;

use super::columns::sampled;
use crate::batch::{Chunk, InputFile, Records};
use crate::excerpt::excerpt;
use crate::extract::Head;
use crate::format::csv::header::{self, Header};
use crate::format::{Guesser, Layout, Workspace, is_value, read};
use crate::job;
use crate::types::{Notation, Type};

/// Names that a message shows.
const SHOWN: usize = 3;

/// The headers that have names which may be values, which few have.
#[derive(Debug, Default)]
pub struct Suspects {
    headers: Vec<Suspect>,
    /// The place of the first file in the list of inputs.
    first: usize,
    alarm: Option<String>,
}

/// One of them.
#[derive(Debug)]
struct Suspect {
    file: Arc<InputFile>,
    line: u64,
    /// Its names but those that stand for NULL, each with the place of its column in the input.
    names: Vec<(String, usize)>,
    notation: Notation,
    has_rows: bool,
}

impl Suspects {
    /// Those of the input. None where somebody has said that there is a header, or has named a column of it.
    pub fn of(head: &Head, columns: &[String]) -> Suspects {
        let settings = &head.settings;
        if settings.header != job::Header::Assumed || !settings.columns.is_empty() {
            return Suspects::default();
        }
        let headers =
            head.all_headers().filter(|(_, header)| header.names.iter().any(|name| is_value(name, settings.notation)));
        let suspect = |(index, header): (usize, &Header)| {
            let file = Arc::clone(&head.inputs.get(index)?.file);
            Some(Suspect::new(file, header, columns, settings))
        };
        Suspects { headers: headers.filter_map(suspect).collect(), first: head.first_index(), alarm: None }
    }

    /// Compares the header of a file with its rows.
    pub fn look_at(&mut self, sample: &Chunk, layout: &Layout) {
        let of_sample = |suspect: &&mut Suspect| suspect.file.index == sample.file.index;
        let Some(suspect) = self.headers.iter_mut().find(of_sample) else { return };
        let mut space = Workspace::default();
        let found = read(sample, layout, &mut space);
        suspect.has_rows |= found.read > 0;
        if self.alarm.is_none() && suspect.is_row_of(found.records.as_ref()) {
            self.alarm = Some(suspect.told());
        }
    }

    /// What there is to say of the first that looks like a row, when all samples have been looked at. `all`: they held all
    /// that there is, so that a header may be found to be alone.
    pub fn told(self, all: bool) -> Option<String> {
        let first = self.headers.iter().find(|suspect| suspect.file.index == self.first);
        let alone = first.filter(|first| all && !first.has_rows && first.is_all_values());
        self.alarm.or_else(|| alone.map(Suspect::told))
    }
}

impl Suspect {
    fn new(file: Arc<InputFile>, header: &Header, columns: &[String], settings: &job::Extract) -> Suspect {
        let null = &settings.null;
        let places: HashMap<&String, usize> = columns.iter().zip(0..).collect();
        let named = header::names(header.names.iter()).0;
        let named = header.names.iter().zip(&named).filter(|(text, _)| !text.is_empty() && !null.contains(text));
        let names = named.filter_map(|(text, name)| Some((text.clone(), *places.get(name)?)));
        Suspect { file, line: header.line, names: names.collect(), notation: settings.notation, has_rows: false }
    }

    /// Whether each name is what the rows have in its column; texts, which anything may be, say nothing.
    fn is_row_of(&self, records: &dyn Records) -> bool {
        let (rows, mut is_typed) = (sampled(records), false);
        for (name, column) in &self.names {
            let mut guesser = Guesser::new(self.notation);
            rows.clone().for_each(|row| guesser.push(records.text(row, *column).as_deref()));
            let of_rows = guesser.finish();
            guesser.push(Some(name));
            if of_rows != Type::Text && guesser.finish() != of_rows {
                return false;
            }
            is_typed |= of_rows != Type::Text;
        }
        is_typed
    }

    fn is_all_values(&self) -> bool {
        !self.names.is_empty() && self.names.iter().all(|(name, _)| is_value(name, self.notation))
    }

    fn told(&self) -> String {
        let values = self.names.iter().filter(|(name, _)| is_value(name, self.notation)).take(SHOWN);
        let values: Vec<String> = values.map(|(name, _)| format!("{:?}", excerpt(name))).collect();
        let (path, line, values) = (&self.file.name, self.line, values.join(", "));
        format!(
            "{path}, line {line}: this record was taken for the header and looks like a row, for it holds {values}; \
             extract.header = false (--no-header) keeps it as one, extract.header = true says that it is the header"
        )
    }
}
