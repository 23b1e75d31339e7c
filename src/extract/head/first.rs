//! The first file, which says what all are read as.

use std::sync::Arc;

use anyhow::Result;

use crate::exit::{ExitCode, fatal};
use crate::extract::begin::{Start, open, start};
use crate::extract::delimiter::{Guess, doubt, guess};
use crate::extract::input::Input;
use crate::extract::open::OpenInput;
use crate::job;
use crate::stop::Stop;

/// The first file that is not empty, at its first record.
pub struct First {
    pub input: OpenInput,
    /// As the file has settled them.
    pub settings: Arc<job::Extract>,
    pub guess: Guess,
    pub start: Start,
}

/// Opens it. An empty one may be passed over where columns are declared.
pub fn open_first(inputs: &mut impl Iterator<Item = Input>, settings: Arc<job::Extract>, stop: &Stop) -> Result<First> {
    let mut next = inputs.next();
    while let Some(input) = next {
        let mut input = open(input, &settings, stop)?;
        let guess = if settings.delimiter_is_open { guess } else { doubt }(&mut input, &settings, stop)?;
        let settings = match guess.delimiter {
            Some(delimiter) => Arc::new(settings.separated_by(delimiter)),
            None => Arc::clone(&settings),
        };
        let start = start(&mut input, &settings, stop).map_err(|error| doubted(error, &guess))?;
        let empty = settings.header.is_there() && start.header.is_none() && !settings.columns.is_empty();
        next = if empty { inputs.next() } else { None };
        if next.is_none() {
            return Ok(First { input, settings, guess, start });
        }
    }
    Err(fatal(ExitCode::NoInput, "extract.path names no file"))
}

/// A header may be broken because another byte separates its fields.
fn doubted(error: anyhow::Error, guess: &Guess) -> anyhow::Error {
    match &guess.alarm {
        Some(alarm) if ExitCode::of(&error) == ExitCode::Data => fatal(ExitCode::Data, format!("{error:#}; {alarm}")),
        _ => error,
    }
}
