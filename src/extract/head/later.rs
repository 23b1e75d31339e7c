//! The files after the first: each is there, and has the first one's header or notes its own.

use std::sync::Arc;

use anyhow::Result;

use super::Head;
use crate::batch::InputFile;
use crate::exit::{ExitCode, OrExit, fatal};
use crate::extract::begin::{open, take_header};
use crate::extract::input::Input;
use crate::extract::open::OpenInput;
use crate::extract::origin::Kind;
use crate::format::csv::sniff::name;
use crate::format::is_value;
use crate::job;
use crate::stop::Stop;

impl Head {
    /// Opens one of the later files, past its header, which must be the first file's. `None` when asked to stop.
    pub fn open_next(&self, input: Input, stop: &Stop) -> Result<Option<OpenInput>> {
        let mut input = self.open_later(input, stop)?;
        if self.settings.header.is_there() {
            match take_header(&mut input, &self.settings, stop)? {
                // An empty file is 0 rows where columns are declared.
                None if !self.settings.columns.is_empty() => {}
                header => self.compare(input.file(), &header.unwrap_or_default().names)?,
            }
        }
        Ok((!stop.asked()).then_some(input))
    }

    /// A later file may not say that another byte separates its fields.
    fn open_later(&self, input: Input, stop: &Stop) -> Result<OpenInput> {
        let input = open(input, &self.settings, stop)?;
        let own = self.settings.dialect.delimiter;
        match input.separator.filter(|byte| self.settings.delimiter_is_open && own != (*byte).into()) {
            None => Ok(input),
            Some(byte) => {
                let (path, said) = (&input.file().name, name(byte));
                let message = format!(
                    "{path} begins with sep={said}, and in the first file {own} separates fields; read it by itself, or say \
                     extract.delimiter (--delimiter '{own}')"
                );
                Err(fatal(ExitCode::Data, message))
            }
        }
    }

    /// Looks at a later file at second zero, as far as that leaves it to be read: that it is there, and its header.
    pub(super) fn check(&mut self, input: Input, stop: &Stop) -> Result<()> {
        let cannot = || format!("cannot read {}", input.file.name);
        let kind = input.origin.kind().or_exit(ExitCode::NoInput, cannot)?;
        self.size = self.size.zip(input.origin.size()).map(|(sum, size)| sum + size);
        match kind {
            Kind::File if self.settings.union_by_name => self.note(input, stop),
            Kind::Folder | Kind::Stream if self.settings.union_by_name => Err(not_a_file(&input.file)),
            Kind::File | Kind::Folder => {
                let checked = self.open_next(input, stop)?;
                self.warnings.extend(checked.and_then(|checked| checked.warning));
                Ok(())
            }
            // It can be read only once: its header is compared when its turn comes.
            Kind::Stream => Ok(()),
        }
    }

    /// Keeps the first file's header as its own.
    pub(super) fn note_first(&mut self) {
        let index = self.first.as_ref().map_or(0, |first| first.file().index);
        if let (Some(header), Some(own)) = (&self.header, self.headers.get_mut(index)) {
            own.clone_from(header);
        }
    }

    /// Keeps the header of a later file.
    fn note(&mut self, input: Input, stop: &Stop) -> Result<()> {
        let file = Arc::clone(&input.file);
        let mut input = self.open_later(input, stop)?;
        self.warnings.extend(input.warning.take());
        if !self.settings.header.is_there() {
            return Ok(());
        }
        let header = take_header(&mut input, &self.settings, stop)?;
        if header.is_none() && self.settings.columns.is_empty() {
            return Err(fatal(ExitCode::Data, format!("{} is empty: it has no header", file.name)));
        }
        self.headers.iter_mut().skip(file.index).take(1).for_each(|own| *own = header.clone().unwrap_or_default());
        Ok(())
    }

    fn compare(&self, file: &InputFile, names: &[String]) -> Result<()> {
        let own = self.headers.get(file.index);
        let expected = own.or(self.header.as_ref()).map(|header| header.names.as_slice()).unwrap_or_default();
        if names == expected {
            return Ok(());
        }
        let path = &file.name;
        let message = match own {
            Some(_) => format!("the header of {path} is another than at the start of the run"),
            None => {
                let (difference, remedy) = (difference(expected, names), self.remedy(expected, names));
                format!("the header of {path} is not that of the first file: {difference}; {remedy}")
            }
        };
        Err(fatal(ExitCode::Data, message))
    }

    /// What to do about a file whose header is not the first one's. Of files without headers, each has another.
    fn remedy(&self, expected: &[String], names: &[String]) -> &'static str {
        let is_value = |name: &String| is_value(name, self.settings.notation);
        let is_row = |(expected, name): (&String, &String)| expected != name && is_value(expected) && is_value(name);
        match self.settings.header == job::Header::Assumed && expected.iter().zip(names).any(is_row) {
            true => {
                "they look like rows, and extract.header = false (--no-header) keeps them; of headers, \
                 extract.union_by_name = true matches columns by name"
            }
            false => "extract.union_by_name = true matches columns by name",
        }
    }
}

fn difference(expected: &[String], names: &[String]) -> String {
    match expected.iter().zip(names).enumerate().find(|(_, (expected, name))| expected != name) {
        Some((index, (expected, name))) => format!("column {} is {name:?}, in the first file {expected:?}", index + 1),
        None => format!("it has {} columns, the first file {}", names.len(), expected.len()),
    }
}

fn not_a_file(file: &InputFile) -> anyhow::Error {
    let path = &file.name;
    fatal(ExitCode::Config, format!("extract.union_by_name reads every file twice, and {path} is no regular file"))
}
