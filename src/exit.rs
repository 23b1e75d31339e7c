//! Exit codes: what a shell script may rely on, and errors that carry one.

use std::fmt;

use crate::excerpt;

/// The process's exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExitCode {
    /// Every row loaded or filtered on purpose.
    Ok = 0,
    /// Unexpected failure, a panic included.
    Failure = 1,
    /// Wrong command line.
    Usage = 2,
    /// Finished, with some rows rejected within the budget.
    Rejects = 3,
    /// Error budget exceeded; the load was stopped.
    Budget = 4,
    /// Bad input that cannot go on.
    Data = 65,
    /// Input missing or unreadable.
    NoInput = 66,
    /// A sink stayed unavailable.
    Unavailable = 69,
    /// The accounts do not balance.
    Unbalanced = 70,
    /// Cannot create the output.
    CannotCreate = 73,
    /// Input or output error, such as a full disk.
    Io = 74,
    /// Try again later: another run holds the target.
    TryAgain = 75,
    /// The job is wrong.
    Config = 78,
    /// Interrupted by SIGHUP, after draining.
    Hangup = 129,
    /// Interrupted by SIGINT, after draining.
    Interrupt = 130,
    /// Interrupted by SIGTERM, after draining.
    Terminate = 143,
}

/// An error that ends the run with a code of its own.
#[derive(Debug)]
pub struct Fatal {
    /// What the process exits with.
    pub code: ExitCode,
    /// What was wrong with which thing, and the remedy.
    pub message: String,
}

impl fmt::Display for Fatal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Fatal {}

/// An error that ends the run with `code`.
pub fn fatal(code: ExitCode, message: impl Into<String>) -> anyhow::Error {
    anyhow::Error::new(Fatal { code, message: excerpt::message(message.into()) })
}

/// Gives an error of another library its place in the story and its exit code.
pub trait OrExit<T> {
    /// `message` says what we were doing to which thing; the cause follows after a colon.
    fn or_exit(self, code: ExitCode, message: impl FnOnce() -> String) -> anyhow::Result<T>;
}

impl<T, E: fmt::Display> OrExit<T> for Result<T, E> {
    fn or_exit(self, code: ExitCode, message: impl FnOnce() -> String) -> anyhow::Result<T> {
        self.map_err(|cause| fatal(code, format!("{}: {cause}", message())))
    }
}

impl ExitCode {
    /// Whether a run that ends with this code has published its load.
    pub fn is_published(self) -> bool {
        matches!(self, ExitCode::Ok | ExitCode::Rejects)
    }

    /// The code that an error asks for; 1 when it asks for none.
    pub fn of(error: &anyhow::Error) -> ExitCode {
        error.downcast_ref::<Fatal>().map_or(ExitCode::Failure, |fatal| fatal.code)
    }
}
