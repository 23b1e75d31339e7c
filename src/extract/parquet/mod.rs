//! Parquet files: footers at second zero, then row groups, decoded piece by piece.

mod file;
mod footer;
mod columns;
mod groups;
mod rows;
mod schema;
mod twice;
#[cfg(test)]
mod tests;

pub use columns::{Column, Kind, Refusal};
pub use groups::Groups;

use std::collections::HashMap;
use std::sync::Arc;

use anyhow::Result;

use crate::arrow::datatypes::FieldRef;
use crate::batch::InputFile;
use crate::exit::{ExitCode, fatal};
use crate::extract::input::Input;

use columns::{Places, compare, missing, names};
use footer::{Footer, too_large};

/// What the footers of all files say.
pub struct Stored {
    columns: Vec<Column>,
    /// Columns of the files are matched by their names; else all files have the first one's.
    by_name: bool,
    /// The first file.
    first: Arc<InputFile>,
    /// Bytes that there are for reading.
    memory: usize,
}

/// What the decoder of one column takes, whatever it holds.
const COLUMN: usize = 22 << 10;

impl Stored {
    /// Reads the footers, and checks that every file has the columns of the first, unless they are matched `by_name`.
    pub fn open(inputs: &[Input], by_name: bool, memory: usize) -> Result<Stored> {
        let [first, ..] = inputs else { return Err(fatal(ExitCode::NoInput, "extract.path names no file")) };
        let mut stored = Stored { columns: Vec::new(), by_name, first: Arc::clone(&first.file), memory };
        for input in inputs {
            let footer = Footer::open(input.clone(), memory)?;
            if footer.fields().is_empty() && (by_name || stored.columns.is_empty()) {
                return Err(fatal(ExitCode::Data, format!("{} has no columns", footer.file.name)));
            }
            match stored.columns.is_empty() {
                true => stored.columns = of_first(&footer),
                false if by_name => stored.add(&footer),
                false => compare(&footer, &stored.columns)?,
            }
            stored.note(&footer);
        }
        Ok(stored)
    }

    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// Has a column refused where the query uses it.
    pub fn refuse(&mut self, index: usize, refusal: Refusal) {
        if let Some(Column { refusal: none @ None, .. }) = self.columns.get_mut(index) {
            *none = Some(refusal);
        }
    }

    /// Only these columns are read from now on; `names` are what the job calls them. Refuses one that cannot be read.
    pub fn choose(&mut self, used: &[bool], names: &[String]) -> Result<()> {
        let wanted = self.columns.iter().zip(used).zip(names).filter(|((_, used), _)| **used);
        if let Some((Refusal { code, file, why }, name)) =
            wanted.filter_map(|((column, _), name)| Some((column.refusal.as_ref()?, name))).next()
        {
            let path = &file.name;
            let message = format!("{path}: column {name:?} {why}, or leave it out, as in select * except ({name})");
            return Err(fatal(*code, message));
        }
        let count = used.iter().filter(|used| **used).count();
        if count * COLUMN > self.memory {
            let what = format!("reading {count} columns of {}", self.first.name);
            return Err(too_large(&what, count * COLUMN, self.memory, "let the query use fewer columns"));
        }
        self.columns.iter_mut().zip(used).for_each(|(column, used)| column.used = *used);
        Ok(())
    }

    /// Bytes that there are to read.
    pub fn size(&self) -> u64 {
        self.columns.iter().filter(|column| column.used).map(|column| column.size).sum()
    }

    /// Where a file that has been opened again has the columns, which must still be what they were.
    fn places(&self, footer: &Footer) -> Result<Places> {
        match self.by_name {
            true => Places::by_name(footer, &self.columns),
            false => compare(footer, &self.columns).map(|()| Places::alike(&self.columns)),
        }
    }

    /// Matches a later file's columns by their names; what is new goes behind.
    fn add(&mut self, footer: &Footer) {
        let own = names(footer);
        let mut fields: HashMap<&String, &FieldRef> = own.iter().zip(footer.fields()).collect();
        for column in &mut self.columns {
            match fields.remove(&column.name) {
                Some(field) => column.note(field, &footer.file),
                None => column.note(&missing(&column.name), &footer.file),
            }
        }
        for (name, field) in own.iter().zip(footer.fields()).filter(|(name, _)| fields.contains_key(name)) {
            let mut column = Column::new(name.clone(), Arc::clone(field), &footer.file);
            column.note(&missing(name), &self.first);
            self.columns.push(column);
        }
    }

    /// For each of a file's own columns where the input has it.
    fn own_places(&self, footer: &Footer) -> Vec<Option<usize>> {
        if !self.by_name {
            return (0..self.columns.len()).map(Some).collect();
        }
        let of_names: HashMap<&str, usize> = self.columns.iter().map(|column| column.name.as_str()).zip(0..).collect();
        names(footer).iter().map(|name| of_names.get(name.as_str()).copied()).collect()
    }

    /// Adds up the sizes of the columns, and notes which of them are compressed in a way that cannot be read.
    fn note(&mut self, footer: &Footer) {
        let places = self.own_places(footer);
        for (root, chunk) in footer.groups().iter().flat_map(|group| footer.columns(group)) {
            let place = places.get(root).copied().flatten();
            let column = place.and_then(|place| self.columns.get_mut(place));
            column.into_iter().for_each(|column| column.weigh(chunk, &footer.file));
        }
    }
}

fn of_first(footer: &Footer) -> Vec<Column> {
    let fields = names(footer).into_iter().zip(footer.fields());
    fields.map(|(name, field)| Column::new(name, Arc::clone(field), &footer.file)).collect()
}
