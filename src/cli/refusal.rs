//! A command line that clap does not take.

use clap::error::{ContextKind, ContextValue};
use clap::{Error, Parser};

use crate::cli::Cli;
use crate::console::shown;
use crate::exit::{ExitCode, fatal};
use crate::job::is_later_argument;

impl Cli {
    /// Reads the command line. Help and clap's own refusals end the process here.
    pub fn typed() -> anyhow::Result<Cli> {
        Cli::try_parse().or_else(|error| match later(&error) {
            Some(argument) => Err(fatal(ExitCode::Usage, format!("{argument} is not supported yet"))),
            None => printable(error).exit(),
        })
    }
}

/// The same refusal of arguments that a terminal does not obey: clap repeats them as they stand.
fn printable(error: Error) -> Error {
    let arguments = std::env::args_os().map(|argument| shown(&argument.to_string_lossy()).into_owned());
    Cli::try_parse_from(arguments).err().unwrap_or(error)
}

/// The flag or command that is documented and not built yet, where that is what is wrong.
pub fn later(error: &Error) -> Option<&str> {
    let kinds = [ContextKind::InvalidArg, ContextKind::InvalidSubcommand];
    kinds.into_iter().find_map(|kind| match error.get(kind) {
        Some(ContextValue::String(argument)) if is_later_argument(argument) => Some(argument.as_str()),
        _ => None,
    })
}
