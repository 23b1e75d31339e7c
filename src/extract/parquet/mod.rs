//! Parquet files: footers at second zero, then row groups, decoded piece by piece.

mod file;
mod footer;
mod groups;
mod rows;
mod schema;
mod twice;
#[cfg(test)]
mod tests;

pub use groups::Groups;

use anyhow::Result;

use crate::arrow::datatypes::{FieldRef, Fields};
use crate::exit::{ExitCode, fatal};
use crate::extract::input::Input;
use crate::format::parquet::type_of;

use footer::{Footer, too_large};

/// What the footers of all files say.
pub struct Stored {
    first: Footer,
    /// Compressed bytes of each column in all files.
    sizes: Vec<u64>,
    /// For each column why it cannot be read, where it cannot.
    refusals: Vec<Option<String>>,
    /// The columns that the query uses.
    used: Vec<bool>,
    /// Bytes that there are for reading.
    memory: usize,
}

/// What the decoder of one column takes, whatever it holds.
const COLUMN: usize = 22 << 10;

impl Stored {
    /// Reads the footers, and checks that every file has the columns of the first.
    pub fn open(inputs: &[Input], memory: usize) -> Result<Stored> {
        let [first, rest @ ..] = inputs else { return Err(fatal(ExitCode::NoInput, "extract.path names no file")) };
        let first = Footer::open(first.clone(), memory)?;
        let refusals = first.fields().iter().map(refusal).collect();
        let columns = first.fields().len();
        let mut stored = Stored { first, sizes: vec![0; columns], refusals, used: vec![true; columns], memory };
        if columns == 0 {
            return Err(fatal(ExitCode::Data, format!("{} has no columns", stored.first.file.name)));
        }
        stored.first.note(&mut stored.sizes, &mut stored.refusals);
        for input in rest {
            let footer = Footer::open(input.clone(), memory)?;
            footer.compare(&stored.first)?;
            footer.note(&mut stored.sizes, &mut stored.refusals);
        }
        Ok(stored)
    }

    /// The columns as the first file has them.
    pub fn fields(&self) -> &Fields {
        self.first.fields()
    }

    /// Only these columns are read from now on; `names` are what the job calls them. Refuses one that cannot be read.
    pub fn choose(&mut self, used: Vec<bool>, names: &[String]) -> Result<()> {
        let wanted = self.refusals.iter().zip(&used).zip(names).filter(|((_, used), _)| **used);
        if let Some((why, name)) = wanted.filter_map(|((why, _), name)| Some((why.as_ref()?, name))).next() {
            let path = &self.first.file.name;
            let message = format!("{path}: column {name:?} {why}, or leave it out, as in select * except ({name})");
            return Err(fatal(ExitCode::Config, message));
        }
        let count = used.iter().filter(|used| **used).count();
        if count * COLUMN > self.memory {
            let what = format!("reading {count} columns of {}", self.first.file.name);
            return Err(too_large(&what, count * COLUMN, self.memory, "let the query use fewer columns"));
        }
        self.used = used;
        Ok(())
    }

    /// Bytes that there are to read.
    pub fn size(&self) -> u64 {
        self.sizes.iter().zip(&self.used).filter(|(_, used)| **used).map(|(size, _)| size).sum()
    }
}

fn refusal(field: &FieldRef) -> Option<String> {
    type_of(field).err().map(|ty| format!("has the type {ty}, which is not supported; write it with another"))
}
